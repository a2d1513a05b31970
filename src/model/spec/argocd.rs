//! The Argo CD that runs the platform, and the app-of-apps itself.

use super::Sync;
use crate::shape::{AnyMap, Dict, List, Text};

crate::shape! {
    /// The Argo CD that runs the platform.
    ArgoCd {
        /// Its namespace.
        namespace: Text = "argocd",
        /// Its version, as `3.1`. Behaviour and schemas follow it.
        version: Text = "3.1",
        /// App that runs it, and so owns the Secrets of clusters and repositories; the app called `argocd` when left out.
        app: Option<Text>,
        /// How the Secrets of clusters and repositories are written.
        onboarding: Onboarding = "manifests",
        /// Identity of Entra that it runs as, by workload identity.
        azure: Option<Box<AzureIdentity>>,
        /// Whether each Application whose reads are all known says which paths of the repository they are, so that other commits leave it alone.
        manifest_generate_paths ("manifestGeneratePaths"): bool = false,
        /// Keys of argocd-cm. Truth values and numbers become text, mappings and lists YAML in text.
        settings: Option<AnyMap>,
        /// Keys of argocd-cmd-params-cm.
        params: Option<AnyMap>,
    }
}

crate::choice! {
    /// How the Secrets of clusters and repositories are written.
    Onboarding {
        /// Each as a manifest.
        Manifests = "manifests",
        /// Each as an overlay of kustomize, with JSON 6902 patches of a base.
        Overlays = "overlays",
    }
}

crate::shape! {
    /// An identity of Entra that Argo CD runs as, by workload identity: its ServiceAccounts are federated with it.
    AzureIdentity {
        /// Client id.
        client_id ("clientId"): Text,
        /// Tenant.
        tenant_id ("tenantId"): Text,
        /// Object id of the identity, which role assignments go to. It is not the client id.
        principal_id ("principalId"): Option<Text>,
        /// What the federated credentials are called by; `argocd-` and the platform's name when left out.
        purpose: Option<Text>,
        /// Parts of Argo CD that act as it besides those that the spec has a use for: the server and the application
        /// controller always, the ApplicationSet controller with ApplicationSets.
        parts: List<ArgoCdPart>,
        /// Whether Reloader restarts Argo CD when what its pods mount or read changes.
        restart: bool = true,
    }
}

crate::choice! {
    /// A part of Argo CD: a workload with a ServiceAccount of the same name.
    ArgoCdPart {
        /// API and user interface.
        Server = "argocd-server",
        /// Compares and syncs.
        ApplicationController = "argocd-application-controller",
        /// Makes Applications of ApplicationSets.
        ApplicationSetController = "argocd-applicationset-controller",
        /// Reads repositories; for those that sign in by workload identity.
        RepoServer = "argocd-repo-server",
    }
}

crate::shape! {
    /// The root Application and the parents.
    AppOfApps {
        /// Name of the root Application.
        root: Option<Text>,
        /// AppProject of the root and the parents.
        project: Option<Text>,
        /// Sync policy of the root and the parents.
        sync: Option<Sync>,
        /// Labels of the root and the parents.
        labels: Dict<Text>,
        /// Annotations of the root and the parents.
        annotations: Dict<Text>,
    }
}

crate::choice! {
    /// Which folders get a kustomization.yaml.
    Kustomizations {
        /// Only folders of apps with `kustomize`.
        Apps = "apps",
        /// Each folder that an Application reads.
        All = "all",
    }
}
