//! Apps after defaults and overrides, one for each cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::onboarding::Onboarding;
use super::secrets::StoreAt;
use super::spec::{App, AppForm, Patch};
use crate::base::{Span, Value};
use crate::shape::Text;

/// URL by which Argo CD knows the cluster it runs in (Argo CD 3.x, `common.KubernetesInternalAPIServerAddr`).
pub const LOCAL_SERVER: &str = "https://kubernetes.default.svc";
/// Name of that cluster.
pub const LOCAL_NAME: &str = "in-cluster";

/// A cluster as a destination.
#[derive(Clone, Debug)]
pub struct ClusterRef {
    /// Its name in Argo CD.
    pub name: Text,
    /// URL of its API server, where the spec says it.
    pub server: Option<Text>,
    /// Its own environment: that of apps that choose clusters, and no environments.
    pub environment: Option<Text>,
    /// Its labels, as a mapping.
    pub labels: Value,
}

/// One Application to be: an app at a cluster.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Name of the app in the spec, at its key.
    pub app: Text,
    /// Name of the Application.
    pub name: Arc<str>,
    /// Name its files are called by.
    pub file: Arc<str>,
    /// The cluster.
    pub cluster: Arc<ClusterRef>,
    /// The environment: the one that the app chose there, or that of the cluster.
    pub environment: Option<Text>,
    /// All keys, merged from defaults, category, environment, app and overrides.
    pub body: App,
    /// Keys of an app that stand there, some perhaps misspelled, when not all could be read; a finding
    /// has been left then. Empty when all is well.
    pub misread: Vec<&'static str>,
    /// Patches of overrides that apply, in the order of the spec.
    pub patches: Vec<Patch>,
}

impl Instance {
    /// The category, or nothing where it is missing, which is an error by then.
    #[must_use]
    pub fn category(&self) -> &str {
        self.body.category.as_deref().unwrap_or_default()
    }

    /// The namespace, or nothing where it is missing, which is an error by then.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.body.namespace.as_deref().unwrap_or_default()
    }

    /// Whether the root holds the Application itself.
    #[must_use]
    pub fn is_foundation(&self) -> bool {
        self.body.foundation.unwrap_or(false)
    }

    /// Whether an ApplicationSet makes it.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.body.form == Some(AppForm::ApplicationSet)
    }

    /// Where it goes, in words.
    #[must_use]
    pub fn place(&self) -> String {
        match self.environment.as_ref().filter(|_| self.environment != self.cluster.environment) {
            Some(environment) => format!("in environment `{}` on cluster `{}`", &**environment, &*self.cluster.name),
            None => format!("on cluster `{}`", &*self.cluster.name),
        }
    }

    /// Where the spec names the app.
    #[must_use]
    pub fn span(&self) -> Span {
        self.app.span
    }
}

/// Where an Application goes, in short.
#[derive(Clone, Debug)]
pub struct Site {
    /// Name of the app in the spec.
    pub app: Arc<str>,
    /// Name of the Application.
    pub name: Arc<str>,
    /// Name its files are called by.
    pub file: Arc<str>,
    /// Name of the cluster.
    pub cluster: Arc<str>,
    /// Name of the environment.
    pub environment: Option<Arc<str>>,
    /// Whether its sources are a list, whose items no override can change one by one.
    pub listed: bool,
}

impl Site {
    /// That of an Application to be.
    #[must_use]
    pub fn of(instance: &Instance) -> Site {
        Site {
            app: Arc::clone(&instance.app.value),
            name: Arc::clone(&instance.name),
            file: Arc::clone(&instance.file),
            cluster: Arc::clone(&instance.cluster.name.value),
            environment: instance.environment.as_ref().map(|environment| Arc::clone(&environment.value)),
            listed: !instance.body.sources.is_empty(),
        }
    }
}

/// All Applications to be, sorted by name.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The Applications.
    pub instances: Vec<Instance>,
    /// Numbers of the Applications that bring the External Secrets Operator, by cluster.
    pub operators: BTreeMap<Arc<str>, usize>,
    /// Stores of secrets at each cluster, sorted by name and cluster.
    pub stores: Vec<StoreAt>,
    /// Secrets of clusters and repositories that are written as overlays.
    pub onboarding: Onboarding,
}
