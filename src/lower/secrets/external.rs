//! ExternalSecrets, and what others share with them.

use std::sync::Arc;

use super::common;
use crate::base::value::sorted;
use crate::base::{Map, Value};
use crate::lower::{Input, policy};
use crate::model::context::{Fields, parse_version};
use crate::model::secrets::{self, Need};
use crate::model::spec::{DataFrom, Find, SecretData};
use crate::shape::Text;

/// First version of the operator with `external-secrets.io/v1` (CRDs of its releases).
const FIRST_V1: (u32, u32) = (0, 16);

/// Annotation on a Secret, by which Reloader restarts the workloads that search for it (Reloader 1.x).
const RELOADER_MATCH: &str = "reloader.stakater.com/match";

/// The API version that the operator of a cluster serves.
pub fn api_version(input: &Input, cluster: &str) -> &'static str {
    let stated = input.spec.secrets.as_ref().and_then(|s| s.operator_version.as_ref());
    let version = stated.or_else(|| input.resolved.operator_version(cluster)).and_then(|v| parse_version(v));
    match version.is_some_and(|v| v < FIRST_V1) {
        true => "external-secrets.io/v1beta1",
        false => "external-secrets.io/v1",
    }
}

/// An ExternalSecret in a namespace.
pub fn namespaced(input: &Input, need: &Need, namespace: &Text, path: &str) -> Fields {
    object(input, need, path).with("namespace", namespace.to_value())
}

/// An ExternalSecret in no namespace yet.
pub fn object(input: &Input, need: &Need, path: &str) -> Fields {
    common(need, path, policy::texts(&need.secret.annotations))
        .with("apiVersion", api_version(input, &need.instance.cluster.name))
        .with("spec", spec(input, need))
}

/// A ClusterExternalSecret for all its namespaces.
pub fn cluster_wide(input: &Input, need: &Need, path: &str) -> Fields {
    let secret = need.secret;
    let labels = policy::texts(&secret.namespace_labels);
    let selectors = (!labels.is_empty()).then(|| vec![Fields::new().with("matchLabels", labels).build()]);
    let by_name = selectors.is_none() || !secret.namespaces.is_empty();
    let namespaces = if by_name { need.namespaces() } else { Vec::new() };
    common(need, path, policy::texts(&secret.annotations))
        .with("apiVersion", api_version(input, &need.instance.cluster.name))
        .list("namespaces", namespaces.iter().map(Text::to_value).collect())
        .list("namespaceSelectors", selectors.unwrap_or_default())
        .with("refreshTime", need.refresh_interval().to_value())
        .with("spec", spec(input, need))
}

/// `spec` of an ExternalSecret. What the API server would fill in is written out, so that Argo CD sees no difference.
pub fn spec(input: &Input, need: &Need) -> Value {
    let secret = need.secret;
    let kind = |store: &Text| store_ref(input, need, store);
    let target = Fields::new()
        .with("name", need.name.to_value())
        .with("creationPolicy", need.creation_policy().word())
        .with("deletionPolicy", need.deletion_policy().word())
        .maybe("immutable", secret.immutable)
        .maybe("template", template(need));
    let data = need.data().into_iter().map(|d| {
        Fields::new()
            .with("secretKey", d.name.to_value())
            .with("remoteRef", remote(&d.item))
            .maybe("sourceRef", d.item.store.as_ref().map(|s| source_ref(kind(s))))
            .at(d.item.span)
    });
    let from = secret.data_from.iter().map(|from| data_from(from, from.store.as_ref().map(|s| source_ref(kind(s)))));
    Fields::new()
        .with("refreshInterval", need.refresh_interval().to_value())
        .maybe("refreshPolicy", secret.refresh_policy.map(crate::model::spec::RefreshPolicy::word))
        .maybe("secretStoreRef", need.store().map(kind))
        .with("target", target.build())
        .list("data", data.collect())
        .list("dataFrom", from.collect())
        .build()
}

fn store_ref(input: &Input, need: &Need, store: &Text) -> Value {
    let at = input.resolved.store(store, &need.instance.cluster.name);
    let elsewhere = || secrets::external_store(input.spec, store).unwrap_or("ClusterSecretStore");
    let kind = at.map_or_else(elsewhere, |s| s.body.kind());
    Fields::new().with("name", store.to_value()).with("kind", Value::from(kind).at(store.span)).at(store.span)
}

fn source_ref(store: Value) -> Value {
    Fields::new().with("storeRef", store).build()
}

