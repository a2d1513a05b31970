//! Trees and shorthands.

use std::collections::BTreeMap;

use sailplan::base::Span;
use sailplan::diag::Bag;
use sailplan::model::tree::{Tree, TreeFile};
use sailplan::source::{Memory, World};
use sailplan::write::{Options, Written, write};

pub const PLAIN: Options = Options { adopt: false, prune: true };
pub const ADOPT: Options = Options { adopt: true, prune: true };
pub const KEEP: Options = Options { adopt: false, prune: false };

/// A tree of files that come from nowhere.
pub fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |text: &str| TreeFile { bytes: text.as_bytes().to_vec(), origin: Span::NONE, ..TreeFile::default() };
    files.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect()
}

pub fn run(files: &[(&str, &str)], world: &dyn World, options: Options) -> Written {
    write(&tree(files), world, options, &mut Ok).unwrap_or_else(|bag| panic!("{:?}", codes(&bag)))
}

/// written, unchanged, adopted, removed, kept.
pub fn counts(w: &Written) -> [usize; 5] {
    [w.written, w.unchanged, w.adopted, w.removed, w.kept]
}

/// Each finding as `code path` or `code` for one with a span.
pub fn codes(bag: &Bag) -> Vec<String> {
    use sailplan::diag::Place;
    let name = |f: &sailplan::diag::Finding| match &f.primary.place {
        Place::File(path) => format!("{} {path}", f.code.id),
        Place::Span(_) => f.code.id.to_owned(),
    };
    bag.findings().iter().map(name).collect()
}

pub fn refused(files: &[(&str, &str)], world: &dyn World, options: Options) -> Vec<String> {
    codes(&write(&tree(files), world, options, &mut Ok).map(|w| counts(&w)).unwrap_err())
}

/// The files that are not our records.
pub fn files(world: &Memory) -> BTreeMap<String, String> {
    let text = |(path, bytes): (String, Vec<u8>)| (path, String::from_utf8(bytes).unwrap());
    world.snapshot().into_iter().filter(|(path, _)| !path.starts_with(".sailplan/")).map(text).collect()
}

pub fn same(world: &Memory, expected: &[(&str, &str)]) {
    let expected = expected.iter().map(|(p, t)| ((*p).to_owned(), (*t).to_owned())).collect();
    assert_eq!(files(world), expected);
}

/// The paths in the list of owned files.
pub fn listed(world: &dyn World) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_slice(&world.read(".sailplan/tree.json").unwrap()).unwrap();
    json["files"].as_object().unwrap().keys().cloned().collect()
}
