//! `sailplan init`: a spec that renders at once, nothing overwritten, Renovate told where versions are.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
    command.args(args).current_dir(folder).env_remove("SAILPLAN_FILE").env("NO_COLOR", "1");
    command.output().unwrap()
}

/// What the program says when all goes well.
fn well(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{args:?}: {said}");
    said
}

/// What it says when it can't.
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn spec(folder: &Path) -> String {
    fs::read_to_string(folder.join("platform.yaml")).unwrap()
}

fn renovate(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("renovate.json")).unwrap()).unwrap()
}

fn git(folder: &Path, config: &str) {
    fs::create_dir_all(folder.join(".git")).unwrap();
    fs::write(folder.join(".git/config"), config).unwrap();
}

/// All files and folders, by their paths.
fn listing(folder: &Path) -> Vec<String> {
    let all = walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter();
    all.map(|entry| entry.unwrap().path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn the_first_spec_renders_at_once() {
    let folder = TempDir::new().unwrap();
    let said =
        well(folder.path(), &["init", "--repo", "https://github.com/acme/Ship_Yard.git", "--domain", "example.com"]);
    assert!(said.contains("platform.yaml: written") && said.contains("`sailplan render`"), "{said}");
    assert_eq!(listing(folder.path()), ["platform.yaml", "schemas", "schemas/platform.schema.json"]);
    let text = spec(folder.path());
    assert!(text.starts_with("# yaml-language-server: $schema=schemas/platform.schema.json\n"));
    for line in ["  name: ship-yard\n", "  domain: example.com\n", "    url: https://github.com/acme/Ship_Yard.git\n"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains('@') && !text.contains("path: "), "{text}");
    assert_eq!(fs::read_to_string(folder.path().join("schemas/platform.schema.json")).unwrap(), schema());
    assert!(well(folder.path(), &["check"]).contains("no findings"));
    assert!(well(folder.path(), &["render", "-o", "out"]).contains("written"));
}

fn schema() -> String {
    String::from_utf8(run(Path::new("."), &["schema"]).stdout).unwrap()
}

#[test]
fn what_is_there_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("schemas")).unwrap();
    fs::write(folder.path().join("schemas/platform.schema.json"), "mine").unwrap();
    let said = refused(folder.path(), &["init", "--name", "acme"]);
    assert!(said.contains("schemas/platform.schema.json") && !said.contains("platform.yaml"), "{said}");
    fs::write(folder.path().join("platform.yaml"), "mine").unwrap();
    let said = refused(folder.path(), &["init"]);
    assert!(said.contains("  platform.yaml\n  schemas/platform.schema.json\n"), "{said}");
    assert_eq!(spec(folder.path()), "mine");
    assert_eq!(listing(folder.path()), ["platform.yaml", "schemas", "schemas/platform.schema.json"]);
}

#[test]
fn options_that_can_not_be_meant_are_refused() {
    let folder = TempDir::new().unwrap();
    for args in [["--name", "No Good"], ["--domain", "ex ample"], ["--repo", "acme"]] {
        let said = refused(folder.path(), &["init", args[0], args[1]]);
        assert!(said.contains(args[1]), "{said}");
    }
    assert!(listing(folder.path()).is_empty());
    // With a spec, they would do nothing.
    well(folder.path(), &["init"]);
    let said = refused(folder.path(), &["init", "--renovate", "--domain", "example.com"]);
    assert!(said.contains("`--domain` is for a new spec"), "{said}");
}

#[test]
fn the_repository_is_that_of_git() {
    let folder = TempDir::new().unwrap();
    git(
        folder.path(),
        "[core]\n\tbare = false\n[remote \"fork\"]\n\turl = https://example.com/me/fork.git\n[Remote \"origin\"]\n\tURL = \
         https://me:token@github.com/acme/platform.git\n\tfetch = +refs/heads/*\n[branch \"url\"]\n\turl = no\n",
    );
    let said = well(folder.path(), &["init", "--dir", "deploy/spec"]);
    assert!(said.contains("`sailplan check -f deploy/spec/platform.yaml`"), "{said}");
    let text = spec(&folder.path().join("deploy/spec"));
    assert!(text.contains("    url: https://github.com/acme/platform.git\n    path: deploy/spec\n"), "{text}");
    assert!(text.contains("  name: platform\n") && !text.contains("token"), "{text}");
    well(folder.path(), &["check", "-f", "deploy/spec/platform.yaml"]);
}

#[test]
fn a_further_work_tree_has_the_remote_of_the_first() {
    let folder = TempDir::new().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    git(&first, "[remote \"up\"]\n\turl = git@git.example.com:acme/fleet.git\n");
    fs::create_dir_all(first.join(".git/worktrees/second")).unwrap();
    fs::create_dir(&second).unwrap();
    let pointer = format!("gitdir: {}\n", first.join(".git/worktrees/second").display());
    fs::write(second.join(".git"), pointer).unwrap();
    well(&second, &["init"]);
    assert!(
        spec(&second).contains("  name: fleet\n") && spec(&second).contains("url: git@git.example.com:acme/fleet.git")
    );
}

