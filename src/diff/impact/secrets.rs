//! Where secrets are read from.

use std::collections::BTreeSet;

use super::Both;
use crate::base::{Kind, Value};
use crate::model::changes::{Class, Edit, Impact, Step};

/// Kinds that read secrets, with the keys below which their places stand. Facts: External Secrets v1, Secrets Store CSI
/// driver v1, Vault Secrets Operator v1beta1.
const READERS: &[(&str, &[&str])] = &[
    ("ExternalSecret", &["remoteRef", "extract", "find", "secretStoreRef", "sourceRef", "storeRef"]),
    ("ClusterExternalSecret", &["remoteRef", "extract", "find", "secretStoreRef", "sourceRef", "storeRef"]),
    ("PushSecret", &["remoteRef", "secretStoreRefs", "selector"]),
    ("SecretStore", &["provider"]),
    ("ClusterSecretStore", &["provider"]),
    ("SecretProviderClass", &["provider", "objects", "vaultAddress", "keyvaultName", "tenantId", "roleName"]),
    ("VaultStaticSecret", &["mount", "path", "namespace", "vaultAuthRef"]),
    ("VaultDynamicSecret", &["mount", "path", "role", "namespace", "vaultAuthRef"]),
];
/// Beginnings of annotations that the injector of Vault reads.
const INJECTED: &[&str] =
    &["vault.hashicorp.com/agent-inject-secret", "vault.hashicorp.com/role", "vault.hashicorp.com/namespace"];

/// Whether a secret comes from somewhere else.
pub fn judge(both: Both) -> Vec<Impact> {
    let places = READERS.iter().find(|(kind, _)| *kind == both.kind()).map_or(&[][..], |(_, keys)| keys);
    let mut seen = BTreeSet::new();
    let read = |edit: &&Edit| {
        edit.place.keys().any(|key| places.contains(&key) || INJECTED.iter().any(|i| key.starts_with(i)))
    };
    let mut out = Vec::new();
    for edit in both.real().filter(read).filter(|edit| edit.before.is_some() && edit.after.is_some()) {
        let reason =
            format!("{} was {}, and becomes {}", what(edit), word(edit.before.as_ref()), word(edit.after.as_ref()));
        if seen.insert(reason.clone()) {
            out.push(Impact::new(Class::SecretPathChanged, reason).at(&edit.place));
        }
    }
    out
}

/// The value in words: `property` of `DB_PASSWORD`, `secretStoreRef.name`.
fn what(edit: &Edit) -> String {
    let keys: Vec<&str> = edit.place.keys().collect();
    let item = edit.place.0.iter().rev().find_map(|step| match step {
        Step::Item(label) => Some(label),
        _ => None,
    });
    let last = |n: usize| keys.get(keys.len().saturating_sub(n)..).unwrap_or_default().join(".");
    item.map_or_else(|| format!("`{}`", last(2)), |label| format!("`{}` of `{label}`", last(1)))
}

fn word(value: Option<&Value>) -> String {
    match value.map(|value| &value.kind) {
        Some(Kind::Str(text)) if text.len() <= 200 => format!("`{text}`"),
        Some(Kind::Int(n)) => format!("`{n}`"),
        Some(Kind::Bool(b)) => format!("`{b}`"),
        Some(_) => "another".to_owned(),
        None => "none".to_owned(),
    }
}
