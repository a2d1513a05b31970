//! References in pod templates and Helm values, wherever they stand: their words are the same ones.

use std::sync::Arc;

use super::super::facts::{Kind, Need, Read, VaultPath};
use crate::base::{Entry, Map, Span, Value};

/// Looks through a value.
pub struct Walk {
    /// What a missing object means.
    need: Need,
    /// Whether it is Helm values, where more words name Secrets.
    values: bool,
    /// Whether cert-manager makes the Secrets of `tls`.
    certified: bool,
    /// What was found.
    pub found: Found,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// References.
    pub reads: Vec<Read>,
    /// Paths that the agent of Vault is told to read.
    pub vault_paths: Vec<VaultPath>,
    /// Addresses of Vault.
    pub vault_addresses: Vec<(Arc<str>, Span)>,
}

/// Annotations that have cert-manager, or Gardener's controller, make the Secrets of an Ingress.
const ISSUERS: [&str; 4] = [
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer",
    "kubernetes.io/tls-acme",
    "cert.gardener.cloud/purpose",
];
/// The annotations of the Vault Agent Injector that name a secret.
const INJECT: &str = "vault.hashicorp.com/agent-inject-secret-";
/// The one that names the server.
const SERVICE: &str = "vault.hashicorp.com/service";

/// What a pod template, a workload or a workflow refers to.
pub fn pod(value: &Value) -> Found {
    look(value, Need::Pod, false)
}

/// What Helm values refer to.
pub fn values(value: &Value) -> Found {
    look(value, Need::Values, true)
}

fn look(value: &Value, need: Need, values: bool) -> Found {
    let mut walk = Walk { need, values, certified: values && mentions_issuer(value), found: Found::default() };
    walk.value("", value);
    walk.found
}

/// Whether a mapping below has one of the annotations of cert-manager.
pub fn mentions_issuer(value: &Value) -> bool {
    let entry = |e: &Entry| ISSUERS.contains(&&*e.key) || mentions_issuer(&e.value);
    value.as_map().is_some_and(|map| map.iter().any(entry))
        || value.as_list().is_some_and(|list| list.iter().any(mentions_issuer))
}

impl Walk {
    /// A value that stands under a key.
    fn value(&mut self, key: &str, value: &Value) {
        if let Some(list) = value.as_list() {
            for item in list {
                if key.ends_with("olumes") || key == "sources" {
                    self.volume(item);
                }
                if key == "tls" && !self.certified {
                    self.named(Kind::Secret, item.get("secretName"), Need::Tls);
                }
                self.value(key, item);
            }
        }
        let Some(map) = value.as_map() else { return };
        // What is switched off is not rendered, whatever it names.
        if self.values && map.get("enabled").and_then(Value::as_bool) == Some(false) {
            return;
        }
        for entry in map {
            self.entry(map, entry);
            self.value(&entry.key, &entry.value);
        }
    }

    fn entry(&mut self, map: &Map, entry: &Entry) {
        let (key, value) = (&*entry.key, &entry.value);
        match key {
            "secretKeyRef" | "secretRef" => self.selector(Kind::Secret, value),
            "configMapKeyRef" | "configMapRef" => self.selector(Kind::ConfigMap, value),
            "imagePullSecrets" | "pullSecrets" => self.pull_secrets(value),
            "serviceAccountName" if !self.values => self.named(Kind::ServiceAccount, Some(value), self.need),
            SERVICE => self.found.vault_addresses.extend(text(value).map(|t| (t, value.span))),
            _ if key.starts_with(INJECT) => {
                let path = text(value).map(|path| VaultPath { path, span: value.span });
                self.found.vault_paths.extend(path);
            }
            _ if key.ends_with("Secret") && value.get("key").is_some() => self.selector(Kind::Secret, value),
            _ if self.values => self.helm(map, entry),
            _ => {}
        }
    }

