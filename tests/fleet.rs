//! The platform that benchmarks make up renders without a finding, so that they measure what they say.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../benches/fleet/mod.rs"]
mod fleet;

use sailplan::pipeline::{self, Silent};

#[test]
fn the_fleet_of_the_benchmarks_renders() {
    let outcome = pipeline::run(&fleet::memory(100), "platform.yaml", &Silent);
    let found: Vec<&str> = outcome.findings.iter().map(|f| &*f.message).collect();
    assert_eq!(found, [""; 0]);
    let files = outcome.tree.unwrap().len();
    assert!(files > 300, "{files} files");
}
