//! ExternalSecrets, ClusterExternalSecrets and PushSecrets.

use std::sync::Arc;

use super::super::facts::{External, Facts, Keys, Kind, Made, Need, Read, Remote, Role, StoreRef};
use super::makers::found_by_label;
use super::walk::text;
use super::{at, condition, list, selector};
use crate::base::{Entry, Span, Value};

/// One of the three.
pub fn external(facts: &mut Facts, value: &Value) {
    let Some(spec) = value.get("spec") else { return };
    let external = match &*facts.kind {
        "PushSecret" => push(facts, spec),
        "ClusterExternalSecret" => {
            let Some(inner) = spec.get("externalSecretSpec") else { return };
            let name = spec.get("externalSecretName").or_else(|| at(value, &["metadata", "name"]));
            let external = pull(facts, inner, name);
            External { spread: Some(spread(spec)), ..external }
        }
        _ => pull(facts, spec, at(value, &["metadata", "name"])),
    };
    facts.role = Role::External(Box::new(external));
}

fn spread(spec: &Value) -> super::super::facts::Condition {
    let mut spread = condition(spec);
    let several = list(spec, &["namespaceSelectors"]).first().map(selector);
    spread.selector = spread.selector.or(several);
    spread
}

/// What an ExternalSecret makes and reads. `name` is that of the Secret where the target has none.
fn pull(facts: &mut Facts, spec: &Value, name: Option<&Value>) -> External {
    let name = at(spec, &["target", "name"]).or(name);
    let policy = at(spec, &["target", "creationPolicy"]).and_then(Value::as_str).unwrap_or("Owner");
    let of_secret = at(spec, &["target", "manifest"]).is_none() && policy != "None";
    if let Some((name, span)) = name.and_then(|n| Some((text(n)?, n.span))).filter(|_| of_secret) {
        if policy == "Merge" {
            let keys = Vec::new();
            facts.reads.push(Read {
                kind: Kind::Secret,
                name: Arc::clone(&name),
                namespace: None,
                span,
                keys,
                need: Need::Other,
            });
        }
        let mut keys = keys(spec);
        keys.open |= policy == "CreateOrMerge";
        let metadata = at(spec, &["target", "template", "metadata"]);
        facts.makes.push(Made {
            kind: Kind::Secret,
            name,
            keys,
            span,
            found_by_label: found_by_label(metadata),
            wanted: policy != "Merge",
            adds: policy == "Merge",
        });
    }
    stores(spec)
}

/// The keys of the Secret (External Secrets 2.9.0, `applyTemplate`): those of the template alone, once it has
/// data of its own and does not merge.
fn keys(spec: &Value) -> Keys {
    let template = at(spec, &["target", "template"]);
    let own = template.and_then(|t| at(t, &["data"])).and_then(Value::as_map);
    let from = template.is_some_and(|t| t.get("templateFrom").is_some());
    let merges = template.and_then(|t| t.str_at("mergePolicy")) == Some("Merge");
    let read = list(spec, &["data"]).iter().filter_map(|d| d.str_at("secretKey")).map(Arc::from);
    let templated = own.into_iter().flatten().map(|e: &Entry| Arc::clone(&e.key));
    let replaces = (own.is_some_and(|data| !data.is_empty()) || from) && !merges;
    let open = from || (!replaces && spec.get("dataFrom").is_some());
    match replaces {
        true => Keys { names: templated.collect(), open },
        false => Keys { names: read.chain(templated).collect(), open },
    }
}

fn stores(spec: &Value) -> External {
    let mut external = External::default();
    let shared = spec.get("secretStoreRef").and_then(|r| add_store(&mut external, r));
    for item in list(spec, &["data"]) {
        let store = own_store(&mut external, item, shared);
        let remote = item.get("remoteRef").zip(store);
        external.remotes.extend(remote.and_then(|(r, s)| self::remote(s, r, r.get("property").is_none())));
    }
    for item in list(spec, &["dataFrom"]) {
        let store = own_store(&mut external, item, shared);
        let remote = item.get("extract").zip(store);
        external.remotes.extend(remote.and_then(|(r, s)| self::remote(s, r, false)));
    }
    let template = at(spec, &["target", "template", "data"]).and_then(Value::as_map);
    let takes = |e: &Entry| e.value.as_str().is_some_and(|t| t.contains("fromJson") || t.contains("fromYaml"));
    external.takes_json = template.is_some_and(|map| map.iter().any(takes));
    external
}

fn own_store(external: &mut External, item: &Value, shared: Option<usize>) -> Option<usize> {
    match item.get("sourceRef") {
        Some(source) => source.get("storeRef").and_then(|r| add_store(external, r)),
        None => shared,
    }
}

fn add_store(external: &mut External, reference: &Value) -> Option<usize> {
    let cluster_wide = reference.str_at("kind").map(|kind| kind == "ClusterSecretStore");
    let name = reference.get("name")?;
    let span = if name.span.is_none() { reference.span } else { name.span };
    external.stores.push(StoreRef { name: text(name)?, cluster_wide, span });
    Some(external.stores.len() - 1)
}

fn remote(store: usize, reference: &Value, whole: bool) -> Option<Remote> {
    let key = reference.get("key")?;
    Some(Remote { store, key: text(key)?, span: key.span, whole })
}

/// A PushSecret reads a Secret and names the stores that it goes to.
fn push(facts: &mut Facts, spec: &Value) -> External {
    let mut external = External::default();
    for reference in list(spec, &["secretStoreRefs"]) {
        add_store(&mut external, reference);
    }
    if let Some(name) = at(spec, &["selector", "secret", "name"])
        && let Some(text) = text(name)
    {
        let keys: Vec<(Arc<str>, Span)> = list(spec, &["data"])
            .iter()
            .filter_map(|d| at(d, &["match", "secretKey"]))
            .filter_map(|key| Some((super::walk::text(key)?, key.span)))
            .collect();
        let keys = if spec.get("template").is_some() { Vec::new() } else { keys };
        facts.reads.push(Read {
            kind: Kind::Secret,
            name: text,
            namespace: None,
            span: name.span,
            keys,
            need: Need::Other,
        });
    }
    external
}
