//! A run cut off after every single step, with every kind of run after it.

use std::sync::atomic::{AtomicUsize, Ordering};

use sailplan::source::{FileKind, Memory, World, WorldError};
use sailplan::write::{Options, write};

use crate::support::*;

/// A world whose power fails after so many changes.
struct Failing<'a> {
    inner: &'a Memory,
    left: AtomicUsize,
}

impl Failing<'_> {
    fn spend(&self, path: &str) -> Result<(), WorldError> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        left.map(|_| ()).map_err(|_| WorldError {
            path: path.to_owned(),
            reason: "power failed".to_owned(),
            not_found: false,
        })
    }
}

impl World for Failing<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.inner.read(path)
    }
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.inner.kind(path)
    }
    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        self.inner.list(dir)
    }
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        self.spend(path)?;
        self.inner.write(path, bytes)
    }
    fn remove(&self, path: &str) -> Result<(), WorldError> {
        self.spend(path)?;
        self.inner.remove(path)
    }
}

type Files = &'static [(&'static str, &'static str)];

/// Trees that make, change, remove, and swap files and folders among each other.
const TREES: [Files; 5] = [
    &[("a", "1"), ("b/x", "1"), ("b/y", "1"), ("same", "s")],
    &[("a", "2"), ("b/x", "1"), ("c/z", "2"), ("same", "s")],
    &[("a/deep", "3"), ("b", "3"), ("c/z", "3"), ("taken", "t")],
    &[("A", "1"), ("b/X", "4"), ("same", "other")],
    &[],
];
/// Files of somebody else; `taken` equals what one of the trees makes.
const FOREIGN: Files = &[("b/mine", "mine"), ("mine", "mine"), ("taken", "t")];
/// The same where a tree needs `b` as a file.
const FOREIGN_TOP: Files = &[("mine", "mine"), ("taken", "t")];

/// Runs with a power cut after `steps` changes; gives whether the run came to its end.
fn cut(files: Files, w: &Memory, steps: usize, options: Options) -> bool {
    let failing = Failing { inner: w, left: AtomicUsize::new(steps) };
    match write(&tree(files), &failing, options, &mut Ok) {
        Ok(_) => true,
        Err(bag) => {
            assert!(bag.findings().iter().all(|f| f.code.id == "write-failed"), "{:?}", codes(&bag));
            false
        }
    }
}

fn copy(w: &Memory) -> Memory {
    w.snapshot().into_iter().collect()
}

/// One clean run must lead to exactly the tree and the foreign files, without a word.
fn settle(files: Files, foreign: Files, w: &Memory, story: &str) {
    let written = write(&tree(files), w, PLAIN, &mut Ok).unwrap_or_else(|bag| panic!("{story}: {:?}", codes(&bag)));
    assert_eq!(codes(&written.warnings), [""; 0], "{story}");
    let mut expected: Vec<_> = [files, foreign].concat();
    // `taken` was adopted by a tree that made the same bytes, and may have been pruned since.
    let here = self::files(w);
    if !files.iter().any(|f| f.0 == "taken") {
        expected.retain(|f| f.0 != "taken" || here.contains_key("taken"));
    }
    expected.sort_unstable();
    expected.dedup();
    let here: Vec<_> = here.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    assert_eq!(here, expected, "{story}");
    let paths: Vec<_> = tree(files).into_keys().collect();
    assert_eq!(listed(w), paths, "{story}");
    assert!(w.snapshot().keys().all(|p| p != ".sailplan/pending.json"), "{story}");
}

/// Every change in order, not as threads happen to race.
fn on_one_thread(test: impl FnOnce() + Send) {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(test);
}

fn foreign_for(trees: &[usize]) -> Files {
    if trees.contains(&2) { FOREIGN_TOP } else { FOREIGN }
}