/// A reference to a value, with the defaults that the API server fills in up to External Secrets 2.8.
fn remote(data: &SecretData) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let or = |t: &Option<Text>, default: &str| t.as_ref().map_or_else(|| Value::from(default), Text::to_value);
    Fields::new()
        .with("key", data.path.to_value())
        .maybe("property", text(&data.property))
        .maybe("version", text(&data.version))
        .with("conversionStrategy", or(&data.conversion, "Default"))
        .with("decodingStrategy", or(&data.decoding, "None"))
        .with("metadataPolicy", or(&data.metadata, "None"))
        .at(data.span)
}

fn data_from(from: &DataFrom, source: Option<Value>) -> Value {
    Fields::new()
        .maybe("extract", from.extract.as_ref().map(remote))
        .maybe("find", from.find.as_ref().map(find))
        .list("rewrite", from.rewrite.iter().map(|r| sorted(&r.to_value())).collect())
        .maybe("sourceRef", source)
        .at(from.span)
}

fn find(find: &Find) -> Value {
    let name = find.name.as_ref().map(|n| Fields::new().with("regexp", n.to_value()).at(n.span));
    Fields::new()
        .maybe("path", find.path.as_ref().map(Text::to_value))
        .maybe("name", name)
        .map("tags", policy::texts(&find.tags))
        .with("conversionStrategy", "Default")
        .with("decodingStrategy", "None")
        .at(find.span)
}

/// `target.template`, where the Secret is to have a form of its own.
fn template(need: &Need) -> Option<Value> {
    let stated = need.secret.template.as_ref();
    if stated.is_none() && !need.secret.restart {
        return None;
    }
    let text = |t: Option<&Text>, default: &str| t.map_or_else(|| Value::from(default), Text::to_value);
    let from = stated.map(|t| t.from.iter().map(|f| sorted(&f.to_value())).collect()).unwrap_or_default();
    let fields = Fields::new()
        .with("type", text(stated.and_then(|t| t.kind.as_ref()), "Opaque"))
        .with("engineVersion", "v2")
        .with("mergePolicy", text(stated.and_then(|t| t.merge_policy.as_ref()), "Replace"))
        .maybe("metadata", metadata(need, Map::new()))
        .map("data", stated.map(|t| policy::texts(&t.data)).unwrap_or_default())
        .list("templateFrom", from);
    Some(fields.at(stated.map(|t| t.span).unwrap_or_default()))
}

/// Labels and annotations of the Secret.
fn metadata(need: &Need, mut annotations: Map) -> Option<Value> {
    let stated = need.secret.template.as_ref();
    let labels = stated.map(|t| policy::texts(&t.labels)).unwrap_or_default();
    stated.map(|t| policy::texts(&t.annotations)).unwrap_or_default().into_iter().for_each(|e| annotations.put(e));
    if need.secret.restart {
        annotations.set(RELOADER_MATCH, "true");
    }
    annotations.sort();
    let empty = labels.is_empty() && annotations.is_empty();
    (!empty).then(|| Fields::new().map("labels", labels).map("annotations", annotations).build())
}

/// `template` of a SealedSecret.
pub fn sealed_template(need: &Need, scope: Map) -> Value {
    let kind = need.secret.template.as_ref().and_then(|t| t.kind.as_ref()).map(Text::to_value);
    let metadata = metadata(need, scope);
    Fields::new().maybe("metadata", metadata).with("type", kind.unwrap_or_else(|| Value::from("Opaque"))).build()
}

/// `secretObjects` of a SecretProviderClass, or nothing where no Secret is wanted.
pub fn secret_object(need: &Need, files: &[(Text, Text)]) -> Value {
    let stated = need.secret.template.as_ref();
    let kind = stated.and_then(|t| t.kind.as_ref()).map(Text::to_value);
    let data = files.iter().map(|(key, file)| {
        Fields::new().with("key", key.to_value()).with("objectName", Value::from(Arc::clone(&file.value))).build()
    });
    let metadata = metadata(need, Map::new());
    let part = |key: &str| metadata.as_ref().and_then(|m| m.get(key)).cloned();
    Fields::new()
        .with("secretName", need.name.to_value())
        .with("type", kind.unwrap_or_else(|| Value::from("Opaque")))
        .maybe("labels", part("labels"))
        .maybe("annotations", part("annotations"))
        .with("data", data.collect::<Vec<_>>())
        .build()
}
