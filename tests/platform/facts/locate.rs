//! Finds the object an entry speaks of: by group, kind, namespace and name, not yet by version or file.

use super::super::Platform;
use super::super::object::Object;
use regex::Regex;
use serde_json::Value;

/// Indices of the rendered objects an entry may mean; more than one only if it states no name.
pub fn manifests(platform: &Platform, entry: &Value) -> Vec<usize> {
    let objects = platform.tree.objects.iter().enumerate();
    objects.filter(|(_, object)| meant(entry, object)).map(|(index, _)| index).collect()
}

/// What an entry looks for, for a message.
pub fn wanted(entry: &Value) -> String {
    let text = |key: &str| entry[key].as_str().unwrap_or("-");
    let name = entry["name"].as_str().or(entry["namePattern"].as_str()).unwrap_or("any name");
    let place = entry["file"].as_str().map(|file| format!(" in {file}")).unwrap_or_default();
    format!("{} {} {}/{name}{place}", text("apiVersion"), text("kind"), text("namespace"))
}

fn meant(entry: &Value, object: &Object) -> bool {
    let text = |key: &str| entry[key].as_str().unwrap_or_default();
    let group = text("apiVersion").rsplit_once('/').map_or("", |(group, _)| group);
    if !object.is(group, text("kind")) {
        return false;
    }
    // kustomize reads a kustomization by its place; it needs neither name nor namespace.
    if !object.is_for_cluster() {
        return object.file == text("file");
    }
    let named = match (entry["name"].as_str(), entry["namePattern"].as_str()) {
        (Some(name), _) => object.name() == name,
        (None, Some(pattern)) => Regex::new(pattern).unwrap().is_match(object.name()),
        (None, None) => true,
    };
    named && object.namespace() == text("namespace")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn group_kind_namespace_and_name_must_all_fit() {
        let value = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "n"}});
        let object = Object { file: String::new(), value };
        let entry = json!({"apiVersion": "apps/v2", "kind": "Deployment", "namespace": "n", "name": "a"});
        assert!(meant(&entry, &object), "the version is a fact, not a name");
        for (key, other) in [("apiVersion", "v1"), ("kind", "Pod"), ("namespace", "m"), ("name", "b")] {
            let mut entry = entry.clone();
            entry[key] = other.into();
            assert!(!meant(&entry, &object), "{key}");
        }
    }

    #[test]
    fn a_kustomization_is_found_by_its_file() {
        let value = json!({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"});
        let object = Object { file: "a/kustomization.yaml".into(), value: value.clone() };
        let mut entry = value;
        entry["file"] = "a/kustomization.yaml".into();
        assert!(meant(&entry, &object));
        entry["file"] = "b/kustomization.yaml".into();
        assert!(!meant(&entry, &object));
    }
}
