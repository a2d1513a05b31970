//! The house holds: who may look at whom, and how large a file may be.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the ground up. Each may look at those before it, and at nothing else.
const LIBRARIES: &[&str] =
    &["base", "diag", "source", "yaml", "shape", "template", "rbac", "model", "schemas", "survey"];
/// The stages. Each may look at the libraries, and at no other stage.
const STAGES: &[&str] = &[
    "load", "resolve", "gather", "import", "check", "lower", "render", "validate", "tree", "diff", "drift", "settle",
    "write", "report",
];
/// What joins them, from the ground up.
const TOP: &[&str] = &["codes", "pipeline", "mend", "cli"];

fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    list(&root, &mut files);
    let module = |path: &Path| {
        let first = path.strip_prefix(&root).unwrap().components().next().unwrap();
        first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
    };
    files.into_iter().map(|path| (module(&path), path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The modules of the crate that a text names, outside comments: `crate::x` and `crate::{x, y}`.
fn named(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let word = |s: &str| s.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            Some(group) => {
                let mut depth = 0;
                let end = group.find(|c| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth < 0
                });
                let mut level = 0;
                let tops = group[..end.unwrap()].split(|c| {
                    level += i32::from(c == '{') - i32::from(c == '}');
                    c == ',' && level == 0
                });
                found.extend(tops.map(word));
            }
            // A macro of the crate is no module.
            None if rest.starts_with(&format!("{}!", word(rest))) => {}
            None => {
                found.insert(word(rest));
            }
        }
    }
    found
}

#[test]
fn stages_do_not_look_at_each_other() {
    let all: Vec<&str> = LIBRARIES.iter().chain(STAGES).chain(TOP).copied().collect();
    let mut allowed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (i, module) in LIBRARIES.iter().enumerate() {
        allowed.insert(module, LIBRARIES[..=i].iter().copied().collect());
    }
    for stage in STAGES {
        allowed.insert(stage, LIBRARIES.iter().copied().chain([*stage]).collect());
    }
    for (i, module) in TOP.iter().enumerate() {
        allowed.insert(module, LIBRARIES.iter().chain(STAGES).chain(&TOP[..=i]).copied().collect());
    }
    let mut faults = Vec::new();
    for (module, path, text) in sources() {
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(allowed) = allowed.get(&*module) else {
            faults.push(format!("{module} is no library, stage or top module; add it to this test"));
            continue;
        };
        for name in named(&text).iter().filter(|n| all.contains(&n.as_str()) && !allowed.contains(n.as_str())) {
            faults.push(format!("{} looks at `{name}`", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_are_small() {
    let mut sizes: Vec<(usize, PathBuf)> = sources().into_iter().map(|(_, p, t)| (t.lines().count(), p)).collect();
    sizes.sort();
    let (largest, path) = sizes.last().unwrap();
    assert!(*largest <= 400, "{} has {largest} lines", path.display());
    assert!(sizes[sizes.len() / 2].0 <= 150);
}

#[test]
fn one_file_knows_each_door() {
    let holders = |needle: &str| -> Vec<String> {
        let holds =
            |(_, path, text): &(String, PathBuf, String)| text.contains(needle).then(|| path.display().to_string());
        sources().iter().filter_map(holds).collect()
    };
    for (needle, home) in [
        ("std::fs", "src/source/disk/"),
        ("granit_parser", "src/yaml/read.rs"),
        ("miette::", "src/report/human.rs"),
        ("json_patch::", "src/base/patch.rs"),
        ("git2::", "src/source/git/"),
        ("similar::", "src/base/lines.rs"),
    ] {
        let found = holders(needle);
        assert!(found.iter().all(|f| f.contains(home)), "`{needle}` is in {found:?}, it belongs into {home} only");
        assert!(!found.is_empty(), "`{needle}` is nowhere; mend this test");
    }
}
