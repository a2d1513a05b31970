//! What is said of an edit by hand, by what the file is.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::missing_panics_doc)]

use sailplan::diag::Bag;
use sailplan::drift::{Input, drift};
use sailplan::model::about::About;
use sailplan::model::ownership::Ownership;
use sailplan::model::tree::{Tree, TreeFile};
use sailplan::source::{Memory, World as _};
use sailplan::survey::survey;
use sailplan::write::{self, Options};

/// The message about a file that was rendered as `rendered` and is now `edited`.
fn said(path: &str, rendered: &str, edited: &str) -> String {
    let file = TreeFile { bytes: rendered.as_bytes().to_vec(), ..TreeFile::default() };
    let tree = Tree::from([(path.to_owned(), file)]);
    let world = Memory::new();
    write::write(&tree, &world, Options { adopt: false, prune: true }, &mut Ok).map_err(Bag::into_findings).unwrap();
    world.write(path, edited.as_bytes()).unwrap();
    let owned = Ownership::load(&world).map_err(Bag::into_findings).unwrap();
    let survey = survey(&tree, &owned, &world);
    let mut bag = Bag::new();
    drift(&Input { survey: &survey, owned: &owned, world: &world, about: &About::default(), current: true }, &mut bag);
    let found = bag.into_findings();
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0].message.clone()
}

const EDITED: &str = "this file was edited by hand since it was rendered";

#[test]
fn a_text_that_never_was_yaml() {
    let policy = |verb: &str| format!("path \"secret/data/a\" {{\n  capabilities = [\"{verb}\"]\n}}\n");
    assert_eq!(said("a.hcl", &policy("read"), &policy("list")), EDITED);
    assert_eq!(said("a.sh", "#!/bin/sh\nset -eu\n", "#!/bin/sh\nset -e: x\n"), EDITED);
    assert_eq!(said("a.csv", "p, role:a, *, *, *, allow\n", "p: [\n"), EDITED);
}

#[test]
fn a_document_that_is_none_any_more() {
    assert_eq!(said("a.yaml", "a: 1\n", "a: ["), format!("{EDITED}, and is no YAML any more"));
    assert_eq!(said("a.yaml", "a: 1\n", "a text\n"), format!("{EDITED}, and is no YAML any more"));
    assert_eq!(said("a.yaml", "a: 1\n", "a: 2\n"), format!("{EDITED}: `/a`"));
    assert_eq!(said("a.yaml", "a: 1\n", "a: 1 # one\n"), format!("{EDITED}, without changing a value"));
}
