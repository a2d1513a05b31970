//! What is made by somebody else, by word of the user or by custom.

use super::facts::Kind;
use crate::model::external::Externals;
use crate::model::spec::ExternalKind;

/// What the spec says is made elsewhere, and what each namespace has.
#[derive(Clone, Copy)]
pub struct Known<'a>(pub &'a Externals);

/// ConfigMaps that Kubernetes and its relatives put into each namespace.
const EVERYWHERE: [&str; 3] = ["kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"];
const STORES: [ExternalKind; 2] = [ExternalKind::SecretStore, ExternalKind::ClusterSecretStore];

impl Known<'_> {
    /// Whether somebody else makes an object of that kind.
    pub fn has(self, kind: Kind, cluster: &str, namespace: &str, name: &str) -> bool {
        is_everywhere(kind, name) || self.0.has(&[external(kind)], cluster, namespace, name)
    }

    /// Whether somebody else makes an object of that kind in any namespace.
    pub fn has_somewhere(self, kind: Kind, name: &str) -> bool {
        is_everywhere(kind, name) || self.0.has_somewhere(external(kind), name)
    }

    /// Whether somebody else makes a store; a ClusterSecretStore has no namespace.
    pub fn has_store(self, cluster: &str, namespace: &str, name: &str) -> bool {
        self.0.has(&STORES, cluster, namespace, name)
    }
}

fn external(kind: Kind) -> ExternalKind {
    match kind {
        Kind::Secret => ExternalKind::Secret,
        Kind::ConfigMap => ExternalKind::ConfigMap,
        Kind::ServiceAccount => ExternalKind::ServiceAccount,
        Kind::ProviderClass => ExternalKind::SecretProviderClass,
    }
}

/// Whether Kubernetes or a relative makes an object of that name in each namespace.
fn is_everywhere(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::ConfigMap => EVERYWHERE.contains(&name),
        Kind::ServiceAccount => name == "default",
        _ => false,
    }
}
