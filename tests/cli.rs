//! What the program says of itself: version, completions, manual pages.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "output/mod.rs"]
mod output;

use std::collections::BTreeSet;
use std::path::Path;

use tempfile::TempDir;

fn printed(args: &[&str]) -> String {
    let done = output::run(Path::new("."), args);
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn commands() -> BTreeSet<String> {
    let help = printed(&["--help"]);
    let listed = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let first = |l: &str| l.strip_prefix("  ").filter(|l| !l.starts_with(' ')).map(str::to_owned);
    let names = listed.filter_map(first).filter_map(|l| l.split_whitespace().next().map(str::to_owned));
    names.filter(|name| name != "help").collect()
}

#[test]
fn the_version_names_the_commit_where_there_is_one() {
    let said = printed(&["--version"]);
    let words: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(words[..2], ["sailplan", env!("CARGO_PKG_VERSION")]);
    if let [_, _, commit] = words[..] {
        let hash = commit.trim_matches(['(', ')']);
        assert!(hash.len() == 12 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{commit}");
    }
}

#[test]
fn completions_know_all_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        let missing: Vec<String> = commands().into_iter().filter(|command| !script.contains(command)).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
    }
    assert_eq!(output::run(Path::new("."), ["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn there_is_a_page_for_each_command() {
    let folder = TempDir::new().unwrap();
    output::succeed(folder.path(), ["man", "-o", "pages"]);
    let pages = output::files(&folder.path().join("pages"));
    let mut missing: Vec<String> = commands().iter().map(|name| format!("sailplan-{name}.1")).collect();
    missing.push("sailplan-rbac-can.1".to_owned());
    missing.push("sailplan.1".to_owned());
    missing.retain(|name| !pages.contains_key(name));
    assert!(missing.is_empty(), "{missing:?}");
    for (name, page) in &pages {
        let text = String::from_utf8(page.clone()).unwrap();
        assert!(text.contains(".TH") && text.contains("SYNOPSIS"), "{name}");
    }
    // Nothing else is left behind.
    assert_eq!(output::files(folder.path()).len(), pages.len());
    assert!(!folder.path().join("pages/.sailplan").exists());
}
