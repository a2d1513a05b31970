//! The output directory as files and as Kubernetes objects.

use super::object::Object;
use super::yaml;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Everything below the output root.
pub struct Tree {
    /// Path below the root to content.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Every document that has an apiVersion and a kind, by file, then by place in the file.
    pub objects: Vec<Object>,
    /// Files that claim to be YAML or JSON and are not.
    pub unreadable: Vec<String>,
}

impl Tree {
    /// Reads a directory. Panics if it cannot be read.
    pub fn load(root: &Path) -> Tree {
        let mut files = BTreeMap::new();
        gather(root, root, &mut files);
        Tree::from_files(files)
    }

    /// Sorts out the objects of given files.
    pub fn from_files(files: BTreeMap<String, Vec<u8>>) -> Tree {
        let (mut objects, mut unreadable) = (Vec::new(), Vec::new());
        for (file, bytes) in files.iter().filter(|(file, _)| holds_objects(file)) {
            let text = String::from_utf8_lossy(bytes);
            match yaml::documents(&text) {
                Ok(found) => objects.extend(
                    found
                        .into_iter()
                        .filter(|value| value["apiVersion"].is_string() && value["kind"].is_string())
                        .map(|value| Object { file: file.clone(), value }),
                ),
                Err(error) => unreadable.push(format!("{file}: {error}")),
            }
        }
        Tree { files, objects, unreadable }
    }

    #[cfg(test)]
    pub fn sample(files: &[(&str, &str)]) -> Tree {
        let own = |(path, text): &(&str, &str)| (path.to_string(), text.as_bytes().to_vec());
        let tree = Tree::from_files(files.iter().map(own).collect());
        assert!(tree.unreadable.is_empty(), "{:?}", tree.unreadable);
        tree
    }

    /// The text of a file.
    pub fn text(&self, file: &str) -> Option<String> {
        self.files.get(file).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// Objects of a group and kind.
    pub fn of<'a>(&'a self, group: &'a str, kind: &'a str) -> impl Iterator<Item = &'a Object> + 'a {
        self.objects.iter().filter(move |object| object.is(group, kind))
    }

    /// All Applications with their index in `objects`.
    pub fn applications(&self) -> impl Iterator<Item = (usize, &Object)> {
        self.objects.iter().enumerate().filter(|(_, object)| object.is_application())
    }

    pub fn application(&self, name: &str) -> Option<&Object> {
        self.applications().map(|(_, app)| app).find(|app| app.name() == name)
    }

    /// Index of the object of this group, kind, namespace and name.
    pub fn find(&self, group: &str, kind: &str, namespace: &str, name: &str) -> Option<usize> {
        let wanted =
            |object: &Object| object.is(group, kind) && object.namespace() == namespace && object.name() == name;
        self.objects.iter().position(wanted)
    }

    /// Whether an object of this group, kind, namespace and name was rendered.
    pub fn has(&self, group: &str, kind: &str, namespace: &str, name: &str) -> bool {
        self.find(group, kind, namespace, name).is_some()
    }
}

/// The ownership file and values files are no manifests.
fn holds_objects(file: &str) -> bool {
    let manifest = [".yaml", ".yml", ".json"].iter().any(|end| file.ends_with(end));
    manifest && !file.starts_with('.') && !file.contains("/helm-values/")
}

fn gather(root: &Path, directory: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(below, fs::read(&path).unwrap());
        }
    }
}

#[test]
fn a_directory_is_read_with_its_folders() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("a/helm-values")).unwrap();
    fs::write(dir.path().join("a/x.yaml"), "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n").unwrap();
    fs::write(dir.path().join("a/helm-values/v.yaml"), "apiVersion: v1\nkind: Service\n").unwrap();
    let tree = Tree::load(dir.path());
    assert_eq!(tree.files.keys().collect::<Vec<_>>(), ["a/helm-values/v.yaml", "a/x.yaml"]);
    assert_eq!(tree.objects.len(), 1);
    assert!(tree.has("", "Namespace", "", "n") && !tree.has("", "Namespace", "", "m"));
}

#[test]
fn broken_yaml_is_kept_for_the_report() {
    let files = [("x.yaml".to_string(), b"a: [".to_vec())].into();
    assert_eq!(Tree::from_files(files).unreadable.len(), 1);
}
