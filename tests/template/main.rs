//! Structural templates: what they give, what they refuse, and where they say so.
#![allow(clippy::unit_arg, clippy::single_match, reason = "the model reads better with one arm for each case")]
// Helpers of tests may end in a panic, as tests do.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing)]

mod bad;
mod bounds;
#[path = "../common/chance.rs"]
mod chance;
mod good;
mod grammar;
mod laws;
mod model;
mod quoting;
mod spans;
mod tags;
mod text;

use std::path::{Path, PathBuf};

use sailplan::base::{Map, Value, json};
use sailplan::diag::Bag;
use sailplan::source::SourceMap;
use sailplan::template::{Engine, Names, Scope, Shape};
use sailplan::yaml::{self, Limits};

/// The cases of every file in a folder of `fixtures/template`, and the files.
fn cases(folder: &str) -> (SourceMap, Vec<(String, Value)>) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/template").join(folder);
    let listed = std::fs::read_dir(&dir).expect("the folder is there");
    let mut paths: Vec<PathBuf> = listed.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut sources = SourceMap::new();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("readable");
        let id = sources.add(name.clone(), text).expect("room");
        let mut bag = Bag::new();
        let docs = yaml::read(&sources, id, &mut bag, &Limits::default());
        assert!(bag.findings().is_empty(), "{name}: {:?}", bag.findings());
        for case in docs.first().and_then(Value::as_list).expect("a list of cases") {
            found.push((format!("{name}: {}", case.str_at("case").expect("a name")), case.clone()));
        }
    }
    assert!(!found.is_empty());
    (sources, found)
}

fn engine() -> Engine {
    Engine::new(|value| json::to_json(value).to_string())
}

/// The roots of a scope, with nothing known about them.
fn open_names(scope: &Map) -> Names {
    scope.keys().fold(Names::new().with("unset", Shape::Any), |names, key| names.with(key, Shape::Any))
}

fn scope_of(case: &Value) -> Map {
    case.get("scope").and_then(Value::as_map).cloned().unwrap_or_default()
}

fn scope(globals: &Map) -> Scope<'_> {
    Scope::new(globals)
}
