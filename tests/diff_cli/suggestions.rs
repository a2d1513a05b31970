//! What is suggested against an edit keeps it: applied to the spec, the tree has it.

use super::repository::Repo;
use super::support::{BLOG, SHOP, diff, edit, platform, render};

/// The `overrides` of the report, without the columns that it is set in.
fn suggested(repo: &Repo) -> Option<String> {
    let err = diff(repo, &[]).err;
    let from = err.lines().skip_while(|line| line.trim() != "overrides:");
    let lines: Vec<&str> = from.take_while(|line| !line.trim().is_empty()).collect();
    let depth = lines.first()?.len() - lines.first()?.trim_start().len();
    Some(lines.iter().flat_map(|line| [line.get(depth..).unwrap(), "\n"]).collect())
}

/// The edited file must come out of the spec with the suggestion in it, value by value.
fn kept(path: &str, from: &str, to: &str) {
    let repo = platform();
    let file = format!("out/{path}");
    edit(&repo, &file, from, to);
    let edited: serde_json::Value = serde_yaml_ng::from_str(&repo.read(&file)).unwrap();
    let snippet = suggested(&repo).unwrap_or_else(|| panic!("nothing suggested: {}", diff(&repo, &[]).err));
    let spec = repo.read("platform.yaml");
    repo.write("platform.yaml", format!("{spec}{snippet}"));
    render(&repo, "");
    let rendered: serde_json::Value = serde_yaml_ng::from_str(&repo.read(&file)).unwrap();
    assert_eq!(rendered, edited, "{snippet}");
}

#[test]
fn a_field_of_an_application() {
    kept(BLOG, "path: blog", "path: blog/new");
}

#[test]
fn a_new_key_and_one_that_is_gone() {
    kept(BLOG, "  project:", "  revisionHistoryLimit: 3\n  project:");
    kept(BLOG, "  annotations:\n", "  annotations:\n    team: web\n");
    kept(BLOG, "  syncPolicy:\n    automated: {}\n", "");
}

#[test]
fn an_item_of_a_list() {
    kept(SHOP, "targetRevision: 1.0.0", "targetRevision: 1.2.3");
}

#[test]
fn an_object_that_an_app_brings() {
    let repo = platform();
    let files = repo.git(&["ls-files", "out"]);
    let manifest =
        files.lines().find(|f| repo.read(f).contains("kind: ConfigMap") && f.contains("/blog/")).unwrap().to_owned();
    kept(manifest.strip_prefix("out/").unwrap(), "title: Blog", "title: 'Yes: no'");
}

#[test]
fn an_object_of_the_platform() {
    let repo = platform();
    let files = repo.git(&["ls-files", "out"]);
    let project =
        files.lines().find(|f| repo.read(f).contains("kind: AppProject") && f.contains("web")).unwrap().to_owned();
    let text = repo.read(&project);
    assert!(text.contains("\nspec:\n"));
    kept(project.strip_prefix("out/").unwrap(), "\nspec:\n", "\nspec:\n  permitOnlyProjectScopedClusters: true\n");
}

#[test]
fn nothing_is_suggested_that_would_not_hold() {
    for (path, from, to) in [
        (BLOG, "path: blog", "path: ${{ app.name }}"),
        (BLOG, "  project:", "  password: hunter2-Xk29fLq8\n  project:"),
        (BLOG, "name: blog", "name: other"),
    ] {
        let repo = platform();
        edit(&repo, &format!("out/{path}"), from, to);
        let ran = diff(&repo, &[]);
        assert_eq!(ran.codes(), ["edited-by-hand"], "{}", ran.err);
        assert!(suggested(&repo).is_none(), "{}", ran.err);
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    }
}
