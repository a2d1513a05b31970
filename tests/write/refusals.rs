//! What must not be written.

use sailplan::base::Span;
use sailplan::diag::Place;
use sailplan::model::tree::{Tree, TreeFile};
use sailplan::source::{Memory, World};
use sailplan::write::write;

use crate::support::*;

/// What a tree of these paths is refused for. Each file comes from the span `10n..10n+1`.
fn refused_paths(paths: &[&str]) -> Vec<String> {
    let origin = |n: usize| Span::new(u32::try_from(n).unwrap() * 10 + 10, u32::try_from(n).unwrap() * 10 + 11);
    let file = |(n, path): (usize, &&str)| {
        ((*path).to_owned(), TreeFile { bytes: Vec::new(), origin: origin(n), ..TreeFile::default() })
    };
    let tree: Tree = paths.iter().enumerate().map(file).collect();
    let w = Memory::new();
    let result = write(&tree, &w, PLAIN, &mut Ok);
    let Err(bag) = result else { return Vec::new() };
    assert!(w.snapshot().is_empty());
    bag.findings().iter().map(|f| format!("{} {:?}{}", f.code.id, f.primary.place, also(f))).collect()
}

fn also(f: &sailplan::diag::Finding) -> String {
    let place = |p: &Place| format!(" and {p:?}");
    f.secondary.iter().map(|l| place(&l.place)).collect()
}

#[test]
fn paths_equal_but_for_case() {
    assert_eq!(refused_paths(&["a/b", "a/B"]), ["path-case Span(20..21) and Span(10..11)"]);
    assert_eq!(refused_paths(&["A/b", "a/B"]), ["path-case Span(20..21) and Span(10..11)"]);
    assert_eq!(refused_paths(&["straße/Ä", "straße/ä"]), ["path-case Span(10..11) and Span(20..21)"]);
    assert_eq!(refused_paths(&["A/b", "a/c", "README.md", "x/README.md"]), [""; 0]);
}

#[test]
fn paths_needed_as_file_and_folder() {
    assert_eq!(refused_paths(&["a", "a/b"]), ["file-and-folder Span(10..11) and Span(20..21)"]);
    assert_eq!(refused_paths(&["a/b/c/d", "a/b"]), ["file-and-folder Span(20..21) and Span(10..11)"]);
    assert_eq!(refused_paths(&["A", "a/b"]), ["file-and-folder Span(10..11) and Span(20..21)"]);
    assert_eq!(refused_paths(&["a", "A/b"]), ["file-and-folder Span(10..11) and Span(20..21)"]);
    assert_eq!(refused_paths(&["a", "a.b", "a-b/c", "ab"]), [""; 0]);
}

#[test]
fn reserved_and_hostile_paths() {
    let paths = [
        ".git/hooks/post-checkout",
        ".GIT/x",
        "apps/.git/config",
        "git~1/config",
        ".sailplan/tree.json",
        ".Sailplan/x",
        "../x",
        "/etc/passwd",
        "a/../../x",
        "a\0",
        "",
        "a//b",
        "a/",
        "a\\..\\b",
        "x\n.yaml",
    ];
    for path in paths {
        assert_eq!(refused_paths(&[path]), ["reserved-path Span(10..11)"], "{path:?}");
    }
    assert_eq!(refused_paths(&[".github/workflows/x.yaml", ".gitignore", "a/.sailplan/x", "..a", "a..b"]), [""; 0]);
}

#[test]
fn folders_and_links_in_the_way() {
    let w = Memory::from_iter([("a/b/c", "mine"), ("f", "mine")]);
    w.link("l", "a");
    w.link("out", "../elsewhere");
    w.link("file-link", "f");
    let before = w.snapshot();
    let files = &[("a/b", "1"), ("f/x", "1"), ("l/x", "1"), ("out/y/z", "1"), ("file-link", "1"), ("fine", "1")];
    let expected = [
        "output-blocked f",
        "output-blocked l",
        "output-blocked out",
        "output-blocked a/b",
        "output-blocked file-link",
    ];
    assert_eq!(refused(files, &w, PLAIN), expected);
    assert_eq!(refused(files, &w, ADOPT), expected);
    assert_eq!(w.snapshot(), before);
}

#[test]
fn a_folder_of_ours_replaced_by_a_link_is_not_pruned_through() {
    let w = Memory::new();
    run(&[("apps/a", "1"), ("b", "2")], &w, PLAIN);
    w.remove("apps/a").unwrap();
    w.write("elsewhere/a", b"1").unwrap();
    w.link("apps", "elsewhere");
    let written = run(&[("b", "2")], &w, PLAIN);
    assert_eq!(counts(&written), [0, 1, 0, 0, 1]);
    assert_eq!(codes(&written.warnings), ["orphan-edited apps/a"]);
    same(&w, &[("elsewhere/a", "1"), ("b", "2")]);
    assert_eq!(refused(&[("apps/a", "1")], &w, ADOPT), ["output-blocked apps"]);
}

#[test]
fn linked_records_are_refused() {
    let w = Memory::from_iter([("elsewhere/x", "1")]);
    w.link(".sailplan", "elsewhere");
    assert_eq!(refused(&[("a", "1")], &w, ADOPT), ["output-blocked .sailplan"]);
    let w = Memory::from_iter([("list", r#"{"version":1,"files":{}}"#)]);
    w.link(".sailplan/tree.json", "../list");
    assert_eq!(refused(&[("a", "1")], &w, ADOPT), ["ownership-file .sailplan/tree.json"]);
    assert_eq!(w.kind("a"), None);
}

#[test]
fn records_that_cannot_be_read_stop_everything() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let outside = |path: &str| format!(r#"{{"version":1,"files":{{"{path}":"{hash}"}}}}"#);
    let bad = [
        ("{".to_owned(), "EOF while parsing"),
        ("<<<<<<< HEAD\n".to_owned(), "expected value"),
        ("[]".to_owned(), "invalid"),
        (r#"{"version":2,"entries":[]}"#.to_owned(), "it has version 2, this program knows 1"),
        (r#"{"version":1,"files":{"a":"123"}}"#.to_owned(), "a hash has 64 lower-case hex digits"),
        (outside("../victim"), "it names \"../victim\""),
        (outside("/etc/passwd"), "it names \"/etc/passwd\""),
        (outside(".git/config"), "it names \".git/config\""),
        (outside(".sailplan/tree.json"), "it names"),
    ];
    for (text, reason) in bad {
        for record in [".sailplan/tree.json", ".sailplan/pending.json"] {
            let w = Memory::from_iter([(record, text.as_str())]);
            let bag = write(&tree(&[("a", "1")]), &w, ADOPT, &mut Ok).map(|_| ()).unwrap_err();
            assert_eq!(codes(&bag), [format!("ownership-file {record}")]);
            let f = &bag.findings()[0];
            assert!(record.contains("pending") || f.message.contains(reason), "{}", f.message);
            assert!(!f.help.is_empty());
            assert_eq!(w.snapshot().len(), 1);
        }
    }
}

#[test]
fn findings_name_the_way_out() {
    let w = Memory::from_iter([("a", "mine")]);
    let bag = write(&tree(&[("a", "1")]), &w, PLAIN, &mut Ok).map(|_| ()).unwrap_err();
    assert!(bag.findings()[0].help.contains("--adopt"));
    for code in sailplan::write::CODES.iter().chain(sailplan::model::ownership::CODES) {
        assert!(code.doc.lines().count() > 2, "{}", code.id);
        assert!(code.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    }
}
