//! Files that are not what they should be, and names that want to be more than text.

use std::borrow::Cow;
use std::fmt::Write as _;

use sailplan::diff::{Options, diff};
use sailplan::model::changes::{Changes, Class, Side};
use sailplan::report::changes::{github, html, human, json, markdown};
use sailplan::report::human::Look;

use crate::golden::Tree;

fn tree(path: &str, bytes: impl Into<Vec<u8>>) -> Tree {
    Tree::from([(path.to_owned(), bytes.into())])
}

fn compare(path: &str, before: impl Into<Vec<u8>>, after: impl Into<Vec<u8>>) -> Changes {
    let changes = diff(&tree(path, before), &tree(path, after), &Options { lines: true, ..Options::default() });
    assert_eq!(changes.counts.files_differ, 1);
    assert!(!changes.is_empty());
    changes
}

fn why(changes: &Changes) -> &str {
    changes.all[0].opaque.as_deref().unwrap_or_default()
}

#[test]
fn what_is_no_yaml_says_so() {
    assert!(why(&compare("a.yaml", "a: [1", "a: [1, 2")).contains("can't be read"));
    assert!(why(&compare("a.yaml", "a: 1", "a: 1\na: 2")).contains("can't be read"));
    assert!(why(&compare("a.yaml", &b"\xff\xfe"[..], "a: 1")).contains("no text"));
    assert!(why(&compare("a.bin", &b"\x00\xff"[..], &b"\x00\xfe"[..])).contains("no text"));
}

#[test]
fn what_is_too_large_says_so() {
    let large = |n: u8| vec![n; 17 << 20];
    assert!(why(&compare("a.yaml", large(b'a'), large(b'b'))).contains("larger than"));
    let text = |n: u8| vec![n; 300 << 10];
    assert!(why(&compare("a.txt", text(b'a'), text(b'b'))).contains("a text of more than"));
}

#[test]
fn depth_ends_in_words() {
    let deep = |n: usize, end: &str| format!("{}{end}{}", "[".repeat(n), "]".repeat(n));
    assert!(why(&compare("a.yaml", deep(100_000, "1"), deep(100_000, "2"))).contains("can't be read"));
    let changes = compare("a.yaml", deep(120, "1"), deep(120, "2"));
    assert_eq!(changes.all[0].edits.len(), 1);
    // Documents in documents in documents, each as deep as may be.
    let fold = |text: String| format!("{}{}{}", "[".repeat(100), serde_json::Value::from(text), "]".repeat(100));
    let nested = |end: &str| fold(fold(fold(deep(100, end))));
    assert!(!compare("a.json", nested("1"), nested("2")).all[0].edits.is_empty());
}

#[test]
fn aliases_do_not_explode() {
    let bomb = |last: &str| {
        let mut text = format!("a0: &a0 [{last}]\n");
        for i in 1..30 {
            let _ = writeln!(text, "a{i}: &a{i} [*a{0}, *a{0}, *a{0}]", i - 1);
        }
        text
    };
    assert!(why(&compare("a.yaml", bomb("1"), bomb("2"))).contains("can't be read"));
}

#[test]
fn orders_of_many_keys_take_no_time() {
    let keys = |order: &mut dyn Iterator<Item = u32>| {
        order.fold(String::new(), |mut text, i| {
            let _ = writeln!(text, "key-{i}: {i}");
            text
        })
    };
    let changes = compare("a.yaml", keys(&mut (0..60_000)), keys(&mut (0..60_000).rev()));
    assert!(changes.is_cosmetic());
}

#[test]
fn types_change_as_a_whole() {
    let changes = compare("a.yaml", "a: {b: 1}\nc: [1]\nd: 1.0\n", "a: [1]\nc: {b: 1}\nd: 1\n");
    let real: Vec<String> = changes.all[0].real_edits().map(|edit| edit.place.to_string()).collect();
    assert_eq!(real, ["a", "c"]);
    assert_eq!(changes.all[0].edits.iter().filter(|edit| edit.cosmetic).count(), 1);
}

