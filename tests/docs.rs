//! The documents say what the program does: generated pages are fresh, commands parse, links lead somewhere, the
//! first spec of the README and the recipes of the cookbook render.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` writes the generated files anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "that is how a test fails"
)]

#[path = "docs/cli_page.rs"]
mod cli_page;
#[path = "docs/commands.rs"]
mod commands;
#[path = "docs/pages.rs"]
mod pages;
#[path = "docs/spec_page.rs"]
mod spec_page;

use std::fs;
use std::path::{Path, PathBuf};

use sailplan::model::spec::json_schema;

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Holds a generated file to its content, or writes it when `UPDATE_DOCS` is set.
fn fresh(path: &str, wanted: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let line = found.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count() + 1;
    assert!(found == wanted, "{} is stale from line {line}; run: UPDATE_DOCS=1 cargo test --test docs", path.display());
}

#[test]
fn the_schema_file_is_that_of_the_program() {
    fresh("schemas/platform.schema.json", &json_schema());
}

#[test]
fn the_reference_of_the_spec_is_that_of_the_program() {
    let intro = fs::read_to_string(root().join("docs/spec-intro.md")).unwrap();
    let schema = serde_json::from_str(&json_schema()).unwrap();
    fresh("docs/SPEC.md", &spec_page::page(&intro, &schema));
}

#[test]
fn the_reference_of_the_command_line_is_that_of_the_program() {
    fresh("docs/CLI.md", &cli_page::page());
}

#[test]
fn every_command_parses() {
    let faults: Vec<String> = pages::all().iter().flat_map(commands::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let faults: Vec<String> = pages::all().iter().flat_map(pages::Page::broken_links).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_readme_names_every_command_of_the_program() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let missing: Vec<String> =
        commands::names().into_iter().filter(|name| !readme.contains(&format!("`{name}"))).collect();
    assert!(missing.is_empty(), "README.md does not mention {missing:?}");
}

/// The first spec of the README, written to a file as it tells the reader to, checks and renders as it says.
#[test]
fn the_first_spec_of_the_readme_renders() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let spec = pages::blocks(&readme, "yaml").into_iter().find(|b| b.contains("kind: Platform")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("platform.yaml"), &spec).unwrap();
    for (arguments, says) in [(["check", "--color=never"].as_slice(), 0), (&["render", "-o", "out"], 1)] {
        let output = commands::run(arguments, folder.path());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {said}");
        assert!(readme.contains(said.trim()), "the README does not show what command {says} prints: {said}");
    }
}

/// Every spec in the cookbook renders, in a folder with the files that the recipes show.
#[test]
fn every_recipe_renders() {
    let cookbook = fs::read_to_string(root().join("docs/COOKBOOK.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let specs = pages::write_files(&cookbook, folder.path());
    let base = specs.first().expect("the cookbook begins with the spec that all recipes add to");
    for (number, recipe) in specs.iter().enumerate().skip(1) {
        let path: PathBuf = folder.path().join("platform.yaml");
        // A key on one line of the first spec gives way to that of the recipe.
        let given = |line: &str| {
            !line.starts_with(' ')
                && line.split_once(": {").is_some_and(|(key, _)| format!("\n{recipe}").contains(&format!("\n{key}:\n")))
        };
        let kept: Vec<&str> = base.lines().filter(|line| !given(line)).collect();
        fs::write(&path, format!("{}\n{recipe}", kept.join("\n"))).unwrap();
        let output = commands::run(&["render", "-o", "out"], folder.path());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !said.contains("warning"), "recipe {number}:\n{recipe}\n{said}");
    }
}
