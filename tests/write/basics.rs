//! Writing, leaving alone, adopting, pruning.

use sailplan::source::{FileKind, Memory, World, WorldError};

use crate::support::*;

const A: &[(&str, &str)] = &[("apps/a.yaml", "a"), ("apps/b.yaml", "b"), ("x/y/z.yaml", "z")];

#[test]
fn a_tree_is_written_and_listed() {
    let w = Memory::new();
    assert_eq!(counts(&run(A, &w, PLAIN)), [3, 0, 0, 0, 0]);
    same(&w, A);
    assert_eq!(listed(&w), ["apps/a.yaml", "apps/b.yaml", "x/y/z.yaml"]);
    assert_eq!(w.kind(".sailplan/pending.json"), None);
}

#[test]
fn the_list_has_one_entry_a_line() {
    let w = Memory::new();
    run(&[("b.yaml", "b"), ("a.yaml", "")], &w, PLAIN);
    let expected = r#"{
  "version": 1,
  "files": {
    "a.yaml": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "b.yaml": "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"
  }
}
"#;
    assert_eq!(String::from_utf8(w.read(".sailplan/tree.json").unwrap()).unwrap(), expected);
}

#[test]
fn the_second_run_changes_nothing() {
    let w = Memory::new();
    run(A, &w, PLAIN);
    let before = w.snapshot();
    assert_eq!(counts(&run(A, &w, PLAIN)), [0, 3, 0, 0, 0]);
    assert_eq!(w.snapshot(), before);
}

#[test]
fn only_what_changed_is_written() {
    let w = Memory::new();
    run(A, &w, PLAIN);
    let next = &[("apps/a.yaml", "a2"), ("apps/b.yaml", "b"), ("x/y/z.yaml", "z"), ("new", "n")];
    let written = run(next, &w, PLAIN);
    assert_eq!(counts(&written), [2, 2, 0, 0, 0]);
    assert!(written.warnings.findings().is_empty());
    same(&w, next);
}

#[test]
fn a_file_deleted_by_hand_comes_back() {
    let w = Memory::new();
    run(A, &w, PLAIN);
    w.remove("apps/b.yaml").unwrap();
    let written = run(A, &w, PLAIN);
    assert_eq!(counts(&written), [1, 2, 0, 0, 0]);
    assert!(written.warnings.findings().is_empty());
    same(&w, A);
}

#[test]
fn what_the_tree_no_longer_has_is_removed_with_empty_folders() {
    let w = Memory::new();
    run(A, &w, PLAIN);
    w.write("apps/mine.yaml", b"mine").unwrap();
    let written = run(&[("apps/b.yaml", "b")], &w, PLAIN);
    assert_eq!(counts(&written), [0, 1, 0, 2, 0]);
    same(&w, &[("apps/b.yaml", "b"), ("apps/mine.yaml", "mine")]);
    assert_eq!(w.kind("x"), None);
    assert_eq!(listed(&w), ["apps/b.yaml"]);
}

#[test]
fn without_prune_files_stay_and_stay_listed() {
    let w = Memory::new();
    run(A, &w, PLAIN);
    assert_eq!(counts(&run(&[("apps/b.yaml", "b")], &w, KEEP)), [0, 1, 0, 0, 0]);
    same(&w, A);
    assert_eq!(listed(&w).len(), 3);
    // A later run with prune removes them.
    assert_eq!(counts(&run(&[("apps/b.yaml", "b")], &w, PLAIN)), [0, 1, 0, 2, 0]);
}

#[test]
fn a_foreign_file_stops_everything() {
    let w = Memory::from_iter([("apps/b.yaml", "mine"), ("x/y/z.yaml", "mine too")]);
    assert_eq!(refused(A, &w, PLAIN), ["not-ours apps/b.yaml", "not-ours x/y/z.yaml"]);
    same(&w, &[("apps/b.yaml", "mine"), ("x/y/z.yaml", "mine too")]);
    assert_eq!(w.snapshot().len(), 2, "no record either");
}

#[test]
fn a_foreign_file_with_the_same_bytes_is_taken_over() {
    let w = Memory::from_iter([("apps/b.yaml", "b")]);
    let written = run(A, &w, PLAIN);
    assert_eq!(counts(&written), [2, 1, 0, 0, 0]);
    assert!(written.warnings.findings().is_empty());
    assert_eq!(listed(&w).len(), 3);
}

