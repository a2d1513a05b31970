//! AppProjects, beyond what is derived.

use super::{ClusterResource, Grant};
use crate::shape::{Dict, List, Text};

crate::shape! {
    /// What an AppProject holds beyond what is derived from its apps.
    Project {
        /// What it is for; at most 255 characters.
        description: Option<Text>,
        /// Further source repositories: URLs, globs, names of `repos`.
        source_repos ("sourceRepos"): List<Text>,
        /// Further destinations.
        destinations: List<Destination>,
        /// Further cluster-scoped kinds.
        cluster_resources ("clusterResources"): List<ClusterResource>,
        /// Cluster-scoped kinds that are refused.
        cluster_resource_blacklist ("clusterResourceBlacklist"): List<ClusterResource>,
        /// Namespaced kinds that are allowed; all when left out.
        namespace_resources ("namespaceResources"): Option<List<ClusterResource>>,
        /// Namespaced kinds that are refused.
        namespace_resource_blacklist ("namespaceResourceBlacklist"): List<ClusterResource>,
        /// Namespaces besides that of Argo CD in which Applications of the project may lie: globs.
        source_namespaces ("sourceNamespaces"): List<Text>,
        /// Roles of the project, by name.
        roles: Dict<ProjectRole>,
        /// When syncs are allowed or denied.
        sync_windows ("syncWindows"): List<SyncWindow>,
        /// Whether objects that no Application owns are reported, and which are not.
        orphaned_resources ("orphanedResources"): Option<OrphanedResources>,
        /// ServiceAccounts that Argo CD acts as, by destination.
        destination_service_accounts ("destinationServiceAccounts"): List<DestinationServiceAccount>,
        /// Whether only clusters that the project alone may use are destinations.
        only_scoped_clusters ("permitOnlyProjectScopedClusters"): Option<bool>,
        /// Ids of the GPG keys of which one must have signed a commit.
        signature_keys ("signatureKeys"): List<Text>,
        /// Labels of the AppProject.
        labels: Dict<Text>,
        /// Annotations of the AppProject.
        annotations: Dict<Text>,
    }
}

crate::shape! {
    /// A destination that a project allows.
    Destination {
        /// Name of a cluster of the spec, or a glob.
        cluster: Option<Text>,
        /// URL of an API server, or a glob.
        server: Option<Text>,
        /// Namespace, or a glob.
        namespace: Text = "*",
    }
}

crate::shape! {
    /// A role of a project.
    ProjectRole {
        /// What it is for.
        description: Option<Text>,
        /// Groups that have it.
        groups: List<Text>,
        /// What it allows in the project: applications, ApplicationSets, logs, shells, repositories and clusters.
        allow: List<Grant>,
        /// What it denies in the project.
        deny: List<Grant>,
    }
}

crate::choice! {
    /// What a sync window does.
    WindowKind {
        /// Syncs happen in it only.
        Allow = "allow",
        /// No sync happens in it.
        Deny = "deny",
    }
}

crate::shape! {
    /// When syncs are allowed or denied.
    SyncWindow {
        /// What it does.
        kind: WindowKind,
        /// When it begins, as five fields of cron.
        schedule: Text,
        /// How long it lasts, as `1h30m`.
        duration: Text,
        /// Time zone of the schedule, as `Europe/Brussels`; UTC when left out.
        time_zone ("timeZone"): Option<Text>,
        /// Applications that it is about: globs.
        applications: List<Text>,
        /// Namespaces that it is about: globs.
        namespaces: List<Text>,
        /// Clusters that it is about: globs of names.
        clusters: List<Text>,
        /// Whether a sync that somebody starts is allowed all the same.
        manual_sync ("manualSync"): Option<bool>,
        /// Whether all of applications, namespaces and clusters must fit instead of one, from Argo CD 3.0.
        and_operator ("andOperator"): Option<bool>,
        /// What it is for, from Argo CD 3.0.
        description: Option<Text>,
    }
}

crate::shape! {
    /// Objects that no Application owns.
    OrphanedResources {
        /// Whether Applications show a warning.
        warn: Option<bool>,
        /// Objects that are left alone: group, kind, and a name that may be a glob.
        ignore: List<OrphanIgnored>,
    }
}

crate::shape! {
    /// Objects that are not reported.
    OrphanIgnored {
        /// API group.
        group: Option<Text>,
        /// Kind.
        kind: Option<Text>,
        /// Name or glob.
        name: Option<Text>,
    }
}

crate::shape! {
    /// A ServiceAccount that Argo CD acts as.
    DestinationServiceAccount {
        /// URL of the API server, or a glob.
        server: Text,
        /// Namespace, or a glob.
        namespace: Option<Text>,
        /// The ServiceAccount, as `NAME` or `NAMESPACE:NAME`.
        account ("serviceAccount"): Text,
    }
}
