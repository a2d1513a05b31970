//! One app.

use super::{AppSecret, Builds, ClusterChoice, Dependency, IgnoreDifference, OneOrMany, Override, Patch, Source, Sync};
use crate::base::Value;
use crate::shape::{AtLeast, Dict, List, Names, Number, Text};

crate::choice! {
    /// What deleting an Application does to what it deployed.
    FinalizerChoice {
        /// Its resources are deleted, and waited for.
        Foreground = "foreground",
        /// Its resources are deleted without waiting.
        Background = "background",
        /// Its resources stay.
        None = "none",
    }
}

crate::choice! {
    /// How much depends on an app. It decides the finalizer where none is chosen.
    Criticality {
        /// Holds data or everything rests on it: deleting the Application leaves its resources.
        Critical = "critical",
        /// The usual: resources go with the Application, in the foreground.
        Standard = "standard",
        /// Can be made anew at any time: resources go in the background.
        Disposable = "disposable",
    }
}

crate::choice! {
    /// How the Applications of an app come to be.
    AppForm {
        /// Each is in the tree.
        Applications = "applications",
        /// One ApplicationSet is in the tree, and its controller makes them.
        ApplicationSet = "applicationSet",
    }
}

crate::shape! {
    /// One app: an Application for each environment and cluster it goes to.
    App {
        /// Category, which gives the parent Application and, unless `project` says otherwise, the AppProject.
        category: Option<Text>,
        /// AppProject, if not that of the category.
        project: Option<Text>,
        /// What the app is, for people.
        description: Option<Text>,
        /// Namespace it is deployed to.
        namespace: Option<Text>,
        /// Name its files are called by, if not that of the app.
        file_name ("fileName"): Option<Text>,
        /// Whether the root holds the Application itself, before and beside the parents, so that its order among apps of any category is honoured.
        foundation: Option<bool>,
        /// How much depends on it.
        criticality: Option<Criticality>,
        /// What deleting the Application does, if not what its criticality says.
        finalizer: Option<FinalizerChoice>,
        /// The source.
        source: Option<Box<Source>>,
        /// The sources, if there are several.
        sources: List<Source>,
        /// Globs of raw manifests that the app owns, relative to the spec. They are checked and written beside the Application.
        manifests: List<Text>,
        /// Folder that the raw manifests are written to, if not that of the layout.
        folder: Option<Text>,
        /// Secrets it needs, by the name of the Secret that arrives.
        secrets: Names<AppSecret>,
        /// Images that Argo Workflows builds, in its namespace.
        builds: Option<Box<Builds>>,
        /// Environments it goes to, each on the clusters where the environment lies.
        environments: List<Text>,
        /// Clusters it goes to: names, or a selector. The Argo CD cluster when left out; with `environments`, all of theirs.
        clusters: Option<ClusterChoice>,
        /// Whether its Applications are in the tree, or an ApplicationSet that makes the same ones; the former when left out.
        form ("as"): Option<AppForm>,
        /// Whether destinations are written as the server's URL or as the cluster's name.
        destination_by ("destinationBy"): Option<DestinationBy>,
        /// Cluster-scoped kinds that the sources create. The AppProject allows exactly these and those of the raw manifests.
        cluster_resources ("clusterResources"): Option<List<ClusterResource>>,
        /// Apps that must be healthy before this one is synced.
        depends_on ("dependsOn"): List<Dependency>,
        /// Sync wave, if it must be a certain one. It has to agree with `dependsOn`.
        wave: Option<Number>,
        /// Sync policy.
        sync: Option<Box<Sync>>,
        /// Fields whose differences do not count.
        ignore_differences ("ignoreDifferences"): List<IgnoreDifference>,
        /// Labels of the Application.
        labels: Dict<Text>,
        /// Annotations of the Application.
        annotations: Dict<Text>,
        /// Links and facts that the UI shows.
        info: List<InfoEntry>,
        /// How many past syncs are kept.
        revision_history_limit ("revisionHistoryLimit"): Option<AtLeast<0>>,
        /// Notification subscriptions: trigger, then service, then recipients.
        notifications: Dict<Dict<OneOrMany>>,
        /// What differs in some environment or cluster.
        overrides: List<Override>,
        /// Patches of the objects that come out.
        patches: List<Patch>,
        /// Facts of the app that templates of your own may read.
        vars: Dict<Value>,
    }
}

crate::choice! {
    /// How a destination names its cluster.
    DestinationBy {
        /// By the URL of its API server.
        Server = "server",
        /// By its name in Argo CD.
        Name = "name",
    }
}

crate::shape! {
    /// A cluster-scoped kind.
    ClusterResource {
        /// API group; empty for the core group, `*` for any.
        group: Text = "",
        /// Kind; `*` for any.
        kind: Text,
        /// Name or glob, from Argo CD 3.0.
        name: Option<Text>,
    }
}

crate::shape! {
    /// A fact that the UI shows.
    InfoEntry {
        /// What it is.
        name: Text,
        /// The fact; a URL becomes a link.
        value: Text,
    }
}

impl App {
    /// Whether Argo CD makes the namespace of the destination.
    #[must_use]
    pub fn creates_namespace(&self) -> bool {
        let options = self.sync.as_ref().and_then(|s| s.options.as_ref());
        options.and_then(|o| o.create_namespace.as_ref()).is_some_and(|v| &*v.text == "true")
    }

    /// Whether its own kustomization takes in remote bases.
    #[must_use]
    pub fn has_remote_bases(&self) -> bool {
        let own = self.all_sources().filter(|source| source.is_of_own_manifests());
        own.filter_map(|source| source.kustomize.as_deref()).any(|kustomize| !kustomize.resources.is_empty())
    }

    /// Its sources, however they are given.
    pub fn all_sources(&self) -> impl DoubleEndedIterator<Item = &Source> {
        self.source.as_deref().into_iter().chain(self.sources.iter())
    }
}
