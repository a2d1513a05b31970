//! What a kustomization lists: enough of `kustomize build` to know which objects come out of it.

use super::tree::Tree;
use super::yaml;
use serde_json::Value;
use std::collections::BTreeSet;

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Path of the folder's kustomization.
pub fn file(tree: &Tree, folder: &str) -> Option<String> {
    NAMES.iter().map(|name| join(folder, name)).find(|path| tree.files.contains_key(path))
}

/// The folder's kustomization as a value, null when it has none or it cannot be read.
pub fn read(tree: &Tree, folder: &str) -> Value {
    let text = file(tree, folder).and_then(|path| tree.text(&path)).unwrap_or_default();
    yaml::document(&text).unwrap_or_default()
}

/// Files the build takes its resources from, through folders and components, sorted.
pub fn build(tree: &Tree, folder: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    walk(tree, folder, &mut found, &mut BTreeSet::new());
    found.into_iter().collect()
}

/// Entries of `resources` and `components` that are neither a file nor a folder with a kustomization.
pub fn missing(tree: &Tree, folder: &str) -> Vec<String> {
    let all = listed(&read(tree, folder)).into_iter().map(|entry| join(folder, &entry));
    all.filter(|path| !tree.files.contains_key(path) && file(tree, path).is_none()).collect()
}

fn walk(tree: &Tree, folder: &str, found: &mut BTreeSet<String>, seen: &mut BTreeSet<String>) {
    if !seen.insert(folder.to_owned()) {
        return;
    }
    for entry in listed(&read(tree, folder)) {
        let path = join(folder, &entry);
        if tree.files.contains_key(&path) {
            found.insert(path);
        } else {
            walk(tree, &path, found, seen);
        }
    }
}

fn listed(kustomization: &Value) -> Vec<String> {
    let lists = ["resources", "components"].iter().filter_map(|key| kustomization[*key].as_array());
    lists.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Joins and resolves `.` and `..`.
pub fn join(folder: &str, entry: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(entry.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::sample(&[
            ("a/kustomization.yaml", "resources: [x.yaml, ../base, gone.yaml]"),
            ("a/x.yaml", ""),
            ("a/unlisted.yaml", ""),
            ("base/kustomization.yml", "resources: [y.yaml, ../a]"),
            ("base/y.yaml", ""),
        ])
    }

    #[test]
    fn only_listed_files_and_no_endless_loop() {
        assert_eq!(build(&tree(), "a"), ["a/x.yaml", "base/y.yaml"]);
    }

    #[test]
    fn a_missing_resource_is_named() {
        assert_eq!(missing(&tree(), "a"), ["a/gone.yaml"]);
        assert!(missing(&tree(), "base").is_empty());
    }
}
