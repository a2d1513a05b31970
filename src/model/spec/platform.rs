//! The root of the spec.

use super::{
    Access, Acknowledge, App, AppOfApps, AppSet, ArgoCd, Category, ChartVersion, Checks, Cluster, Environment,
    ExternalObject, Integrations, Kustomizations, Layout, Namespace, Override, Project, Repo, Secrets, SelfService,
};
use crate::shape::{Dict, List, Names, Partial, Shared, Text};

crate::choice! {
    /// The kind of the document.
    Kind {
        /// The spec of a platform.
        Platform = "Platform",
    }
}

crate::choice! {
    /// The version of the spec language.
    ApiVersion {
        /// The first one.
        V1Alpha1 = "sailplan.dev/v1alpha1",
    }
}

crate::shape! {
    /// A platform that Argo CD runs: what there is, where it comes from and where it goes.
    Spec {
        /// Version of the spec language.
        api_version ("apiVersion"): ApiVersion,
        /// Always `Platform`.
        kind: Kind,
        /// Name, repository and Argo CD of the platform.
        platform: PlatformInfo,
        /// Globs of further files, relative to this one. Each adds entries to the same maps; a name given twice is an error.
        include: List<Text>,
        /// Folder of templates that replace or add to the built-in ones, relative to this file.
        templates: Option<Text>,
        /// Globs of JSON Schemas or CustomResourceDefinitions for kinds that are not built in, relative to this file.
        schemas: List<Text>,
        /// Charts that values are checked against: name of the chart -> version -> files of it.
        charts: Dict<Dict<ChartVersion>>,
        /// Where each kind of file goes in the output.
        layout: Option<Layout>,
        /// The root Application and the parents.
        app_of_apps ("appOfApps"): Option<AppOfApps>,
        /// Which folders get a kustomization.yaml.
        kustomizations: Option<Kustomizations>,
        /// What applies to each app unless it says otherwise.
        defaults: Option<Defaults>,
        /// Environments, by name.
        environments: Names<Environment>,
        /// Clusters, by the name that Argo CD knows them by. `in-cluster` is always there.
        clusters: Names<Cluster>,
        /// Repositories that sources may name instead of a URL.
        repos: Names<Repo>,
        /// Globs of repositories that anybody may read, as `https://github.com/argoproj/*`; `**` crosses slashes. Once given, each source is of one of these or of `repos`.
        public_repos ("publicRepos"): Option<List<Text>>,
        /// What AppProjects hold beyond what is derived from the apps, by project name.
        projects: Names<Project>,
        /// Categories of apps, each with a parent Application.
        categories: Names<Category>,
        /// Namespaces that are created as objects, with an owner.
        namespaces: Names<Namespace>,
        /// Apps, by name.
        apps: Names<Partial<App>>,
        /// ApplicationSets, by name.
        application_sets ("applicationSets"): Names<AppSet>,
        /// Where secrets come from, and what holds for all of them.
        secrets: Option<Box<Secrets>>,
        /// Who may do what in Argo CD.
        access: Option<Box<Access>>,
        /// What developers may start themselves.
        self_service ("selfService"): Option<Box<SelfService>>,
        /// What other products need of the platform.
        integrations: Option<Integrations>,
        /// Objects that something else makes, so that references to them are sound.
        external: List<ExternalObject>,
        /// Overrides that apply to many apps.
        overrides: List<Override>,
        /// How grave findings are.
        checks: Option<Checks>,
        /// Changes that are meant, so that `diff --deny` lets them through.
        acknowledge: List<Acknowledge>,
    }
}

crate::shape! {
    /// Name, repository and Argo CD of the platform.
    PlatformInfo {
        /// Name of the platform.
        name: Text,
        /// DNS domain under which the platform's hosts lie.
        domain: Option<Text>,
        /// The git repository that holds the rendered tree.
        repo: RepoInfo,
        /// The Argo CD that runs the platform.
        argocd: Option<ArgoCd>,
    }
}

crate::shape! {
    /// The git repository that holds the rendered tree.
    RepoInfo {
        /// URL as Argo CD reads it.
        url: Text,
        /// Branch, tag or commit that Argo CD follows.
        revision: Text = "HEAD",
        /// Folder of the repository that holds the output root; empty for the repository's own root.
        path: Text = "",
    }
}

crate::shape! {
    /// What applies to each app unless it says otherwise.
    Defaults {
        /// Keys of an app. Text may hold `${{ app.name }}` and the like.
        app: Option<Shared<App>>,
    }
}
