//! What comes of the pairs of trees in `fixtures/changes`, as each report tells it.
//!
//! `UPDATE_REPORTS=1 cargo test --test changes` writes the reports anew; look at the diff.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sailplan::diff::{Options, diff};
use sailplan::model::changes::{Changes, Class};
use sailplan::report::changes::{github, html, human, json, markdown};
use sailplan::report::human::Look;

pub type Tree = BTreeMap<String, Vec<u8>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/changes")
}

fn load(folder: &Path, below: &Path, tree: &mut Tree) {
    for entry in std::fs::read_dir(below).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            load(folder, &path, tree);
        } else {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            tree.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// The two trees of a case.
pub fn case(name: &str) -> (Tree, Tree) {
    let side = |side: &str| {
        let folder = root().join(name).join(side);
        let mut tree = Tree::new();
        load(&folder, &folder, &mut tree);
        tree
    };
    (side("before"), side("after"))
}

pub fn changes(name: &str) -> Changes {
    let (before, after) = case(name);
    diff(&before, &after, &Options::default())
}

fn cases() -> Vec<String> {
    let entries = std::fs::read_dir(root()).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const LOOK: Look = Look { width: 100, color: false, unicode: true };

#[test]
fn reports_read_as_they_did() {
    let mut stale = Vec::new();
    let mut compare = |path: PathBuf, text: String| {
        if std::env::var_os("UPDATE_REPORTS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(format!("{}:\n{text}", path.display()));
        }
    };
    for name in cases() {
        let (before, after) = case(&name);
        compare(root().join(&name).join("report.txt"), human::report(&changes(&name), LOOK));
        let with_lines = diff(&before, &after, &Options { lines: true, ..Options::default() });
        if matches!(&*name, "hand-edited" | "app-renamed" | "embedded") {
            let at = |end: &str| root().join(&name).join(format!("report.{end}"));
            compare(at("md"), markdown::report(&changes(&name), markdown::BUDGET));
            compare(at("json"), json::report(&changes(&name)));
            compare(at("annotations"), github::report(&changes(&name), "platform"));
            compare(at("html"), html::report(&with_lines, "main -> branch"));
            compare(at("lines.txt"), human::report(&with_lines, Look { color: true, ..LOOK }));
        }
    }
    assert!(stale.is_empty(), "UPDATE_REPORTS=1 writes these anew:\n{}", stale.join("\n"));
}

/// The classes of a case by label.
fn classes(name: &str) -> Vec<(String, Vec<&'static str>)> {
    let of = |change: &sailplan::model::changes::Change| {
        let mut classes: Vec<&str> = change.impacts.iter().map(|impact| impact.class.name()).collect();
        classes.dedup();
        (change.subject().unwrap().label(), classes)
    };
    changes(name).all.iter().map(of).collect()
}

fn has(name: &str, label: &str, class: Class) -> bool {
    classes(name).iter().any(|(of, classes)| of == label && classes.contains(&class.name()))
}

#[test]
fn a_chart_bump_in_many_apps_is_one_hunk() {
    let changes = changes("chart-bump");
    assert_eq!(changes.all.len(), 37);
    let [hunk] = changes.hunks.as_slice() else { panic!("{} hunks", changes.hunks.len()) };
    assert_eq!((hunk.members.len(), hunk.edits.len()), (37, 1));
    assert_eq!(hunk.edits[0].place.to_string(), "spec.source.targetRevision");
}

#[test]
fn an_app_that_is_renamed_deletes_what_it_made() {
    assert!(has("app-renamed", "Application argocd/store", Class::CascadeDelete), "{:#?}", classes("app-renamed"));
}

#[test]
fn spellings_are_cosmetic() {
    let changes = changes("values-reformatted");
    assert!(changes.is_cosmetic(), "{:#?}", changes.all);
    assert!(changes.hunks.is_empty());
    assert!(!changes.is_empty());
}

#[test]
fn every_class_has_a_case() {
    let all: Vec<&str> = cases().iter().flat_map(|name| classes(name)).flat_map(|(_, classes)| classes).collect();
    for class in Class::ALL {
        assert!(all.contains(&class.name()), "no case has {class}");
    }
}