#[test]
fn one_cut_then_any_tree() {
    on_one_thread(|| {
        for (from, to, then) in triples() {
            let foreign = foreign_for(&[from, to, then]);
            let start: Memory = foreign.iter().copied().collect();
            write(&tree(TREES[from]), &start, PLAIN, &mut Ok).unwrap();
            for steps in 0.. {
                let w = copy(&start);
                let done = cut(TREES[to], &w, steps, PLAIN);
                settle(TREES[then], foreign, &w, &format!("{from} -> {to} cut at {steps}, then {then}"));
                if done {
                    break;
                }
            }
        }
    });
}

#[test]
fn two_cuts_then_any_tree() {
    on_one_thread(|| {
        for (to, then, last) in triples() {
            let foreign = foreign_for(&[0, to, then, last]);
            let start: Memory = foreign.iter().copied().collect();
            write(&tree(TREES[0]), &start, PLAIN, &mut Ok).unwrap();
            two_cuts(&start, [to, then, last], foreign);
        }
    });
}

fn two_cuts(start: &Memory, [to, then, last]: [usize; 3], foreign: Files) {
    for first in 0.. {
        let middle = copy(start);
        let first_done = cut(TREES[to], &middle, first, PLAIN);
        for second in 0.. {
            let w = copy(&middle);
            let second_done = cut(TREES[then], &w, second, PLAIN);
            let story = format!("0 -> {to} cut at {first}, -> {then} cut at {second}, then {last}");
            settle(TREES[last], foreign, &w, &story);
            if second_done {
                break;
            }
        }
        if first_done {
            break;
        }
    }
}

fn triples() -> impl Iterator<Item = (usize, usize, usize)> {
    let n = TREES.len();
    (0..n * n * n).map(move |i| (i / n / n, i / n % n, i % n))
}

#[test]
fn a_cut_adoption_leaves_each_file_old_or_new() {
    on_one_thread(|| {
        for steps in 0.. {
            let w = Memory::from_iter([("a", "mine"), ("b/x", "mine"), ("other", "mine")]);
            let done = cut(TREES[0], &w, steps, ADOPT);
            let here = files(&w);
            assert!(["1", "mine"].contains(&here["a"].as_str()));
            assert_eq!(here["other"], "mine");
            if done {
                break;
            }
            // What was not replaced yet is still not ours.
            let foreign = here.values().filter(|t| *t == "mine").count() - 1;
            let again = write(&tree(TREES[0]), &w, PLAIN, &mut Ok);
            assert_eq!(again.map_or_else(|bag| bag.errors(), |_| 0), foreign, "cut at {steps}");
            assert_eq!(counts(&run(TREES[0], &w, ADOPT))[2], foreign);
        }
    });
}

#[test]
fn a_finished_record_left_behind_is_void() {
    let w = Memory::new();
    run(TREES[0], &w, PLAIN);
    // Cut exactly before the record is removed: the run has one step fewer than it needs.
    let all = (0..100).find(|&n| cut(TREES[1], &copy(&w), n, PLAIN)).unwrap();
    assert!(!cut(TREES[1], &w, all - 1, PLAIN));
    assert!(w.kind(".sailplan/pending.json").is_some());
    // The file that was removed comes back by somebody else's hand: it is theirs now.
    w.write("b/y", b"1").unwrap();
    assert_eq!(counts(&run(TREES[1], &w, PLAIN)), [0, 4, 0, 0, 0]);
    assert_eq!(files(&w)["b/y"], "1");
    assert_eq!(w.kind(".sailplan/pending.json"), None);
}

#[test]
fn a_file_edited_after_the_cut_is_not_lost_in_silence() {
    let w = Memory::new();
    on_one_thread(|| {
        // The record and one file.
        assert!(!cut(TREES[0], &w, 2, PLAIN));
        assert_eq!(files(&w).len(), 1);
        w.write("a", b"edited").unwrap();
        assert_eq!(refused(TREES[0], &w, PLAIN), ["not-ours a"]);
    });
}
