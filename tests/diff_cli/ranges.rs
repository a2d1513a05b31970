//! Two revisions: output against spec, and spec against spec.

use super::support::{BLOG, SHOP, diff, edit, platform, render, run};

/// `main` and `topic` grew apart: the shop changed here, the blog there.
fn apart() -> super::repository::Repo {
    let repo = platform();
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    edit(&repo, "platform.yaml", "path: blog", "path: blog/new");
    render(&repo, "");
    repo.commit("blog");
    repo.git(&["checkout", "--quiet", "main"]);
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 2.0.0");
    render(&repo, "");
    repo.commit("shop");
    repo
}

#[test]
fn two_dots_compare_with_the_tip_and_three_with_the_merge_base() {
    let repo = apart();
    let names = |range: &str| diff(&repo, &["--names", "--against", range]).out;
    assert_eq!(names("main..topic"), format!("{BLOG}\n{SHOP}\n"));
    assert_eq!(names("main...topic"), format!("{BLOG}\n"));
    assert_eq!(names("topic...main"), format!("{SHOP}\n"));
    // What is left out is HEAD, as in git.
    assert_eq!(names("topic..."), format!("{SHOP}\n"));
    let report = diff(&repo, &["--against", "main...topic"]).out;
    assert!(report.contains("merge base of main and topic"), "{report}");
    // Nothing of the work tree is looked at.
    repo.write("platform.yaml", "nonsense");
    assert_eq!(names("main...topic"), format!("{BLOG}\n"));
}

#[test]
fn what_two_specs_make_needs_no_committed_output() {
    let repo = apart();
    repo.git(&["rm", "-r", "--quiet", "out"]);
    repo.commit("no output");
    let between = |arguments: &[&str]| run(&repo, &[&["diff", "-f", "platform.yaml", "--names"], arguments].concat());
    assert_eq!(between(&["--from", "HEAD", "--to", "topic"]).out, format!("{BLOG}\n{SHOP}\n"));
    assert_eq!(between(&["--from", "HEAD"]).code, 0);
    edit(&repo, "values/shop.yaml", "replicas: 1", "replicas: 2");
    let ran = between(&["--from", "HEAD"]);
    assert!(ran.code == 1 && ran.out.lines().count() == 1, "{}", ran.out);
    assert_eq!(between(&["--from", "index"]).code, 1);
    repo.git(&["add", "values"]);
    assert_eq!(between(&["--from", "index"]).code, 0);
    assert_eq!(between(&["--from", "HEAD", "--to", "index"]).code, 1);
}

#[test]
fn a_spec_that_had_another_name_is_named() {
    let repo = platform();
    repo.git(&["mv", "platform.yaml", "acme.yaml"]);
    repo.commit("renamed");
    let between = |from: &str| run(&repo, &["diff", "-f", "acme.yaml", "--from", from, "--names"]);
    let refused = between("HEAD~1");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("there is no `acme.yaml` in `HEAD~1`"), "{}", refused.err);
    assert!(refused.err.contains("after a colon"), "{}", refused.err);
    assert_eq!(between("HEAD~1:platform.yaml").code, 0);
}

#[test]
fn a_spec_with_errors_in_the_state_before_is_told() {
    let repo = platform();
    edit(&repo, "platform.yaml", "category: web", "category: nowhere");
    repo.commit("broken");
    repo.git(&["checkout", "--quiet", "HEAD~1", "--", "platform.yaml"]);
    let ran = run(&repo, &["diff", "-f", "platform.yaml", "--from", "HEAD"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the state before has errors"), "{}", ran.err);
    assert!(ran.codes().contains(&"unknown-reference"));
}
