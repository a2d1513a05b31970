//! AppProjects, beyond what is derived.

use super::ClusterResource;
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
