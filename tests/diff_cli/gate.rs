//! Classes that are denied, and what the spec acknowledges.

use super::repository::Repo;
use super::support::{Ran, edit, platform, program, ran};

fn changed() -> Repo {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    repo
}

fn deny(repo: &Repo, arguments: &[&str]) -> Ran {
    let arguments = [&["diff", "-f", "platform.yaml", "-o", "out", "--against", "HEAD"], arguments].concat();
    // 2024-02-29
    ran(program(repo.path()).env("SOURCE_DATE_EPOCH", "1709164800").args(arguments))
}

fn acknowledge(repo: &Repo, entry: &str) {
    let spec = repo.read("platform.yaml");
    repo.write("platform.yaml", format!("{spec}acknowledge:\n  - {entry}\n"));
}

#[test]
fn without_a_denied_class_the_gate_is_open() {
    let repo = changed();
    let open = deny(&repo, &["--deny", "cascade-delete,replace"]);
    assert_eq!((open.code, open.err.as_str()), (0, "gate: open, no change of a denied class\n"));
    assert!(open.out.contains("shop"), "{}", open.out);
    assert_eq!(deny(&repo, &[]).code, 1);
}

#[test]
fn a_denied_class_closes_it() {
    let ran = deny(&changed(), &["--deny", "in-place"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["denied-change"]));
    assert!(ran.err.ends_with("gate: closed, 1 change of a denied class\n"), "{}", ran.err);
}

#[test]
fn an_acknowledged_change_passes() {
    for object in ["Application argocd/shop", "Application argocd/*", "\"**/shop.yaml\""] {
        let repo = changed();
        acknowledge(&repo, &format!("{{ change: in-place, object: {object}, reason: the new chart }}"));
        let ran = deny(&repo, &["--deny", "in-place"]);
        assert_eq!((ran.code, ran.codes()), (0, Vec::new()), "{object}: {}", ran.err);
    }
}

#[test]
fn one_that_is_not_needed_is_told() {
    let repo = changed();
    acknowledge(&repo, "{ change: cascade-delete, object: Application argocd/old, reason: it goes }");
    let ran = deny(&repo, &["--deny", "cascade-delete"]);
    assert_eq!((ran.code, ran.codes()), (0, vec!["unused-acknowledgement"]));
    // Among a selection of changes nobody can tell.
    assert_eq!(deny(&repo, &["--deny", "cascade-delete", "--select", "app=shop"]).codes(), Vec::<&str>::new());
}

#[test]
fn one_whose_day_is_over_lets_nothing_through() {
    for (until, code, codes) in [
        ("2024-02-29", 0, vec![]),
        ("2024-03-01", 0, vec![]),
        ("2024-02-28", 1, vec!["expired-acknowledgement", "denied-change"]),
    ] {
        let repo = changed();
        acknowledge(
            &repo,
            &format!("{{ change: in-place, object: Application argocd/shop, reason: soon, until: {until} }}"),
        );
        let ran = deny(&repo, &["--deny", "in-place"]);
        assert_eq!((ran.code, ran.codes()), (code, codes), "{until}: {}", ran.err);
    }
}

#[test]
fn an_included_file_may_acknowledge_too() {
    let repo = changed();
    edit(&repo, "platform.yaml", "categories:", "include: [more.yaml]\ncategories:");
    repo.write("more.yaml", "acknowledge: [{ change: in-place, object: Application argocd/shop, reason: new }]\n");
    assert_eq!(deny(&repo, &["--deny", "in-place"]).code, 0);
}