#[test]
fn names_are_nothing_but_text() {
    let evil = "\\u001b[31m<script>alert(1)</script> @everyone `x` | ``` --> \\u202e ::error::";
    let object = |v: u32| {
        format!(
            "apiVersion: v1\nkind: \"Secret<b>\"\nmetadata: {{name: \"{evil}\", namespace: \"{evil}\"}}\ndata: {{\"{evil}\": \"{v} {evil}\\n```\\n\"}}\n"
        )
    };
    let path = "a\u{1b}[2J/<b>@x`|.yaml";
    let changes = compare(path, object(1), object(2));
    let page = html::report(&changes, evil);
    assert!(!page.contains("<script") && !page.contains("<b>@"), "{page}");
    let comment = markdown::report(&changes, markdown::BUDGET);
    let outside: String = comment.split("````diff").enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, t)| t).collect();
    assert!(!outside.contains("<script") && !outside.contains("@everyone"), "{comment}");
    for text in [&comment, &page, &human::report(&changes, Look { width: 80, color: false, unicode: true })] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }
    let annotations = github::report(&changes, "");
    assert!(annotations.lines().all(|line| line.starts_with("::warning ") || line.starts_with("::notice ")));
    serde_json::from_str::<serde_json::Value>(&json::report(&changes)).unwrap();
}

#[test]
fn fences_are_longer_than_what_they_hold() {
    let changes = compare("a.txt", "one\n`````\n", "two\n`````\n");
    let comment = markdown::report(&changes, markdown::BUDGET);
    assert!(comment.contains("\n``````diff\n"), "{comment}");
}

/// A side that knows which files are equal without reading them, as one of git does.
struct Sealed<'t>(&'t Tree);

impl Side for Sealed<'_> {
    fn paths(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.0.get(path).is_some_and(|own| own == bytes)
    }

    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        assert_eq!(path, "files/00007.yaml", "nobody has to read this");
        self.0.get(path).map(|bytes| Cow::Borrowed(bytes.as_slice()))
    }
}

#[test]
fn what_is_known_to_be_equal_is_not_read() {
    let tree: Tree = (0..30_000).map(|i| (format!("files/{i:05}.yaml"), b"a: 0\n".to_vec())).collect();
    let same = diff(&Sealed(&tree), &tree, &Options::default());
    assert!(same.is_empty());
    assert_eq!((same.counts.files, same.counts.files_differ), (30_000, 0));
    // Only the one that differs is read; nothing asks for Applications.
    let mut other = tree.clone();
    other.insert("files/00007.yaml".to_owned(), b"a: 1\n".to_vec());
    let one = diff(&Sealed(&tree), &other, &Options::default());
    assert_eq!(one.all.len(), 1);
    assert_eq!(one.all[0].class(), Class::InPlace);
}

#[test]
fn equal_bytes_are_not_parsed() {
    // Each of them would be told as unreadable, if it were read.
    let same: Tree = (0..1000).map(|i| (format!("{i}.yaml"), b"a: [".to_vec())).collect();
    let changes = diff(&same, &same.clone(), &Options::default());
    assert!(changes.is_empty());
    assert_eq!(human::report(&changes, Look { width: 80, color: false, unicode: true }), "no changes in 1000 files\n");
}

#[test]
fn a_name_with_line_ends_stays_on_its_line() {
    let object = |v: u32| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: \"a\\n::error::x\"}}\nspec:\n  sourceRepos: [\"b\\n::error::x{v}\"]\n  sourceNamespaces: [\"c\\n::error::x{v}\"]\n"
        )
    };
    let changes = diff(&tree("a.yaml", object(1)), &tree("a.yaml", object(2)), &Options::default());
    for color in [false, true] {
        let told = human::report(&changes, Look { width: 40, color, unicode: true });
        assert!(told.contains("::error::x") && told.lines().all(|line| !line.trim_start().starts_with("::")), "{told}");
    }
}

#[test]
fn nobody_is_called() {
    let binding = |role: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: b}}\nroleRef: {{kind: '@octocat #1', name: {role}}}\nsubjects: [{{kind: '@octocat #1', name: a}}]\n"
        )
    };
    let mut changes = diff(&tree("a.yaml", binding("a")), &tree("a.yaml", binding("b")), &Options::default());
    changes.between = Some(("the branch @octocat".to_owned(), "#1".to_owned()));
    let comment = markdown::report(&changes, markdown::BUDGET);
    let (outside, _) = comment.split_once("```diff").unwrap();
    // A zero-width space stands behind each sign that is not in code.
    for part in outside.split("<code>").map(|part| part.rsplit("</code>").next().unwrap()) {
        assert!(!part.contains("&#64;octocat") && !part.contains("&#35;1"), "{part}");
    }
    assert!(outside.contains("&#64;&#8203;octocat"), "{outside}");
}
