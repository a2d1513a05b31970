//! What kustomize builds: the objects of a kustomization with its patches applied. JSON 6902 by a library, merge patches as
//! RFC 7396, which is the same where no list is patched; a list in a merge patch is not judged but refused.

use super::kustomize::{file, join, read};
use super::object::Object;
use super::tree::Tree;
use super::yaml;
use serde_json::Value;

/// The tree as it is after each of these folders is built: their objects stand for the files that they come of. The file of
/// an object is the kustomization that patched it first, if one did.
pub fn tree(mut tree: Tree, folders: &[&str]) -> Tree {
    let built: Vec<Object> = folders.iter().flat_map(|folder| build(&tree, folder)).collect();
    let used: Vec<String> = folders.iter().flat_map(|folder| super::kustomize::build(&tree, folder)).collect();
    tree.objects.retain(|object| !used.contains(&object.file));
    tree.objects.extend(built);
    tree
}

fn build(tree: &Tree, folder: &str) -> Vec<Object> {
    let spec = read(tree, folder);
    let own = file(tree, folder).unwrap_or_else(|| panic!("{folder} has no kustomization"));
    let mut objects = Vec::new();
    for entry in spec["resources"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let path = join(folder, entry);
        match tree.text(&path) {
            None => objects.extend(build(tree, &path)),
            Some(text) => {
                let docs = yaml::documents(&text).unwrap();
                objects.extend(docs.into_iter().map(|value| Object { file: path.clone(), value }));
            }
        }
    }
    for patch in spec["patches"].as_array().into_iter().flatten() {
        let targets: Vec<&mut Object> =
            objects.iter_mut().filter(|object| is_meant(object, &patch["target"])).collect();
        assert!(!targets.is_empty(), "{own}: a patch for nothing: {patch}");
        for object in targets {
            apply(&mut object.value, patch["patch"].as_str().unwrap());
            if !object.file.ends_with("kustomization.yaml") {
                object.file.clone_from(&own);
            }
        }
    }
    if let Some(namespace) = spec["namespace"].as_str() {
        objects.iter_mut().for_each(|object| object.value["metadata"]["namespace"] = namespace.into());
    }
    objects
}

fn is_meant(object: &Object, target: &Value) -> bool {
    let has = |key: &str, value: &str| target[key].as_str().is_none_or(|wanted| wanted == value);
    has("kind", object.kind()) && has("name", object.name())
}

fn apply(value: &mut Value, text: &str) {
    let patch = yaml::document(text).unwrap();
    if patch.is_array() {
        let operations: json_patch::Patch = serde_json::from_value(patch).unwrap();
        json_patch::patch(value, &operations).unwrap_or_else(|error| panic!("{error}: {text}"));
    } else {
        assert!(!text.contains("\n  - "), "a list in a merge patch: {text}");
        json_patch::merge(value, &patch);
    }
}

#[test]
fn patches_apply_and_say_where_they_stand() {
    let sample = Tree::sample(&[
        ("b/kustomization.yaml", "resources: [x.yaml]"),
        ("b/x.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n"),
        (
            "o/1/kustomization.yaml",
            "resources: [../../b]\npatches:\n  - target: {kind: Secret}\n    patch: |\n      - {op: replace, path: /metadata/name, value: y}\n",
        ),
        ("o/kustomization.yaml", "resources: ['1']\nnamespace: n\n"),
    ]);
    let built = tree(sample, &["o"]);
    assert!(built.has("", "Secret", "n", "y") && !built.has("", "Secret", "", "x"));
    assert_eq!(built.objects.iter().find(|o| o.kind() == "Secret").unwrap().file, "o/1/kustomization.yaml");
}