#[test]
fn adopt_overwrites_and_owns() {
    let w = Memory::from_iter([("apps/b.yaml", "mine"), ("apps/other.yaml", "mine")]);
    assert_eq!(counts(&run(A, &w, ADOPT)), [2, 0, 1, 0, 0]);
    assert_eq!(files(&w)["apps/b.yaml"], "b");
    assert_eq!(files(&w)["apps/other.yaml"], "mine");
    assert_eq!(counts(&run(&[], &w, PLAIN)), [0, 0, 0, 3, 0]);
    same(&w, &[("apps/other.yaml", "mine")]);
}

#[test]
fn an_edited_file_is_overwritten_with_a_warning() {
    let w = Memory::new();
    run(A, &w, PLAIN);
    w.write("apps/a.yaml", b"edited").unwrap();
    let written = run(A, &w, PLAIN);
    assert_eq!(counts(&written), [1, 2, 0, 0, 0]);
    assert_eq!(codes(&written.warnings), ["edited-by-hand apps/a.yaml"]);
    same(&w, A);
    // An edit that foresaw the next tree is none.
    w.write("apps/a.yaml", b"a2").unwrap();
    let written = run(&[("apps/a.yaml", "a2"), A[1], A[2]], &w, PLAIN);
    assert_eq!(counts(&written), [0, 3, 0, 0, 0]);
    assert!(written.warnings.findings().is_empty());
}

#[test]
fn an_edited_orphan_is_kept_and_named_until_it_is_gone() {
    let w = Memory::new();
    run(A, &w, PLAIN);
    w.write("x/y/z.yaml", b"edited").unwrap();
    for _ in 0..2 {
        let written = run(&A[..2], &w, PLAIN);
        assert_eq!(counts(&written), [0, 2, 0, 0, 1]);
        assert_eq!(codes(&written.warnings), ["orphan-edited x/y/z.yaml"]);
        assert_eq!(listed(&w).len(), 3);
    }
    w.remove("x/y/z.yaml").unwrap();
    let written = run(&A[..2], &w, PLAIN);
    assert_eq!(counts(&written), [0, 2, 0, 0, 0]);
    assert!(written.warnings.findings().is_empty());
    assert_eq!(listed(&w).len(), 2);
}

#[test]
fn a_file_becomes_a_folder_and_a_folder_a_file() {
    let w = Memory::new();
    let (file, folder) = (&[("a", "1")], &[("a/b/c", "2"), ("a/d", "3")]);
    run(file, &w, PLAIN);
    assert_eq!(counts(&run(folder, &w, PLAIN)), [2, 0, 0, 1, 0]);
    same(&w, folder);
    assert_eq!(counts(&run(file, &w, PLAIN)), [1, 0, 0, 2, 0]);
    same(&w, file);
}

#[test]
fn a_name_that_changes_only_in_case_is_renamed() {
    let w = Memory::new();
    run(&[("Apps/A.yaml", "1"), ("b", "2")], &w, PLAIN);
    assert_eq!(counts(&run(&[("apps/a.yaml", "1"), ("b", "2")], &w, PLAIN)), [1, 1, 0, 1, 0]);
    same(&w, &[("apps/a.yaml", "1"), ("b", "2")]);
}

/// A file system that ignores case, as those of macOS and Windows do.
struct CaseBlind(Memory);

impl World for CaseBlind {
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.0.read(&path.to_lowercase())
    }
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.0.kind(&path.to_lowercase())
    }
    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        self.0.list(&dir.to_lowercase())
    }
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        self.0.write(&path.to_lowercase(), bytes)
    }
    fn remove(&self, path: &str) -> Result<(), WorldError> {
        self.0.remove(&path.to_lowercase())
    }
}

#[test]
fn a_rename_in_case_loses_nothing_where_case_is_ignored() {
    for text in ["1", "changed"] {
        let w = CaseBlind(Memory::new());
        run(&[("Apps/A.yaml", "1"), ("b", "2")], &w, PLAIN);
        let next = &[("apps/a.yaml", text), ("b", "2")];
        assert_eq!(counts(&run(next, &w, PLAIN)), [1, 1, 0, 1, 0]);
        same(&w.0, next);
        assert_eq!(counts(&run(next, &w, PLAIN)), [0, 2, 0, 0, 0]);
        assert_eq!(listed(&w), ["apps/a.yaml", "b"]);
    }
}
