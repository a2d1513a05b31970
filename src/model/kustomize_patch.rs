//! Patches of kustomizations (kustomize 5.8, `PatchTransformer`).

use regex::Regex;

use super::kustomize::list;
use crate::base::value::sorted;
use crate::base::{Kind, Map, Span, Value, patch};
use crate::yaml;

/// A patch with the objects it is for.
#[derive(Clone, Debug)]
pub struct Patch {
    /// Which objects are meant; those of the same kind and name where it does not say.
    pub target: Option<Value>,
    /// A partial object, or a list of RFC 6902 operations.
    pub body: Value,
    /// The entry of the kustomization.
    pub span: Span,
}

/// The patches of a kustomization, in the order in which kustomize applies them. `file` gives the documents of a file.
pub fn patches(kustomization: &Value, file: &dyn Fn(&str) -> Option<Vec<Value>>) -> Vec<Patch> {
    let mut out = Vec::new();
    let of_file = |path: &Value| file(path.as_str()?);
    for item in list(kustomization, "patchesStrategicMerge") {
        let bodies = of_file(item).unwrap_or_else(|| parsed(item));
        out.extend(bodies.into_iter().map(|body| Patch { target: None, body, span: item.span }));
    }
    for item in list(kustomization, "patchesJson6902").iter().chain(list(kustomization, "patches")) {
        let bodies = item.get("path").and_then(of_file).or_else(|| item.get("patch").map(parsed)).unwrap_or_default();
        let target = item.get("target").cloned();
        out.extend(bodies.into_iter().map(|body| Patch { target: target.clone(), body, span: item.span }));
    }
    out
}

/// The documents of a text that stands in a kustomization.
#[must_use]
pub fn parsed(text: &Value) -> Vec<Value> {
    text.as_str().map(|t| yaml::read_embedded(t, text.span).unwrap_or_default()).unwrap_or_default()
}

/// Applies a patch to the objects that it is for. One that does not fit changes nothing.
pub fn apply(patch: &Patch, objects: &mut [Value]) {
    for object in objects.iter_mut().filter(|object| is_meant(patch, object)) {
        if let Some(operations) = patch.body.as_list() {
            if let Ok(patched) = patch::apply_operations(object, operations) {
                *object = patched;
            }
        } else {
            *object = laid_on(object, &patch.body);
        }
    }
}

/// Whether a patch is for an object.
#[must_use]
pub fn is_meant(patch: &Patch, object: &Value) -> bool {
    let metadata =
        |of: &Value, key: &str| of.get("metadata").and_then(|m| m.str_at(key)).unwrap_or_default().to_owned();
    let version = object.str_at("apiVersion").unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let Some(target) = &patch.target else {
        let same = |key: &str| patch.body.str_at(key) == object.str_at(key);
        return same("kind") && metadata(&patch.body, "name") == metadata(object, "name");
    };
    let (name, namespace) = (metadata(object, "name"), metadata(object, "namespace"));
    let parts = [
        ("group", group),
        ("version", version),
        ("kind", object.str_at("kind").unwrap_or_default()),
        ("name", &name),
        ("namespace", &namespace),
    ];
    parts.iter().all(|(key, text)| target.str_at(key).is_none_or(|pattern| fits(pattern, text)))
}

/// Regular expressions of a target are anchored at both ends.
fn fits(pattern: &str, text: &str) -> bool {
    pattern.is_empty() || Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}

/// A partial object on a whole one. Items of lists are told apart by their names, as in most kinds that Kubernetes
/// itself has; other lists are replaced.
fn laid_on(under: &Value, over: &Value) -> Value {
    match (&under.kind, &over.kind) {
        (Kind::Map(below), Kind::Map(above)) => {
            let mut out: Map = (**below).clone();
            for entry in above.iter() {
                let value = out.get(&entry.key).map_or_else(|| entry.value.clone(), |old| laid_on(old, &entry.value));
                if entry.value.is_null() {
                    out.remove(&entry.key);
                } else {
                    out.set(std::sync::Arc::clone(&entry.key), value);
                }
            }
            Value::from(out).at(under.span)
        }
        (Kind::List(below), Kind::List(above)) if above.iter().all(|item| item.str_at("name").is_some()) => {
            let mut items: Vec<Value> = below.to_vec();
            for item in above.iter() {
                match items.iter_mut().find(|old| old.str_at("name") == item.str_at("name")) {
                    Some(old) => *old = laid_on(old, item),
                    None => items.push(item.clone()),
                }
            }
            Value::from(items).at(under.span)
        }
        _ => sorted(over),
    }
}
