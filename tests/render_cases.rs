//! What comes out for what goes in, byte for byte: each folder of `fixtures/render/` is a case.
//!
//! | in a case | is |
//! |---|---|
//! | `platform.yaml` and what it names | the spec |
//! | `expected/` | the tree that must come out; nothing, where an error stands against it |
//! | `findings.txt` | the findings, one a line; none when the file is not there |
//! | `partial` | globs of the paths that are compared, one a line; all when the file is not there |
//!
//! `UPDATE_EXPECTED=1` writes `expected/` and `findings.txt` anew. Read every byte of the change then.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

#[path = "output/mod.rs"]
mod output;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use output::{Files, documents, files};
use rayon::prelude::*;
use sailplan::diag::Finding;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Disk;

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render");
    let mut all: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

/// The findings as lines, and the tree as far as the case looks at it. All of the tree must be YAML for
/// another parser, whether or not the case looks.
fn render(case: &Path) -> (String, Files) {
    let outcome = pipeline::run(&Disk::new(case), "platform.yaml", &Silent);
    let mut lines = String::new();
    for Finding { level, code, message, .. } in &outcome.findings {
        writeln!(lines, "{level:?} {}: {message}", code.id).unwrap();
    }
    let tree: Files = outcome.tree.unwrap_or_default().into_iter().map(|(path, file)| (path, file.bytes)).collect();
    for (path, bytes) in tree.iter().filter(|(path, _)| path.ends_with(".yaml") || path.ends_with(".json")) {
        documents(&String::from_utf8_lossy(bytes)).unwrap_or_else(|e| panic!("{}: {path}: {e}", case.display()));
    }
    let globs = globs(case);
    let wanted = |path: &str| globs.is_empty() || globs.iter().any(|g| g.is_match(path));
    (lines, tree.into_iter().filter(|(path, _)| wanted(path)).collect())
}

fn globs(case: &Path) -> Vec<globset::GlobMatcher> {
    let text = fs::read_to_string(case.join("partial")).unwrap_or_default();
    text.lines().map(|line| globset::Glob::new(line).unwrap().compile_matcher()).collect()
}

fn update(case: &Path, findings: &str, tree: &Files) {
    let _ = fs::remove_dir_all(case.join("expected"));
    for (path, bytes) in tree {
        let full = case.join("expected").join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, bytes).unwrap();
    }
    let _ = fs::remove_file(case.join("findings.txt"));
    if !findings.is_empty() {
        fs::write(case.join("findings.txt"), findings).unwrap();
    }
}

fn compare(name: &str, expected: &Files, found: &Files, faults: &mut String) {
    let paths: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    for path in paths {
        let text = |files: &Files| files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        match (text(expected), text(found)) {
            (Some(expected), Some(found)) if expected == found => {}
            (Some(_), None) => writeln!(faults, "{name}: {path} did not come out").unwrap(),
            (None, Some(_)) => writeln!(faults, "{name}: {path} came out").unwrap(),
            (expected, found) => {
                let (expected, found) = (expected.unwrap_or_default(), found.unwrap_or_default());
                let at = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
                let line = |text: &str| text.lines().nth(at).unwrap_or("the end").to_owned();
                let (expected, found) = (line(&expected), line(&found));
                writeln!(faults, "{name}: {path}:{}: expected `{expected}`, found `{found}`", at + 1).unwrap();
            }
        }
    }
}

#[test]
fn each_case_renders_as_expected() {
    let faults: String = cases().par_iter().map(|case| judge(case)).collect();
    assert!(faults.is_empty(), "{faults}");
}

fn judge(case: &Path) -> String {
    let mut faults = String::new();
    let name = case.file_name().unwrap().to_string_lossy();
    let (findings, tree) = render(case);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        update(case, &findings, &tree);
    }
    let expected = fs::read_to_string(case.join("findings.txt")).unwrap_or_default();
    if findings != expected {
        writeln!(faults, "{name}: expected the findings\n{expected}found\n{findings}").unwrap();
    }
    compare(&name, &files(&case.join("expected")), &tree, &mut faults);
    if tree.is_empty() && findings.is_empty() {
        writeln!(faults, "{name}: compares nothing").unwrap();
    }
    faults
}
