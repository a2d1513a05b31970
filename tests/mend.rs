//! What `check --fix` keeps, takes back, and leaves alone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::missing_panics_doc)]

use sailplan::mend::{Change, Mended, mend, write};
use sailplan::pipeline::{self, Silent};
use sailplan::source::{Memory, World};

const SPEC: &str = "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/platform.git } }
categories: { web: {} }
apps:
  shop:
    category: web
    namespace: shop
    source: { helm: { repo: https://charts.example.com, chart: shop, version: 1.0.0 } }
    clusterResources: []
    sync: { options: { CreateNamespace: true } }
";

fn world(spec: &str) -> Memory {
    [("platform.yaml", spec)].into_iter().collect()
}

fn mended(spec: &str) -> Mended {
    let run = |world: &dyn World| pipeline::run(world, "platform.yaml", &Silent);
    mend(&world(spec), &run)
}

#[test]
fn a_slip_of_the_pen_is_mended() {
    let done = mended(&SPEC.replace("    namespace:", "    namspace:"));
    assert_eq!((done.fixed, done.refused, done.changes.len()), (1, 0, 1));
    assert_eq!(done.changes[0].after, SPEC);
}

#[test]
fn what_only_turns_one_finding_into_another_is_taken_back() {
    // The key that is meant takes no such value.
    let done = mended(&SPEC.replace("    clusterResources", "    annotatons: 5\n    clusterResources"));
    assert_eq!((done.fixed, done.refused), (0, 1), "{:#?}", done.outcome.findings);
    assert!(done.changes.is_empty());
}

#[test]
fn what_somebody_changed_meanwhile_is_left_as_it_is() {
    let change = |before: &str| Change { path: "platform.yaml".into(), before: before.into(), after: "new".into() };
    let files = world("theirs");
    let refusal = write(&files, &[change("ours")]).unwrap_err();
    assert!(refusal.contains("was changed meanwhile"), "{refusal}");
    assert_eq!(files.read("platform.yaml").unwrap(), b"theirs");
    write(&files, &[change("theirs")]).unwrap();
    assert_eq!(files.read("platform.yaml").unwrap(), b"new");
}