#[test]
fn without_a_repository_it_says_what_is_left_to_write() {
    let folder = TempDir::new().unwrap();
    let said = well(folder.path(), &["init", "-o", "Ops"]);
    assert!(said.contains("platform.repo.url"), "{said}");
    assert!(spec(&folder.path().join("Ops")).contains("  name: ops\n"));
}

#[test]
fn renovate_is_told_of_all_files_of_the_spec() {
    let folder = TempDir::new().unwrap();
    git(folder.path(), "");
    let at = folder.path().join("deploy");
    fs::create_dir_all(at.join("apps")).unwrap();
    let more = "include: [apps/*.yaml]\nrepos: { charts: { url: https://charts.example.com, type: helm } }\n\
                overrides: [{ when: { app: shop }, set: { source: { helm: { version: 2.0.0 } } } }]\n";
    let app = "apps: { shop: { source: { helm: { repo: charts, chart: shop, version: 1.0.0 } } } }\n";
    well(folder.path(), &["init", "-o", "deploy"]);
    fs::write(at.join("platform.yaml"), spec(&at) + more).unwrap();
    fs::write(at.join("apps/shop.yaml"), app).unwrap();
    let before = spec(&at);
    well(folder.path(), &["init", "--renovate", "-o", "deploy"]);
    assert_eq!(spec(&at), before);
    let config = renovate(folder.path());
    assert_eq!(config["extends"], serde_json::json!(["config:recommended"]));
    let manager = &config["customManagers"][0];
    assert_eq!(manager["managerFilePatterns"], serde_json::json!(["deploy/platform.yaml", "deploy/apps/*.yaml"]));
    assert_eq!((&manager["customType"], &manager["fileFormat"]), (&"jsonata".into(), &"yaml".into()));
    let query = manager["matchStrings"][0].as_str().unwrap();
    // What one file says, another one needs.
    let known = r#"{"repos":{"charts":"https://charts.example.com"},"apps":{"shop":{"source":{"helm":{"repo":"charts","chart":"shop"}}}}}"#;
    assert!(query.contains(known), "{query}");
    assert!(
        !query.contains("KNOWN") && !query.contains('\n') && !query.contains("/*") && !query.contains("{{"),
        "{query}"
    );
}

#[test]
fn a_configuration_of_renovate_keeps_what_it_has() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join(".github")).unwrap();
    let path = folder.path().join(".github/renovate.json");
    fs::write(
        &path,
        r#"{"extends":["local>acme/renovate"],"customManagers":[{"customType":"regex"}],"labels":["deps"]}"#,
    )
    .unwrap();
    let read = || serde_json::from_str::<Value>(&fs::read_to_string(&path).unwrap()).unwrap();
    well(folder.path(), &["init", "--renovate"]);
    let once = read();
    assert_eq!(once["extends"], serde_json::json!(["local>acme/renovate"]));
    assert_eq!(
        (&once["labels"], &once["customManagers"][0]["customType"]),
        (&serde_json::json!(["deps"]), &"regex".into())
    );
    assert_eq!(once["customManagers"].as_array().unwrap().len(), 2);
    assert!(!folder.path().join("renovate.json").exists());
    // Again, after a change of the spec: its own manager follows, and is there once.
    fs::create_dir(folder.path().join("apps")).unwrap();
    fs::write(folder.path().join("apps/a.yaml"), "categories: { more: {} }\n").unwrap();
    fs::write(folder.path().join("platform.yaml"), spec(folder.path()) + "include: [apps/*.yaml]\n").unwrap();
    well(folder.path(), &["init", "--renovate"]);
    let twice = read();
    assert_eq!(twice["customManagers"].as_array().unwrap().len(), 2);
    assert_ne!(twice["customManagers"][1], once["customManagers"][1]);
}

#[test]
fn a_configuration_that_can_not_be_extended_is_left_alone() {
    let folder = TempDir::new().unwrap();
    for (name, text) in [("renovate.json", "{ // mine\n}"), ("renovate.json5", "{}")] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let said = refused(folder.path(), &["init", "--renovate"]);
        assert!(said.contains(name), "{said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(listing(folder.path()), [name]);
        fs::remove_file(&path).unwrap();
    }
    // Nor is anything written for a spec that can't be read.
    fs::write(folder.path().join("platform.yaml"), "kind: [").unwrap();
    assert!(refused(folder.path(), &["init", "--renovate"]).contains("yaml-syntax"));
    assert_eq!(listing(folder.path()), ["platform.yaml"]);
}
