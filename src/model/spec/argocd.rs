//! The Argo CD that runs the platform, and the app-of-apps itself.

use super::Sync;
use crate::shape::{AnyMap, Dict, Text};

crate::shape! {
    /// The Argo CD that runs the platform.
    ArgoCd {
        /// Its namespace.
        namespace: Text = "argocd",
        /// Its version, as `3.1`. Behaviour and schemas follow it.
        version: Text = "3.1",
        /// App that owns the Secrets of clusters and repositories; the app called `argocd` when left out.
        app: Option<Text>,
        /// Keys of argocd-cm. Truth values and numbers become text, mappings and lists YAML in text.
        settings: Option<AnyMap>,
        /// Keys of argocd-cmd-params-cm.
        params: Option<AnyMap>,
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
