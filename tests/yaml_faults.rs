//! What the reader says about texts that are not right: code, place, words.

// Clippy allows these in test functions, not in their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::yaml::read;
use sailplan::diag::{Label, Level, Place};

/// Text, code, what the finding points at, a part of its message, a part of its help.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[track_caller]
fn check(cases: &[Case]) {
    for &(text, code, place, message, help) in cases {
        // The twin has longer characters before the fault, and another document before it all.
        for before in ["", "# é日😀\nключ: 日\n---\n"] {
            let text = format!("{before}{text}");
            let read = read(&text);
            let [finding] = &read.findings[..] else { panic!("{text}\n{:#?}", read.findings) };
            assert_eq!((finding.code.id, finding.level), (code, Level::Error), "{text}");
            assert_eq!(read.text_of(finding), place, "{text}\n{finding:#?}");
            assert!(finding.message.contains(message), "{text}\n{finding:#?}");
            assert!(finding.help.contains(help), "{text}\n{finding:#?}");
            assert!(!finding.message.ends_with('.') && !finding.help.ends_with('.'), "{finding:#?}");
            assert_eq!(
                read.docs.first().map(|d| d.get("ключ").is_some()),
                Some(!before.is_empty()).filter(|_| !read.docs.is_empty())
            );
        }
    }
}

#[test]
fn indentation() {
    check(&[
        ("a:\n\tb: c\n", "yaml-syntax", "\t", "a tab can't indent", "spaces"),
        ("a:\n  b: 1\n\tc: 2\n", "yaml-syntax", "\t", "a tab can't indent", "spaces"),
        ("a: >\n\tb\n", "yaml-syntax", "\t", "a tab can't indent", "spaces"),
        ("- a\nb: c\n", "yaml-syntax", "b", "does not fit", "align keys"),
        ("a:\n    b: 1\n  c: 2\n", "yaml-syntax", "c", "does not fit", "align keys"),
        ("a: é\n c: d\n", "yaml-syntax", "é", "the next line is indented", "align it"),
        ("a:\n- b\n c: d\n", "yaml-syntax", "b", "the next line is indented", "align it"),
        ("a:\n  - b\n - c\n", "yaml-syntax", "-", "does not fit", "dashes"),
        ("a: - b\n", "yaml-syntax", "-", "a list can't start on the line of its key", "on a line of its own"),
    ]);
}

#[test]
fn quotes() {
    check(&[
        ("a: 'x\nb: c\n", "yaml-syntax", "'", "never closes", "close it on the same line"),
        ("é: \"x\nb: c\n", "yaml-syntax", "\"", "never closes", "close it on the same line"),
        ("- \"x\n", "yaml-syntax", "\"", "never closes", "block (`|`)"),
        ("a: 'it's'\n", "yaml-syntax", "s", "text follows the closing quote", "write ''"),
        ("a: \"é\" y\n", "yaml-syntax", "y", "text follows the closing quote", "whole value"),
        ("a: \"\\q\"\n", "yaml-syntax", "\"", "an escape that does not exist", "single quotes"),
        ("a: x #c\n  y\n", "yaml-syntax", "#", "a comment is not possible here", "before the `#`"),
    ]);
}

#[test]
fn brackets() {
    check(&[
        ("a: [1, 2}\n", "yaml-syntax", "[", "this `[` is closed by `}`", "`]`"),
        ("a: [é b\n", "yaml-syntax", "[", "this `[` never closes", "add the `]`"),
        ("a: [ {\n", "yaml-syntax", "{", "this `{` never closes", "add the `}`"),
        ("é: ]\n", "yaml-syntax", "]", "closes nothing", "remove it"),
        ("a: [1, 2\nb: c\n", "yaml-syntax", ":", "closing bracket is missing", "close each"),
    ]);
    let read = read("é: [1, 2\nb: c\n");
    let [Label { place: Place::Span(open), .. }] = read.findings[0].secondary[..] else {
        panic!("{:?}", read.findings)
    };
    assert_eq!(read.sources.text_of(open), Some("["));
}

#[test]
fn colons() {
    check(&[
        ("a: b: c\n", "yaml-syntax", ":", "a second `: `", "\"b: c\""),
        ("a: b: \"c\"\n", "yaml-syntax", ":", "a second `: `", "'b: \"c\"'"),
        ("ключ: значение: ещё\n", "yaml-syntax", ":", "a second `: `", "\"значение: ещё\""),
        ("a:b\nc: d\n", "yaml-syntax", "a:b", "is no `key: value`", "`a: b`"),
        ("é:b\nc: d\n", "yaml-syntax", "é:b", "is no `key: value`", "`é: b`"),
        ("no colon\nb: c\n", "yaml-syntax", "no colon", "is no `key: value`", "end it with a colon"),
        ("a: b\nd\ne: f\n", "yaml-syntax", "d", "is no `key: value`", "write `key: value`"),
        ("a: b\nd:e\ne: f\n", "yaml-syntax", "d:e", "is no `key: value`", "`d: e`"),
        ("name: x\nspec\n  a: b\n", "yaml-syntax", "spec", "is no `key: value`", "write `key: value`"),
    ]);
}

