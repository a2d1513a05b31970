//! What an Application says it is made from is what it reads: nothing else, and nothing is missing.
//!
//! Each case of `fixtures/render` is rendered with `platform.argocd.manifestGeneratePaths`. What an Application reads is
//! found from the tree itself, as Argo CD and kustomize would.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "output/mod.rs"]
mod output;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use output::{Files, documents, files};
use rayon::prelude::*;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;
use serde_json::Value;

const KEY: &str = "argocd.argoproj.io/manifest-generate-paths";
const SWITCH: &str = "manifestGeneratePaths: true";

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render");
    std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// The tree of a case with the switch on; nothing where the spec gives no tree.
fn render(case: &Path) -> Option<(Files, String)> {
    let mut inputs = files(case);
    inputs.retain(|path, _| !path.starts_with("expected/"));
    let spec = String::from_utf8(inputs.get("platform.yaml")?.clone()).unwrap();
    let head = spec.split("\napps:").next().unwrap();
    let spec = match ["\n  argocd:\n", "\n  argocd: { "].iter().find(|block| head.contains(*block)) {
        _ if spec.contains(SWITCH) => spec,
        Some(block) if block.ends_with('\n') => spec.replacen(block, &format!("{block}    {SWITCH}\n"), 1),
        Some(block) => spec.replacen(block, &format!("{block}{SWITCH}, "), 1),
        None => spec.replacen("\n  name: ", &format!("\n  argocd: {{ {SWITCH} }}\n  name: "), 1),
    };
    let read = documents(&spec).unwrap();
    let root = read[0]["platform"]["repo"]["path"].as_str().unwrap_or_default().trim_matches('/').to_owned();
    inputs.insert("platform.yaml".to_owned(), spec.into_bytes());
    let world: Memory = inputs.into_iter().collect();
    let tree = pipeline::run(&world, "platform.yaml", &Silent).tree?;
    Some((tree.into_iter().map(|(path, file)| (path, file.bytes)).collect(), root))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The folder or file that a name leads to.
fn joined(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The files that a folder is built from.
fn built(tree: &Files, folder: &str, read: &mut BTreeSet<String>) {
    let inside = |path: &&String| path.rsplit_once('/').is_some_and(|(above, _)| above == folder);
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"].map(|name| format!("{folder}/{name}"));
    let Some(name) = names.iter().find(|name| tree.contains_key(*name)) else {
        read.extend(tree.keys().filter(inside).cloned());
        return;
    };
    read.insert(name.clone());
    let kustomization = documents(&String::from_utf8_lossy(&tree[name])).unwrap().remove(0);
    let lists = ["resources", "components"].iter().flat_map(|key| list(&kustomization, key));
    let paths = list(&kustomization, "patches").iter().filter_map(|patch| patch.get("path"));
    for target in lists.chain(paths).map(|name| joined(folder, name.as_str().unwrap())) {
        match tree.contains_key(&target) {
            true => drop(read.insert(target)),
            false => built(tree, &target, read),
        }
    }
}

/// The files of the tree that an Application reads.
fn reads(tree: &Files, root: &str, app: &Value) -> BTreeSet<String> {
    let below = |path: &str| path.strip_prefix(root).unwrap().trim_start_matches('/').to_owned();
    let mut read = BTreeSet::new();
    let spec = &app["spec"];
    for source in spec.get("source").into_iter().chain(list(spec, "sources")) {
        for file in source.get("helm").into_iter().flat_map(|helm| list(helm, "valueFiles")) {
            let file = file.as_str().unwrap();
            if let Some((_, path)) = file.split_once('/').filter(|_| file.starts_with('$')) {
                read.insert(below(path));
            }
        }
        if let Some(path) = source.get("path").and_then(Value::as_str) {
            built(tree, &below(path), &mut read);
        }
    }
    read
}

/// Whether Argo CD takes a file for one of a path: the file itself, what lies below a folder, or what a pattern
/// matches (Argo CD 3.x, `AppFilesHaveChanged`).
fn is_of(file: &str, path: &str) -> bool {
    match path.strip_suffix("/*") {
        Some(folder) => file.rsplit_once('/').is_some_and(|(above, _)| above == folder),
        None => file == path || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')),
    }
}

fn judge(name: &str, tree: &Files, root: &str, faults: &mut String) -> usize {
    let mut noted = 0;
    let yaml = tree.iter().filter(|(path, _)| path.ends_with(".yaml"));
    for app in yaml.flat_map(|(_, bytes)| documents(&String::from_utf8_lossy(bytes)).unwrap()) {
        let annotations = &app["metadata"]["annotations"];
        let Some(text) = annotations.get(KEY).and_then(Value::as_str).filter(|text| text.starts_with('/')) else {
            continue;
        };
        noted += 1;
        let title = format!("{name}: {}", app["metadata"]["name"]);
        let prefix = if root.is_empty() { "/".to_owned() } else { format!("/{root}/") };
        let paths: Vec<&str> = text
            .split(';')
            .map(|path| path.strip_prefix(&prefix).unwrap_or_else(|| panic!("{title}: {text}")))
            .collect();
        let read = reads(tree, root, &app);
        for file in &read {
            if !tree.contains_key(file) || !paths.iter().any(|path| is_of(file, path)) {
                writeln!(faults, "{title} reads {file}, which is not noted in {text}").unwrap();
            }
        }
        for path in paths {
            let found: Vec<&String> = tree.keys().filter(|file| is_of(file, path)).collect();
            let strange = found.iter().find(|file| !read.contains(**file) && !file.starts_with(&format!("{path}/")));
            if found.is_empty() || !found.iter().any(|file| read.contains(*file)) || strange.is_some() {
                writeln!(faults, "{title} notes {path}, which it does not read ({strange:?})").unwrap();
            }
        }
    }
    noted
}

#[test]
fn what_is_noted_is_what_is_read() {
    let judged: Vec<(String, usize)> = cases()
        .par_iter()
        .filter_map(|case| {
            let (tree, root) = render(case)?;
            let mut faults = String::new();
            let noted = judge(&case.file_name().unwrap().to_string_lossy(), &tree, &root, &mut faults);
            Some((faults, noted))
        })
        .collect();
    let faults: String = judged.iter().map(|(faults, _)| faults.as_str()).collect();
    assert!(faults.is_empty(), "{faults}");
    let noted: usize = judged.iter().map(|(_, noted)| noted).sum();
    assert!(noted > 150, "only {noted} Applications say what they read");
}

#[test]
fn what_is_not_known_is_not_noted() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render/generate-paths");
    let (tree, _) = render(&case).unwrap();
    let mut noted: BTreeMap<String, bool> = BTreeMap::new();
    let yaml = tree.iter().filter(|(path, _)| path.ends_with(".yaml"));
    for app in yaml.flat_map(|(_, bytes)| documents(&String::from_utf8_lossy(bytes)).unwrap()) {
        if app["kind"] == "Application" {
            let name = app["metadata"]["name"].as_str().unwrap().to_owned();
            noted.insert(name, app["metadata"]["annotations"].get(KEY).is_some());
        }
    }
    let without: Vec<&str> = noted.iter().filter(|(_, noted)| !**noted).map(|(name, _)| name.as_str()).collect();
    assert_eq!(without, ["alone", "beside", "elsewhere", "patched", "plugged", "range", "remote"]);
}

#[test]
fn a_path_that_is_not_noted_would_be_seen() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render/generate-paths");
    let (mut tree, root) = render(&case).unwrap();
    for bytes in tree.values_mut() {
        let text = String::from_utf8_lossy(bytes).replace(";/rendered/argocd/components/injected-web-db", "");
        *bytes = text.into_bytes();
    }
    let mut faults = String::new();
    judge("case", &tree, &root, &mut faults);
    assert_eq!(faults.lines().count(), 1, "{faults}");
}
