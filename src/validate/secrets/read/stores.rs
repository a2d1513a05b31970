//! Stores of External Secrets.

use super::super::facts::{Facts, Kind, Need, Read, Role, Store, Vault};
use super::walk::text;
use super::{at, condition, list};
use crate::base::{Map, Span, Value};

/// A SecretStore or ClusterSecretStore.
pub fn store(facts: &mut Facts, value: &Value) {
    let vault = at(value, &["spec", "provider", "vault"]).map(|vault| Vault {
        mount: vault.str_at("path").map(|path| path.trim_matches('/').into()),
        v2: vault.str_at("version") != Some("v1"),
    });
    let server = at(value, &["spec", "provider", "vault", "server"]);
    facts.vault_addresses.extend(server.and_then(|server| Some((text(server)?, server.span))));
    if let Some(provider) = at(value, &["spec", "provider"]) {
        references("", provider, &mut facts.reads);
    }
    facts.role = Role::Store(Store {
        cluster_wide: &*facts.kind == "ClusterSecretStore",
        conditions: list(value, &["spec", "conditions"]).iter().map(condition).collect(),
        vault,
        span: at(value, &["metadata", "name"]).map_or(Span::NONE, |name| name.span),
    });
}

/// What the provider of a store names: selectors of keys, ServiceAccounts, and the CA.
fn references(key: &str, value: &Value, reads: &mut Vec<Read>) {
    let Some(map) = value.as_map() else { return };
    match kind(key, map) {
        Some(kind) => reads.extend(reference(kind, value)),
        None => map.iter().for_each(|entry| references(&entry.key, &entry.value, reads)),
    }
}

fn kind(key: &str, map: &Map) -> Option<Kind> {
    let selects = map.contains("name") && map.keys().all(|key| ["name", "namespace", "key"].contains(&key));
    match key {
        "serviceAccountRef" | "serviceAccount" => Some(Kind::ServiceAccount),
        "caProvider" if map.get("type").and_then(Value::as_str) == Some("ConfigMap") => Some(Kind::ConfigMap),
        "caProvider" => Some(Kind::Secret),
        _ => selects.then_some(Kind::Secret),
    }
}

fn reference(kind: Kind, value: &Value) -> Option<Read> {
    let name = value.get("name")?;
    Some(Read {
        kind,
        name: text(name)?,
        namespace: value.get("namespace").and_then(text),
        span: name.span,
        keys: value.get("key").and_then(|key| Some((text(key)?, key.span))).into_iter().collect(),
        need: Need::Store,
    })
}
