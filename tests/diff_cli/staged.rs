//! In a hook, only what is staged counts.

use super::repository::command;
use super::support::{SHOP, diff, edit, paths, platform, program, ran, render};

#[test]
fn a_staged_spec_and_edits_that_are_not_staged() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    repo.git(&["add", "platform.yaml"]);
    edit(&repo, "platform.yaml", "version: 1.0.1", "version: 1.0.2");
    edit(&repo, "values/shop.yaml", "replicas: 1", "replicas: 2");
    assert_eq!(paths(&repo, &["--staged"]), [SHOP]);
    let text = diff(&repo, &["--staged"]);
    assert!(text.out.contains("the staged platform.yaml"), "{}", text.out);
    assert_eq!(text.codes(), ["not-rendered"]);
    // Rendered from the work tree, it is still not what is staged.
    render(&repo, "");
    repo.git(&["add", "out"]);
    assert_eq!(diff(&repo, &["--staged"]).code, 1);
    repo.git(&["add", "platform.yaml", "values"]);
    assert_eq!(diff(&repo, &["--staged"]).code, 0);
}

#[test]
fn what_is_staged_against_a_revision() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    render(&repo, "");
    repo.git(&["add", "--all"]);
    assert_eq!(diff(&repo, &["--staged"]).code, 0);
    assert_eq!(paths(&repo, &["--staged", "--against", "HEAD"]), [SHOP]);
    assert_eq!(diff(&repo, &["--staged", "--against", "HEAD..HEAD"]).code, 2);
}

#[test]
fn files_that_are_not_staged_are_not_there() {
    let repo = platform();
    repo.write("manifests/blog.yaml", "nonsense: [");
    assert_eq!(diff(&repo, &["--staged"]).code, 0);
    repo.git(&["rm", "--cached", "--quiet", "values/shop.yaml"]);
    let ran = diff(&repo, &["--staged"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("values/shop.yaml"), "{}", ran.err);
}

#[test]
fn a_hook_stops_a_commit_that_was_not_rendered() {
    let repo = platform();
    let hook = repo.at(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let binary = env!("CARGO_BIN_EXE_sailplan");
    std::fs::write(&hook, format!("#!/bin/sh\nexec {binary} diff -f platform.yaml -o out --staged\n")).unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let commit = |arguments: &[&str]| ran(command(repo.path()).args(["commit", "--quiet", "-m", "x"]).args(arguments));
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    // `-a` stages into an index that only GIT_INDEX_FILE names.
    let refused = commit(&["-a"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("not-rendered"), "{}", refused.err);
    render(&repo, "");
    let partial = commit(&["platform.yaml"]);
    assert_eq!(partial.code, 1, "the output is not part of this commit: {}", partial.err);
    assert_eq!(commit(&["-a"]).code, 0);
}

#[test]
fn before_the_first_commit() {
    let repo = super::repository::Repo::new();
    repo.write("platform.yaml", super::support::SPEC.replace("valueFiles: [values/shop.yaml]", "values: {}"));
    edit(&repo, "platform.yaml", "    manifests: [manifests/blog.yaml]\n", "");
    render(&repo, "");
    repo.git(&["add", "--all"]);
    assert_eq!(diff(&repo, &["--staged"]).code, 0);
    let ran = diff(&repo, &["--against", "HEAD"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no commit"), "{}", ran.err);
}

#[test]
fn a_conflict_in_the_spec_or_the_output_is_an_error() {
    let repo = platform();
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 2.0.0");
    render(&repo, "");
    repo.commit("theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 3.0.0");
    render(&repo, "");
    repo.commit("ours");
    assert!(!command(repo.path()).args(["merge", "other"]).output().unwrap().status.success());
    let spec = diff(&repo, &["--staged"]);
    assert_eq!(spec.code, 2);
    assert!(spec.err.contains("in conflict in the index"), "{}", spec.err);
    repo.git(&["checkout", "--quiet", "--ours", "platform.yaml", "out/.sailplan/tree.json"]);
    repo.git(&["add", "platform.yaml", "out/.sailplan/tree.json"]);
    let output = diff(&repo, &["--staged"]);
    assert_eq!(output.code, 2);
    assert_eq!(output.codes(), ["base-unreadable"]);
    assert!(output.err.contains("it is in conflict in the index: resolve it, then `git add` it"), "{}", output.err);
    let program = ran(program(repo.path()).args(["diff", "-f", "platform.yaml", "-o", "out", "--against", "HEAD"]));
    assert_eq!(program.code, 0, "{}", program.err);
}

#[test]
fn check_looks_at_what_is_staged_too() {
    let repo = platform();
    let check = |more: &[&str]| ran(program(repo.path()).args(["check", "--staged"]).args(more));
    assert_eq!(check(&[]).code, 0);
    edit(&repo, "platform.yaml", "category: web", "category: wbe");
    assert_eq!(check(&[]).code, 0, "nothing of it is staged");
    repo.git(&["add", "platform.yaml"]);
    edit(&repo, "platform.yaml", "category: wbe", "category: web");
    let found = check(&[]);
    assert_eq!((found.code, found.codes()), (1, vec!["unknown-reference"]));
    assert!(found.err.contains("platform.yaml:5"), "{}", found.err);
    assert_eq!(check(&["--fix"]).code, 2, "the index is not for us to change");
}
