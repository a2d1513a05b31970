//! Environments, clusters, repositories, categories and namespaces.

use super::{App, ClusterChoice, ClusterCredentials, RepoCredentials, RepoKind};
use crate::diag::Finding;
use crate::shape::{AtLeast, Dict, KEY_CONFLICT, List, Reader, Shared, Text};

crate::shape! {
    /// An environment: a stage that apps and clusters belong to. It lies on `cluster`, or on `clusters` and those
    /// that name it as theirs.
    Environment {
        /// The one cluster it lies on. Its Applications are called `APP-ENVIRONMENT`.
        cluster: Option<Text>,
        /// Clusters it lies on, beside those that name it: names, or a selector. Its Applications are called `APP-ENVIRONMENT-CLUSTER`.
        clusters: Option<ClusterChoice>,
        /// Namespace of each app there, such as `${{ app.namespace }}-staging`. It wins over that of the app, and an override over it.
        namespace: Option<Shared<Text>>,
        /// App -> version of its chart, git revision or OCI revision there; `APP/SOURCE` where several sources have versions. It wins over that of the app, and an override over it.
        versions: Dict<Text>,
        /// Whether only pinned versions go there, and only when somebody starts the sync.
        protected: Option<bool>,
        /// Keys that all apps in this environment take unless they say otherwise.
        app: Option<Shared<App>>,
    }
    check one_place
}

fn one_place(cx: &mut Reader, environment: &Environment) {
    if let (Some(cluster), Some(_)) = (&environment.cluster, &environment.clusters) {
        let message = format!("{} has both `cluster` and `clusters`", cx.path());
        let help = "keep `cluster` where there is one for good, `clusters` where there are more, or will be";
        cx.push(Finding::error(&KEY_CONFLICT, cluster.span, message, help));
    }
}

crate::shape! {
    /// A cluster that Argo CD deploys to.
    Cluster {
        /// URL of its API server.
        server: Option<Text>,
        /// Its environment: that of the apps that go there by `clusters`.
        environment: Option<Text>,
        /// Labels that selectors look at, and that the cluster's Secret has.
        labels: Dict<Text>,
        /// Annotations of the cluster's Secret, which ApplicationSets may read.
        annotations: Dict<Text>,
        /// How Argo CD signs in. Without it, something else makes the cluster's Secret.
        credentials: Option<Box<ClusterCredentials>>,
        /// AppProject that alone may use the cluster.
        project: Option<Text>,
        /// Namespaces that Argo CD keeps to; all when left out.
        namespaces: List<Text>,
        /// Whether cluster-scoped objects are managed although Argo CD keeps to some namespaces.
        cluster_resources ("clusterResources"): Option<bool>,
        /// Shard of the application controller.
        shard: Option<AtLeast<0>>,
    }
}

crate::shape! {
    /// A repository that sources may name.
    Repo {
        /// URL as Argo CD reads it.
        url: Text,
        /// Branch, tag or commit of sources that name none.
        revision: Option<Text>,
        /// What it holds.
        kind ("type"): RepoKind = "git",
        /// How Argo CD signs in. Without it, the repository is public, or something else makes its Secret.
        credentials: Option<Box<RepoCredentials>>,
        /// AppProject that alone may use the repository.
        project: Option<Text>,
        /// Whether the server's certificate or host key is not checked.
        insecure: Option<bool>,
        /// Whether large files of git are fetched.
        lfs: Option<bool>,
        /// Proxy.
        proxy: Option<Text>,
    }
}

crate::shape! {
    /// A category of apps. Its parent Application holds the Applications of its apps.
    Category {
        /// What it is for.
        description: Option<Text>,
        /// AppProject of its apps, if not one of the category's name.
        project: Option<Text>,
        /// Keys that all apps of the category take unless they say otherwise.
        app: Option<Shared<App>>,
        /// Labels of the parent Application.
        labels: Dict<Text>,
        /// Annotations of the parent Application.
        annotations: Dict<Text>,
    }
}

crate::shape! {
    /// A namespace that is created as an object.
    Namespace {
        /// Cluster it is on; the Argo CD cluster when left out.
        cluster: Option<Text>,
        /// App that owns it. The root when left out, before all apps.
        owner: Option<Text>,
        /// Labels.
        labels: Dict<Text>,
        /// Annotations.
        annotations: Dict<Text>,
    }
}
