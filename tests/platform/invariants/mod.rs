//! What must hold of the tree as a whole: one file for each invariant of the fixture, or two that belong together.

pub mod databases;
pub mod exposure;
pub mod identity;
pub mod images;
pub mod namespaces;
pub mod overlap;
pub mod permits;
pub mod placeholders;
pub mod produced;
pub mod projects;
pub mod rbac;
pub mod references;
pub mod repos;
pub mod routes;
pub mod scan;
pub mod stores;
pub mod value_files;

use super::Platform;
use super::report::Report;

/// An invariant: its id in the fixture, and the judge of it.
pub type Invariant = (&'static str, fn(&Platform, &mut Report));

/// All invariants judged on the tree; order (I15) and identical bytes (I26) have tests of their own.
pub const ALL: [Invariant; 17] = [
    ("I01", stores::resolve),
    ("I02", references::judge),
    ("I03", placeholders::judge),
    ("I04", value_files::judge),
    ("I05", stores::one_version),
    ("I06", projects::exist),
    ("I07", projects::permit),
    ("I08", identity::unique),
    ("I08", identity::owned),
    ("I09", repos::judge),
    ("I11", routes::judge),
    ("I16", overlap::judge),
    ("I17", databases::judge),
    ("I20", rbac::judge),
    ("I21", exposure::judge),
    ("I23", namespaces::judge),
    ("I27", images::judge),
];

/// Runs one invariant on inline files, for the judge's own tests.
#[cfg(test)]
fn judged(run: fn(&Platform, &mut Report), files: &[(&str, &str)], fixture: serde_json::Value) -> Report {
    let mut report = Report::default();
    run(&Platform::sample(files, fixture), &mut report);
    report
}
