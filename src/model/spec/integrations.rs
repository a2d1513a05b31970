//! What other products need of the platform.

use crate::shape::Text;

crate::shape! {
    /// What other products need of the platform.
    Integrations {
        /// Apono, which gives people roles of Argo CD for a time.
        apono: Option<Apono>,
    }
}

crate::shape! {
    /// Apono: its connector writes policies into argocd-rbac-cm and roles into AppProjects.
    Apono {
        /// Where the connector runs, and how far its rights go.
        topology: AponoTopology,
        /// ServiceAccount of the connector, in the namespace of Argo CD. The limited topology needs it; elsewhere it is `apono-argocd-sa`.
        service_account ("serviceAccount"): Option<Text>,
    }
}

crate::choice! {
    /// Where the connector of Apono runs, and how far its rights go.
    AponoTopology {
        /// On this cluster, as an administrator: it needs no rights from the platform.
        SameClusterAdmin = "same-cluster-admin",
        /// On this cluster, with rights on the policy and the projects only.
        SameClusterLimited = "same-cluster-limited",
        /// On another cluster, by a ServiceAccount here with these rights.
        DifferentCluster = "different-cluster",
    }
}
