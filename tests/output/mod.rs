//! What the tests of the output share: reading folders and running the program.

#![allow(dead_code, reason = "not every test file asks for everything")]
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Path below a folder -> bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// All files below a folder; none when there is no such folder.
pub fn files(root: &Path) -> Files {
    let mut all = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            all.insert(below, fs::read(&path).unwrap());
        }
    }
    all
}

/// The files of the tree, without the program's own records.
pub fn tree(root: &Path) -> Files {
    let mut all = files(root);
    all.retain(|path, _| !path.starts_with(".sailplan/"));
    all
}

/// Writes files below a folder.
pub fn put<'a>(root: &Path, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) {
    for (path, bytes) in files {
        let full = root.join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, bytes).unwrap();
    }
}

/// The documents of a YAML text, read by another parser than ours.
pub fn documents(text: &str) -> Result<Vec<serde_json::Value>, serde_yaml_ng::Error> {
    use serde::Deserialize as _;
    let values = serde_yaml_ng::Deserializer::from_str(text).map(serde_json::Value::deserialize);
    Ok(values.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|value| !value.is_null()).collect())
}

/// The program, in a folder, with nothing of the tester's own environment that it would heed.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
    command.current_dir(folder);
    for name in ["SAILPLAN_FILE", "NO_COLOR", "CI", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program in a folder.
pub fn run<S: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> Output {
    program(folder).args(args).output().unwrap()
}

/// Runs the program, which must succeed. Its standard error.
#[track_caller]
pub fn succeed<S: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> String {
    let output = run(folder, args);
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}\n{words}", output.status);
    words
}
