//! From a document to facts. Kinds that have nothing to do with secrets cost one comparison.

mod apps;
mod externals;
mod makers;
mod routes;
mod stores;
mod subjects;
pub mod walk;

pub use makers::renames;

use std::sync::Arc;

use super::facts::{Condition, Facts, Labels, Role, Selector};
use crate::base::{Span, Value};
use crate::model::document::{Document, group_of};
use crate::source::SourceMap;

/// What a document has to do with secrets; `None` when nothing.
pub fn facts(document: &Document, sources: &SourceMap) -> Option<Facts> {
    let (api_version, kind) = document.type_of()?;
    let group = group_of(api_version);
    let application = |facts: &mut Facts, value: &Value| apps::application(facts, value, sources);
    let read: &dyn Fn(&mut Facts, &Value) = match (group, kind) {
        ("argoproj.io", "Application") => &application,
        ("argoproj.io", "ApplicationSet") => &apps::set,
        ("", "Secret" | "ConfigMap" | "ServiceAccount" | "Namespace") => &makers::core,
        ("external-secrets.io", "SecretStore" | "ClusterSecretStore") => &stores::store,
        ("external-secrets.io", "ExternalSecret" | "ClusterExternalSecret" | "PushSecret") => &externals::external,
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => &makers::provider_class,
        ("bitnami.com", "SealedSecret") => &makers::sealed_secret,
        ("kustomize.config.k8s.io", _) => &makers::kustomization,
        ("cert-manager.io", "Certificate") => &makers::certificate,
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => &subjects::binding,
        ("networking.k8s.io", "Ingress") => &routes::ingress,
        ("traefik.io" | "traefik.containo.us", _) => &routes::traefik,
        ("gateway.networking.k8s.io", "Gateway") => &routes::gateway,
        ("apps" | "batch", _)
        | ("", "Pod")
        | ("argoproj.io", "Workflow" | "WorkflowTemplate" | "CronWorkflow" | "Rollout") => &workload,
        _ if makers::is_operator(group, kind) => &makers::operator,
        _ => return None,
    };
    let mut facts = Facts {
        path: Arc::clone(&document.path),
        origin: document.origin,
        cluster: document.tags.cluster.clone(),
        api_version: api_version.into(),
        version_span: document.value.get("apiVersion").map_or(Span::NONE, |v| v.span),
        kind: kind.into(),
        name: metadata(document, "name").unwrap_or_default(),
        namespace: metadata(document, "namespace"),
        makes: Vec::new(),
        reads: Vec::new(),
        vault_paths: Vec::new(),
        vault_addresses: Vec::new(),
        role: Role::Plain,
    };
    read(&mut facts, &document.value);
    Some(facts)
}

fn metadata(document: &Document, key: &str) -> Option<Arc<str>> {
    document.value.get("metadata")?.str_at(key).map(Into::into)
}

fn workload(facts: &mut Facts, value: &Value) {
    let found = walk::pod(value);
    facts.reads = found.reads;
    facts.vault_paths = found.vault_paths;
    facts.vault_addresses = found.vault_addresses;
}

/// The values below a path of keys.
pub fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// The items of a list under a path.
pub fn list<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    at(value, path).and_then(Value::as_list).unwrap_or_default()
}

/// The texts of a list under a key.
pub fn texts(value: &Value, key: &str) -> Vec<Arc<str>> {
    list(value, &[key]).iter().filter_map(Value::as_str).map(Into::into).collect()
}

/// Labels, as pairs.
pub fn labels(value: Option<&Value>) -> Labels {
    let map = value.and_then(Value::as_map);
    let pair = |e: &crate::base::Entry| Some((Arc::clone(&e.key), e.value.as_str()?.into()));
    map.into_iter().flatten().filter_map(pair).collect()
}

/// A label selector.
pub fn selector(value: &Value) -> Selector {
    let expression = |e: &Value| Some((e.str_at("key")?.into(), e.str_at("operator")?.into(), texts(e, "values")));
    Selector {
        labels: labels(value.get("matchLabels")),
        expressions: list(value, &["matchExpressions"]).iter().filter_map(expression).collect(),
    }
}

/// A condition of a store, or the namespaces of a ClusterExternalSecret.
pub fn condition(value: &Value) -> Condition {
    Condition {
        namespaces: texts(value, "namespaces"),
        places: list(value, &["namespaces"]).iter().filter(|n| n.as_str().is_some()).map(|n| n.span).collect(),
        regexes: texts(value, "namespaceRegexes").iter().filter_map(|r| regex::Regex::new(r).ok()).collect(),
        selector: value.get("namespaceSelector").map(selector),
    }
}
