//! What is made by somebody else, by word of the user or by custom.

use std::sync::Arc;

use super::facts::Kind;
use crate::base::names::fits;
use crate::model::spec::{ExternalKind, ExternalObject};
use crate::shape::Text;

/// What the spec says is made elsewhere. Cluster, namespace and name may hold `*`.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Secrets.
    pub secrets: Vec<Outside>,
    /// ConfigMaps.
    pub config_maps: Vec<Outside>,
    /// ServiceAccounts.
    pub service_accounts: Vec<Outside>,
    /// SecretStores, and with an empty namespace or `*` ClusterSecretStores.
    pub stores: Vec<Outside>,
}

/// One thing, or all that a pattern fits.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The cluster that has it.
    pub cluster: Arc<str>,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

/// ConfigMaps that Kubernetes and its relatives put into each namespace.
const EVERYWHERE: [&str; 3] = ["kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"];

impl Known {
    /// What the spec says.
    pub fn of(stated: &[ExternalObject]) -> Known {
        let mut known = Known::default();
        for object in stated {
            let list = match object.kind {
                ExternalKind::Secret => &mut known.secrets,
                ExternalKind::ConfigMap => &mut known.config_maps,
                ExternalKind::ServiceAccount => &mut known.service_accounts,
                ExternalKind::SecretStore | ExternalKind::ClusterSecretStore => &mut known.stores,
                ExternalKind::WorkflowTemplate | ExternalKind::ClusterWorkflowTemplate => continue,
            };
            let or_any = |t: &Option<Text>| t.as_ref().map_or_else(|| "*".into(), |t| Arc::clone(&t.value));
            let (cluster, namespace) = (or_any(&object.cluster), or_any(&object.namespace));
            list.push(Outside { cluster, namespace, name: Arc::clone(&object.name.value) });
        }
        known
    }

    /// Whether somebody else makes an object of that kind.
    pub fn has(&self, kind: Kind, cluster: &str, namespace: &str, name: &str) -> bool {
        any(self.listed(kind), cluster, namespace, name) || is_everywhere(kind, name)
    }

    fn listed(&self, kind: Kind) -> &[Outside] {
        match kind {
            Kind::Secret => &self.secrets,
            Kind::ConfigMap => &self.config_maps,
            Kind::ServiceAccount => &self.service_accounts,
            Kind::ProviderClass => &[],
        }
    }

    /// Whether somebody else makes an object of that kind in any namespace.
    pub fn has_somewhere(&self, kind: Kind, name: &str) -> bool {
        self.listed(kind).iter().any(|outside| fits(&outside.name, name)) || is_everywhere(kind, name)
    }

    /// Whether somebody else makes a store; a ClusterSecretStore has no namespace.
    pub fn has_store(&self, cluster: &str, namespace: &str, name: &str) -> bool {
        any(&self.stores, cluster, namespace, name)
    }
}

fn any(of: &[Outside], cluster: &str, namespace: &str, name: &str) -> bool {
    of.iter().any(|o| fits(&o.cluster, cluster) && fits(&o.namespace, namespace) && fits(&o.name, name))
}

/// Whether Kubernetes or a relative makes an object of that name in each namespace.
fn is_everywhere(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::ConfigMap => EVERYWHERE.contains(&name),
        Kind::ServiceAccount => name == "default",
        _ => false,
    }
}
