//! Bindings of roles of Kubernetes: the ServiceAccounts that they are for.

use super::super::facts::{Facts, Kind, Need, Read};
use super::list;
use crate::base::Value;

/// A RoleBinding or ClusterRoleBinding (rbac.authorization.k8s.io/v1).
pub fn binding(facts: &mut Facts, value: &Value) {
    let subject = |subject: &Value| {
        let name = subject.get("name").filter(|_| subject.str_at("kind") == Some("ServiceAccount"))?;
        Some(Read {
            kind: Kind::ServiceAccount,
            name: name.as_str()?.into(),
            // The API server takes none without.
            namespace: Some(subject.str_at("namespace")?.into()),
            span: name.span,
            keys: Vec::new(),
            need: Need::Other,
        })
    };
    facts.reads = list(value, &["subjects"]).iter().filter_map(subject).collect();
}
