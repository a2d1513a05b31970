//! `sailplan check --tree` from outside: forms of reports, the baseline, what is refused.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can not go on should stop"
)]

use std::fs;
use std::process::{Command, Output};

use serde_json::Value as Json;
use tempfile::TempDir;

const ROUTE: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  containers:\n  - name: \
                     web\n    image: example.com/web:<VERSION>\n";

fn home() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("tree")).unwrap();
    fs::write(folder.path().join("tree/pod.yaml"), ROUTE).unwrap();
    folder
}

fn check(home: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
    command.current_dir(home.path()).env_clear().env("COLUMNS", "100");
    command.args(["check", "--tree", "tree", "--today", "2026-06-01"]).args(arguments).output().unwrap()
}

fn json(output: &Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

#[test]
fn each_form_names_the_finding_and_its_line() {
    let home = home();
    let output = check(&home, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = &json(&output)["findings"][0];
    assert_eq!(found["code"], "placeholder-left");
    assert!(found["place"]["path"].as_str().unwrap().ends_with("pod.yaml"), "{found}");
    assert_eq!(found["place"]["line"], 9);

    let output = check(&home, &["--format", "sarif"]);
    assert_eq!(output.status.code(), Some(1));
    let result = &json(&output)["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "placeholder-left");
    let place = &result["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("pod.yaml"), "{place}");
    assert_eq!(place["region"]["startLine"], 9);

    let output = check(&home, &["--format", "github"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("::warning ") && text.contains("pod.yaml,line=9"), "{text}");
}

#[test]
fn a_baseline_hides_what_is_known_of_a_tree() {
    let home = home();
    assert_eq!(check(&home, &["--baseline", "known.txt", "--write-baseline"]).status.code(), Some(0));
    assert_eq!(check(&home, &["--baseline", "known.txt"]).status.code(), Some(0));
    fs::write(home.path().join("tree/more.yaml"), ROUTE.replace("name: web", "name: more")).unwrap();
    let output = check(&home, &["--baseline", "known.txt", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = json(&output);
    assert_eq!(found["findings"].as_array().unwrap().len(), 1, "{found}");
    assert!(found["findings"][0]["place"]["path"].as_str().unwrap().ends_with("more.yaml"), "{found}");
}

#[test]
fn a_tree_is_not_mended() {
    let home = home();
    let output = check(&home, &["--fix"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`--fix` mends a spec"), "{said}");
    assert_eq!(fs::read_to_string(home.path().join("tree/pod.yaml")).unwrap(), ROUTE);
}

#[test]
fn no_folder_is_no_tree() {
    let home = home();
    let output = Command::new(env!("CARGO_BIN_EXE_sailplan"))
        .current_dir(home.path())
        .args(["check", "--tree", "gone"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("`gone` is no folder"));
}
