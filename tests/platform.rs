//! The example platform, judged as a user would get it: `sailplan render -f platform.example.yaml` into an empty
//! directory, and then only the files. The judge in `platform/` shares nothing with the compiler.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a judge may end in a panic: that is how a test fails"
)]
#![allow(clippy::doc_markdown, reason = "kinds are written as Kubernetes writes them")]
#![allow(clippy::needless_pass_by_value, reason = "json!(…) reads better without a borrow at each call")]

#[path = "platform/mod.rs"]
mod judge;

use judge::report::Report;
use judge::{documents, edges, facts, invariants, order, render, vault};

/// Every object of the fixture is there and carries its facts.
#[test]
fn the_objects_carry_their_facts() {
    let mut report = Report::default();
    facts::judge(render::example(), &mut report);
    report.finish("facts of fixtures/platform/expected.json");
}

/// The objects of the namespaces with a secret each, and of the self-service worker.
#[test]
fn the_objects_of_secrets_carry_their_facts() {
    let mut report = Report::default();
    facts::judge(render::secrets(), &mut report);
    report.finish("facts of fixtures/platform/secrets.json");
}

/// The Secrets by which Argo CD knows a cluster and a repository.
#[test]
fn the_objects_of_clusters_and_repositories_carry_their_facts() {
    let mut report = Report::default();
    let platform = render::onboarding();
    facts::judge(&platform, &mut report);
    vault::judge(&platform, &mut report);
    report.finish("facts of fixtures/platform/onboarding.json");
}

/// The same as overlays of kustomize, with Argo CD installed by kustomize and signed in by its identity.
#[test]
fn the_objects_that_kustomize_builds_carry_their_facts() {
    let mut report = Report::default();
    facts::judge(&render::overlays(), &mut report);
    report.finish("facts of fixtures/platform/aks.json");
}

/// Who may do what, and what edits that.
#[test]
fn the_objects_of_access_carry_their_facts() {
    let mut report = Report::default();
    facts::judge(&render::access(), &mut report);
    facts::judge(&render::apono(), &mut report);
    report.finish("facts of fixtures/platform/access.json and apono.json");
}

/// What developers start in Port, what Orkes does then, and the worker.
#[test]
fn self_service_carries_its_facts() {
    let mut report = Report::default();
    let platform = render::self_service();
    facts::judge(&platform, &mut report);
    edges::judge(&platform, &mut report);
    vault::judge(&platform, &mut report);
    documents::judge(&platform, &mut report);
    report.finish("facts of fixtures/platform/selfservice.json");
}

/// What Vault is told for them.
#[test]
fn vault_is_told_the_facts() {
    let mut report = Report::default();
    vault::judge(render::secrets(), &mut report);
    vault::judge(render::example(), &mut report);
    report.finish("policies and roles of Vault");
}

/// What must hold of the tree as a whole, each by its id in the fixture.
#[test]
fn the_invariants_hold() {
    let platform = render::example();
    let mut report = Report::default();
    for (id, judge) in invariants::ALL {
        let mut found = Report::default();
        judge(platform, &mut found);
        report.merge_as(id, found);
    }
    report.finish("invariants of fixtures/platform/expected.json");
}

/// Argo CD brings things up in the order they need each other.
#[test]
fn the_order_holds() {
    let platform = render::example();
    let mut report = Report::default();
    order::health(platform, &mut report);
    edges::judge(platform, &mut report);
    report.finish("order edges of fixtures/platform/expected.json");
}

/// Every invariant the fixture states is judged, and every one that is judged is stated.
#[test]
fn the_fixture_and_the_judge_agree_on_the_invariants() {
    let fixture = judge::fixture::Fixture::load();
    let mut stated: Vec<&str> = fixture.list("/invariants").iter().filter_map(|rule| rule["id"].as_str()).collect();
    let mut judged: Vec<&str> = invariants::ALL.iter().map(|(id, _)| *id).chain(["I15", "I26"]).collect();
    stated.sort_unstable();
    judged.sort_unstable();
    judged.dedup();
    assert_eq!(stated, judged);
}

/// I26: the same spec gives the same bytes, line ends are LF, and nothing else is left in the directory.
#[test]
fn two_renders_are_identical() {
    let (first, second) = (&render::example().tree.files, render::fresh("platform.example.yaml").1.files);
    let mut report = Report::default();
    let names: std::collections::BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    for name in names.into_iter().filter(|name| first.get(*name) != second.get(*name)) {
        report.broken(name, "differs between two renders");
    }
    for (name, _) in first.iter().filter(|(_, bytes)| bytes.windows(2).any(|pair| pair == b"\r\n")) {
        report.broken(name, "has CRLF line ends");
    }
    report.finish("I26");
}
