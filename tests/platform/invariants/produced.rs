//! What makes a Secret or a ConfigMap exist, and with which keys.

use super::super::Platform;
use super::super::kustomize;
use serde_json::Value;

/// How a Secret or ConfigMap comes to be.
#[derive(Debug, PartialEq)]
pub enum Made {
    /// Nobody makes it.
    Not,
    /// It will have exactly these keys.
    With(Vec<String>),
    /// It will exist; its keys cannot be told.
    Somehow,
}

impl Made {
    /// Whether a reference to a key (or to the whole) resolves.
    pub fn serves(&self, key: Option<&str>) -> bool {
        match (self, key) {
            (Made::Not, _) => false,
            (Made::With(keys), Some(key)) => keys.iter().any(|k| k == key),
            _ => true,
        }
    }
}

/// Looks for a manifest, an ExternalSecret target, a kustomize generator, and the externals of the fixture.
pub fn made(platform: &Platform, kind: &str, namespace: &str, name: &str) -> Made {
    let tree = &platform.tree;
    if let Some(object) = tree.of("", kind).find(|o| o.namespace() == namespace && o.name() == name) {
        let sections = ["data", "stringData", "binaryData"].map(|section| keys(&object.value[section]));
        return Made::With(sections.concat());
    }
    let targets = tree.of("external-secrets.io", "ExternalSecret").filter(|o| o.namespace() == namespace);
    for object in targets.filter(|_| kind == "Secret") {
        let spec = &object.value["spec"];
        if spec["target"]["name"].as_str().unwrap_or(object.name()) == name {
            return external(spec);
        }
    }
    if platform.fixture.names("/externals", kind, namespace, name) || generated(platform, kind, name) {
        return Made::Somehow;
    }
    Made::Not
}

fn external(spec: &Value) -> Made {
    let read = spec["data"].as_array().into_iter().flatten().filter_map(|item| item["secretKey"].as_str());
    let template = &spec["target"]["template"];
    let shaped = keys(&template["data"]);
    if spec["dataFrom"].as_array().is_some_and(|from| !from.is_empty()) || template.get("templateFrom").is_some() {
        return Made::Somehow;
    }
    // A template replaces what was read, unless it says Merge.
    match (shaped.is_empty(), template["mergePolicy"] == "Merge") {
        (false, false) => Made::With(shaped),
        (_, _) => Made::With(read.map(str::to_owned).chain(shaped).collect()),
    }
}

fn generated(platform: &Platform, kind: &str, name: &str) -> bool {
    let list = if kind == "Secret" { "secretGenerator" } else { "configMapGenerator" };
    let folders = platform.tree.files.keys().filter_map(|file| file.strip_suffix("/kustomization.yaml"));
    folders.map(|folder| kustomize::read(&platform.tree, folder)).any(|kustomization| {
        kustomization[list].as_array().into_iter().flatten().any(|generator| generator["name"] == name)
    })
}

fn keys(map: &Value) -> Vec<String> {
    map.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn by_external_secret_with_its_keys() {
        let plain = json!({"data": [{"secretKey": "a"}]});
        assert_eq!(external(&plain), Made::With(vec!["a".into()]));
        let mut spec = plain.clone();
        spec["target"]["template"]["data"]["b"] = "x".into();
        assert_eq!(external(&spec), Made::With(vec!["b".into()]));
        spec["target"]["template"]["mergePolicy"] = "Merge".into();
        assert_eq!(external(&spec), Made::With(vec!["a".into(), "b".into()]));
        assert_eq!(external(&json!({"dataFrom": [{}]})), Made::Somehow);
    }

    #[test]
    fn namespace_and_name_must_fit() {
        let files = [(
            "s.yaml",
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x, namespace: n}\n\
             spec: {target: {name: s}, data: [{secretKey: k}]}\n",
        )];
        let platform = Platform::sample(&files, json!({}));
        assert!(made(&platform, "Secret", "n", "s").serves(Some("k")));
        assert!(!made(&platform, "Secret", "n", "s").serves(Some("other")));
        assert_eq!(made(&platform, "Secret", "m", "s"), Made::Not);
        assert_eq!(made(&platform, "Secret", "n", "x"), Made::Not, "the target has a name of its own");
        assert_eq!(made(&platform, "ConfigMap", "n", "s"), Made::Not);
    }
}
