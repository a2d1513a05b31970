//! The program killed at random moments while it writes: the next run completes, and nobody else's file
//! is touched.

// `kill -9` is a thing of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

#[path = "output/mod.rs"]
mod output;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use output::{Files, files, program, put, succeed, tree};
use tempfile::TempDir;

const APPS: usize = 600;
const ROUNDS: u64 = 20;

/// A folder in memory where there is such, so that the disk sets no pace.
fn fast_folder() -> TempDir {
    match Path::new("/dev/shm").is_dir() {
        true => TempDir::new_in("/dev/shm").unwrap(),
        false => TempDir::new().unwrap(),
    }
}

/// A spec of many apps. Each `version` gives other bytes to all apps and other names to some.
fn spec(version: u64) -> String {
    let mut text = String::from(
        "apiVersion: sailplan.dev/v1alpha1\nkind: Platform\n\
         platform: { name: acme, repo: { url: https://git.example.com/acme/platform.git } }\n\
         categories: { a: {}, b: {}, c: {}, d: {} }\n\
         defaults: { app: { namespace: default, clusterResources: [] } }\napps:\n",
    );
    for i in 0..APPS {
        let category = ["a", "b", "c", "d"].get(i % 4).unwrap();
        let name = if i % 10 == 0 { format!("v{version}-{i}") } else { format!("app-{i}") };
        writeln!(text, "  {name}: {{ category: {category}, source: {{ git: {{ path: x, revision: v{version} }} }} }}")
            .unwrap();
    }
    text
}

fn start(folder: &Path) -> Child {
    let mut command = program(folder);
    command.args(["render", "-o", "out", "--jobs", "2"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Pseudo-random numbers that are the same everywhere (xorshift).
fn next(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed >> 33
}

/// Waits until the run begins to write, so that most kills fall into that part.
fn wait_for_writing(folder: &Path, child: &mut Child) {
    let begun = Instant::now();
    while !folder.join("out/.sailplan/pending.json").exists() && child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the run does not begin to write");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What each version of the spec must come to, and how long the writing of it takes.
fn clean_renders(folder: &Path) -> (Vec<Files>, Duration) {
    let mut trees = Vec::new();
    let mut took = Duration::ZERO;
    for version in 0..2 {
        put(folder, [("platform.yaml", spec(version).as_bytes())]);
        let mut child = start(folder);
        wait_for_writing(folder, &mut child);
        let begun = Instant::now();
        assert!(child.wait().unwrap().success());
        took = took.max(begun.elapsed());
        trees.push(tree(&folder.join("out")));
        fs::remove_dir_all(folder.join("out")).unwrap();
    }
    (trees, took)
}

/// Each path that the ownership file lists.
fn listed(out: &Path) -> Vec<String> {
    let text = fs::read_to_string(out.join(".sailplan/tree.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    list.get("files").and_then(|f| f.as_object()).unwrap().keys().cloned().collect()
}

#[test]
fn a_killed_run_is_completed_by_the_next() {
    let folder = fast_folder();
    let (folder, out) = (folder.path(), folder.path().join("out"));
    let (trees, took) = clean_renders(folder);
    let mine = [("argocd/app-of-apps/apps/a/notes.txt", b"mine\n" as &[u8]), ("README.md", b"mine too\n")];
    put(&out, mine);
    let (mut seed, mut cut) = (0x5eed_5eed_5eed, 0);
    for (round, version) in (0..ROUNDS).zip([0, 1].into_iter().cycle()) {
        put(folder, [("platform.yaml", spec(version).as_bytes())]);
        let mut child = start(folder);
        wait_for_writing(folder, &mut child);
        let share = u32::try_from(next(&mut seed) % 100).unwrap();
        std::thread::sleep(took * share / 100);
        // SIGKILL.
        child.kill().unwrap();
        cut += u32::from(!child.wait().unwrap().success());
        for (path, bytes) in mine {
            assert_eq!(fs::read(out.join(path)).unwrap(), bytes, "round {round}: {path}");
        }
        // Every other time the killed run is followed by another version of the spec.
        let version = if round % 4 < 2 { version } else { 1 - version };
        put(folder, [("platform.yaml", spec(version).as_bytes())]);
        succeed(folder, ["render", "-o", "out"]);
        let mut found = tree(&out);
        for (path, bytes) in mine {
            assert_eq!(found.remove(path).as_deref(), Some(bytes), "round {round}: {path}");
        }
        let expected = trees.get(usize::try_from(version).unwrap()).unwrap();
        assert!(found.keys().eq(expected.keys()), "round {round}: {}", difference(expected, &found));
        assert!(found == *expected, "round {round}: the tree has other bytes than that of a clean render");
        assert!(listed(&out).iter().eq(expected.keys()), "round {round}: other files are listed as ours");
        assert_eq!(records(&out), [".sailplan/tree.json"], "round {round}");
    }
    // How many depends on how busy the machine is; one that cuts none would prove nothing.
    assert!(cut > 0, "only {cut} of {ROUNDS} runs were cut off");
}

fn difference(expected: &Files, found: &Files) -> String {
    let lacking: Vec<_> = expected.keys().filter(|p| !found.contains_key(*p)).take(5).collect();
    let extra: Vec<_> = found.keys().filter(|p| !expected.contains_key(*p)).take(5).collect();
    format!("lacking {lacking:?}, extra {extra:?}")
}

fn records(out: &Path) -> Vec<String> {
    files(out).into_keys().filter(|path| path.starts_with(".sailplan/")).collect()
}
