//! Same spec, same bytes: however often, on however many threads, in whatever order and in whatever files
//! the spec is written.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "output/mod.rs"]
mod output;

use std::fs;
use std::path::Path;

use output::{Files, files, put, succeed, tree};
use serde_yaml_ng::{Mapping, Value};
use tempfile::TempDir;

/// The example platform, copied: the spec and what lies beside it.
fn example() -> TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = TempDir::new().unwrap();
    let beside = files(&root.join("examples"));
    let spec = fs::read(root.join("platform.example.yaml")).unwrap();
    put(&copy.path().join("examples"), beside.iter().map(|(path, bytes)| (&**path, &**bytes)));
    put(copy.path(), [("platform.yaml", &*spec)]);
    copy
}

fn render(folder: &Path, args: &[&str]) -> Files {
    let out = TempDir::new().unwrap();
    let to = out.path().to_str().unwrap();
    succeed(folder, [&["render", "-o", to], args].concat());
    tree(out.path())
}

#[track_caller]
fn same(expected: &Files, found: &Files) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(expected), names(found));
    for (path, bytes) in expected {
        let text = |files: &Files| String::from_utf8_lossy(&files[path]).into_owned();
        assert!(*bytes == found[path], "{path}:\n{}\nbut\n{}", text(expected), text(found));
    }
}

#[test]
fn twice_and_on_any_number_of_threads() {
    let folder = example();
    let once = render(folder.path(), &[]);
    assert!(once.len() > 60, "only {} files", once.len());
    same(&once, &render(folder.path(), &[]));
    for jobs in ["1", "2", "7"] {
        same(&once, &render(folder.path(), &["--jobs", jobs]));
    }
}

#[test]
fn the_stream_too() {
    let folder = example();
    let stream = |jobs: &str| output::run(folder.path(), ["render", "--stdout", "--jobs", jobs]).stdout;
    let once = stream("1");
    assert!(!once.is_empty());
    assert!(once == stream("2"));
}

/// The same without the names of the files of the spec: what edits the spec for its users has to name them.
fn without_names(tree: Files, names: &[String]) -> Files {
    let blind = |bytes: Vec<u8>| match String::from_utf8(bytes) {
        Ok(text) => names.iter().fold(text, |text, name| text.replace(name, "")).into_bytes(),
        Err(e) => e.into_bytes(),
    };
    tree.into_iter().map(|(path, bytes)| (path, blind(bytes))).collect()
}

/// Pseudo-random numbers that are the same everywhere (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// The same with the keys of all mappings in another order.
fn shuffled(value: &Value, dice: &mut Dice) -> Value {
    match value {
        Value::Mapping(map) => {
            let mut entries: Vec<(Value, Value)> = map.iter().map(|(k, v)| (k.clone(), shuffled(v, dice))).collect();
            for i in (1..entries.len()).rev() {
                entries.swap(i, dice.below(i + 1));
            }
            Value::Mapping(entries.into_iter().collect())
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| shuffled(item, dice)).collect()),
        other => other.clone(),
    }
}

fn spec_files(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> = files(folder)
        .into_keys()
        .filter(|p| p == "platform.yaml" || p.starts_with("examples/platform/apps/"))
        .collect();
    all.sort();
    assert!(all.len() > 3, "{all:?}");
    all
}

fn read(folder: &Path, path: &str) -> Value {
    serde_yaml_ng::from_slice(&fs::read(folder.join(path)).unwrap()).unwrap()
}

fn write(folder: &Path, path: &str, value: &Value) {
    put(folder, [(path, serde_yaml_ng::to_string(value).unwrap().as_bytes())]);
}

#[test]
fn in_whatever_order_the_keys_stand() {
    let plain = example();
    let expected = render(plain.path(), &[]);
    for seed in 1..=6_u64 {
        let folder = example();
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
        for path in spec_files(folder.path()) {
            let value = shuffled(&read(folder.path(), &path), &mut dice);
            write(folder.path(), &path, &value);
        }
        same(&expected, &render(folder.path(), &[]));
    }
}

#[test]
fn in_whatever_files_the_apps_stand() {
    let plain = example();
    let names = spec_files(plain.path());
    let expected = without_names(render(plain.path(), &[]), &names);
    for seed in 1..=3_u64 {
        let folder = example();
        let mut dice = Dice(0x2545_f491_4f6c_dd1d ^ seed);
        let paths = spec_files(folder.path());
        let mut spread: Vec<Mapping> = vec![Mapping::new(); paths.len()];
        for path in paths.iter().filter(|p| *p != "platform.yaml") {
            let mut value = read(folder.path(), path);
            let apps = value.as_mapping_mut().unwrap().remove("apps").unwrap();
            for (name, app) in apps.as_mapping().unwrap() {
                let to = dice.below(paths.len());
                spread[to].insert(name.clone(), app.clone());
            }
            write(folder.path(), path, &value);
        }
        for (path, apps) in paths.iter().zip(spread) {
            let mut value = read(folder.path(), path);
            if !apps.is_empty() {
                value.as_mapping_mut().unwrap().insert("apps".into(), Value::Mapping(apps));
            }
            write(folder.path(), path, &value);
        }
        same(&expected, &without_names(render(folder.path(), &[]), &names));
    }
}