    /// Words that only charts have.
    fn helm(&mut self, map: &Map, entry: &Entry) {
        let (key, value) = (&*entry.key, &entry.value);
        match key {
            "existingConfigmap" | "existingConfigMap" => self.named(Kind::ConfigMap, Some(value), Need::Existing),
            // A Secret that the chart is told not to make.
            "secret" if value.get("create").and_then(Value::as_bool) == Some(false) => {
                self.existing(value, Vec::new());
            }
            _ if key.starts_with("existingSecret") && !is_name_of_key(map, key) => {
                self.existing(value, key_beside(map, key).into_iter().collect());
            }
            _ => {}
        }
    }

    /// A Secret that the chart does not make: its name, or `{ name, key }`.
    fn existing(&mut self, value: &Value, keys: Vec<(Arc<str>, Span)>) {
        let before = self.found.reads.len();
        match value.as_map() {
            Some(_) => self.selector(Kind::Secret, value),
            None => self.read(Kind::Secret, Some(value), keys, self.need),
        }
        self.found.reads.iter_mut().skip(before).for_each(|read| read.need = Need::Existing);
    }

    fn volume(&mut self, volume: &Value) {
        let items = |source: &Value| -> Vec<(Arc<str>, Span)> {
            let keys = source.get("items").and_then(Value::as_list).unwrap_or_default().iter();
            keys.filter_map(|item| key_of(item.get("key")?)).collect()
        };
        for (field, kind) in [("secret", Kind::Secret), ("configMap", Kind::ConfigMap)] {
            let Some(source) = volume.get(field) else { continue };
            let name = source.get("secretName").or_else(|| source.get("name"));
            let optional = source.get("optional").and_then(Value::as_bool) == Some(true);
            let need = if optional { Need::Optional } else { self.need };
            self.read(kind, name, items(source), need);
        }
        let class = volume.get("csi").and_then(|csi| csi.get("volumeAttributes"));
        self.named(Kind::ProviderClass, class.and_then(|c| c.get("secretProviderClass")), self.need);
    }

    /// `{ name, key }`.
    fn selector(&mut self, kind: Kind, value: &Value) {
        let optional = value.get("optional").and_then(Value::as_bool) == Some(true);
        let need = if optional { Need::Optional } else { self.need };
        let keys: Vec<_> = value.get("key").and_then(key_of).into_iter().collect();
        let before = self.found.reads.len();
        self.read(kind, value.get("name"), keys, need);
        let namespace = value.get("namespace").and_then(text);
        self.found.reads.iter_mut().skip(before).for_each(|read| read.namespace.clone_from(&namespace));
    }

    fn pull_secrets(&mut self, value: &Value) {
        for item in value.as_list().unwrap_or_default() {
            self.named(Kind::Secret, Some(item.get("name").unwrap_or(item)), self.need);
        }
    }

    fn named(&mut self, kind: Kind, name: Option<&Value>, need: Need) {
        self.read(kind, name, Vec::new(), need);
    }

    fn read(&mut self, kind: Kind, name: Option<&Value>, keys: Vec<(Arc<str>, Span)>, need: Need) {
        let Some(value) = name else { return };
        let Some(name) = text(value) else { return };
        self.found.reads.push(Read { kind, name, namespace: None, span: value.span, keys, need });
    }
}

/// A text that is no template and not empty.
pub fn text(value: &Value) -> Option<Arc<str>> {
    let text = value.as_str().filter(|t| !t.is_empty() && !t.contains("{{") && !t.contains("$("))?;
    Some(text.into())
}

fn key_of(value: &Value) -> Option<(Arc<str>, Span)> {
    Some((text(value)?, value.span))
}

/// Whether a key such as `existingSecretPasswordKey` names a key of a Secret and not a Secret. Charts that
/// have the word for a Secret are the business of `schemas/charts`.
fn is_name_of_key(map: &Map, key: &str) -> bool {
    key.ends_with("Key") || key.ends_with("Keys") || map.get(key).is_some_and(|v| v.as_bool().is_some())
}

/// The key of the Secret, where one stands beside: `existingSecretKey` beside `existingSecret`.
fn key_beside(map: &Map, key: &str) -> Option<(Arc<str>, Span)> {
    key_of(map.get(&format!("{key}Key"))?)
}