#[test]
fn characters_that_need_quotes() {
    check(&[
        ("a: {{ é }}\n", "yaml-key", "{ é }", "a key must be a text", "\"{{ é }}\""),
        ("a: @x\n", "yaml-syntax", "@", "can't begin with '@'", "double quotes"),
        ("a: %x\n", "yaml-syntax", "%", "can't begin with '%'", "double quotes"),
        ("a: `x`\n", "yaml-syntax", "`", "can't begin with '`'", "double quotes"),
        ("a: *.example.com\n", "yaml-alias", "*.example.com", "names no anchor", "\"*.example.com\""),
        ("a: &\n", "yaml-syntax", "&", "must be followed by a name", "double quotes"),
        ("* item\n", "yaml-syntax", "*", "must be followed by a name", "double quotes"),
        ("a: |x\n  y\n", "yaml-syntax", "|", "text follows `|`", "next line"),
        ("a: !e!x y\n", "yaml-syntax", "!", "not a tag", "double quotes"),
        ("a: \u{7}\n", "yaml-syntax", "\u{7}", "U+0007", "`\\x07`"),
        ("a: b\0c\nd: e\n", "yaml-syntax", "\0", "U+0000", "`\\x00`"),
    ]);
    let read = read("a: {{ x }}-y\n");
    let last = read.findings.iter().find(|f| f.code.id == "yaml-syntax").unwrap();
    assert_eq!(read.text_of(last), "{{ x }}-y");
    assert!(last.help.contains("\"{{ x }}-y\""), "{last:?}");
}

#[test]
fn keys() {
    check(&[
        ("~: x\n", "yaml-key", "~", "this one is null", "double quotes"),
        ("null: x\n", "yaml-key", "null", "this one is null", "double quotes"),
        (": x\n", "yaml-key", "", "this one is null", "a name before the colon"),
        ("? [é]\n: b\n", "yaml-key", "[é]", "this one is a list", "double quotes"),
        ("{a: 1}: x\n", "yaml-key", "{a: 1}", "this one is a mapping", "double quotes"),
        ("a: &m {}\n*m : x\n", "yaml-key", "*m", "this one is a mapping", "double quotes"),
    ]);
}

#[test]
fn tags() {
    check(&[
        ("a: !x é\n", "yaml-tag", "!x", "`!x` has no meaning", "double quotes"),
        ("a: !!binary aGk=\n", "yaml-tag", "!!binary", "`!!binary` has no meaning", "base64"),
        ("a: !!set {x}\n", "yaml-tag", "!!set", "`!!set` has no meaning", "remove the tag"),
        ("a: !!timestamp 2001-01-01\n", "yaml-tag", "!!timestamp", "has no meaning", "remove the tag"),
        ("a: !!int é\n", "yaml-tag", "!!int", "is not what its tag", "remove the tag"),
        ("a: !!map [1]\n", "yaml-tag", "!!map", "is not what its tag", "remove the tag"),
        ("a: !!str {}\n", "yaml-tag", "!!str", "is not what its tag", "remove the tag"),
    ]);
}

#[test]
fn anchors_and_merges() {
    check(&[
        ("a: &x [*x]\n", "yaml-alias", "*x", "inside the value it names", "has ended"),
        ("a: &x {b: {c: *x}}\n", "yaml-alias", "*x", "inside the value it names", "has ended"),
        ("é: *b\nc: &b 1\n", "yaml-alias", "*b", "names no anchor", "earlier value"),
        ("a: &b 1\n---\nc: *b\n", "yaml-alias", "*b", "names no anchor", "earlier value"),
        ("<<: 1\n", "yaml-merge", "1", "this is a whole number", "name an anchor"),
        ("<<: [{a: é}, 2]\n", "yaml-merge", "[{a: é}, 2]", "this is a list", "name an anchor"),
    ]);
}

#[test]
fn duplicate_keys() {
    let read = read("é: 1\nb: {x: 1, 'x': 2, y: 3}\n<<: {c: 1}\né: 2\n<<: {d: 1}\n");
    let found: Vec<(String, String)> = read
        .findings
        .iter()
        .map(|f| {
            assert_eq!(f.code.id, "yaml-duplicate-key");
            let [Label { place: Place::Span(first), text }] = &f.secondary[..] else { panic!("{f:?}") };
            assert_eq!((f.primary.text.as_str(), text.as_str()), ("second", "first"));
            (read.text_of(f), read.sources.text_of(*first).unwrap().to_owned())
        })
        .collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(found, [pair("'x'", "x"), pair("é", "é"), pair("<<", "<<")]);
    assert_eq!(read.docs[0].get("é"), Some(&1.into()));
    assert_eq!(read.docs[0].get("b").and_then(|b| b.get("y")), Some(&3.into()));
}

#[test]
fn reading_goes_on_after_a_fault_of_content() {
    let read = read("a: 1\na: 2\n~: 3\nb: !x 4\nc: *no\nd: 5\n");
    let codes: Vec<&str> = read.findings.iter().map(|f| f.code.id).collect();
    assert_eq!(codes, ["yaml-duplicate-key", "yaml-key", "yaml-tag", "yaml-alias"]);
    assert_eq!(read.docs[0].get("d"), Some(&5.into()));
}

#[test]
fn documents_before_a_fault_are_kept() {
    let read = read("a: 1\n---\nb: 2\n---\nc: 'x\n---\nd: 3\n");
    assert_eq!((read.docs.len(), read.findings.len()), (2, 1));
}

#[test]
fn every_code_has_its_page() {
    for code in sailplan::yaml::CODES {
        for part in ["**What it means.**", "**Why it matters.**", "**How to mend it.**"] {
            assert!(code.doc.contains(part), "{} lacks {part}", code.id);
        }
    }
}
