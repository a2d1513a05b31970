//! What the reader makes of YAML: values, places, anchors, tags.

// Clippy allows these in test functions, not in their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::fmt::Write as _;

use common::yaml::{Read, read};
use sailplan::base::{Kind, Span, Value, json, pointer};
use sailplan::yaml::{read_embedded, resolve};

#[test]
fn plain_scalars_as_kubernetes_reads_them() {
    for (text, want) in plain_scalars() {
        assert_eq!(json::to_json(&Value::new(resolve(&text))), want, "{text:?}");
    }
    let float = |text: &str| match resolve(text) {
        Kind::Float(n) => n,
        other => panic!("{text}: {other:?}"),
    };
    assert!([".nan", ".NaN", ".NAN"].map(float).iter().all(|n| n.is_nan()));
    assert!([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(float).iter().all(|n| *n == f64::INFINITY));
    assert!(["-.inf", "-.Inf", "-.INF"].map(float).iter().all(|n| *n == f64::NEG_INFINITY));
    assert_eq!(Value::new(resolve("")), Value::default());
    assert_eq!(Value::new(resolve("<<")), Value::from("<<"));
}

fn plain_scalars() -> Vec<(String, serde_json::Value)> {
    let facts = include_str!("../fixtures/yaml/plain-scalars.json");
    let facts: serde_json::Map<_, _> = serde_json::from_str(facts).unwrap();
    assert!(facts.len() > 200);
    facts.into_iter().collect()
}

const READINGS: &str = include_str!("../fixtures/yaml/readings.yaml");

#[test]
fn readings() {
    let read = read(READINGS);
    read.assert_clean();
    let doc = &read.docs[0];
    let at = |path: &str| json::to_json(pointer::find(doc, path).unwrap());
    assert_eq!(at("/spec/literal"), "a\n  b\n\nc\n");
    assert_eq!(at("/spec/keep"), "a\n\n");
    assert_eq!(at("/spec/folded"), "one two\nthree\n  kept\nfour\n");
    assert_eq!(at("/spec/anchors/merged"), serde_json::json!({"a": 1, "b": "own"}));
    assert_eq!(at("/spec/anchors/mergedFirst"), serde_json::json!({"z": 0, "a": 1, "b": {"c": 2}, "m": 8}));
    assert_eq!(at("/spec/anchors/notMerge"), serde_json::json!({"<<": "text"}));
    assert_eq!(at("/spec/anchors/redefined"), serde_json::json!([1, 1, 2, 2]));
    assert_eq!(at("/spec/tags"), serde_json::json!(["12", 7, 1.5, true, null, "12", ["a"], {"a": "b"}]));
    let order: Vec<&str> = pointer::find(doc, "/spec/anchors/mergedFirst").unwrap().as_map().unwrap().keys().collect();
    assert_eq!(order, ["z", "a", "b", "m"]);
}

/// With `SAILPLAN_EMIT_DIR` set, leaves texts and our readings there for `conformance/yaml`.
#[test]
fn emit_readings() {
    const HEAD: &str = "apiVersion: x/v1\nkind: Sample\nmetadata: { name: x }\nspec:\n";
    let mut scalars = HEAD.to_owned();
    for (text, _) in plain_scalars() {
        _ = writeln!(scalars, "  - {text}");
    }
    let ends = [
        "literal: |\n    a\n    b",
        "literal: |\n    a\n    b\n    ",
        "literal: |\n    a\n    b\n  ",
        "literal: |+\n    a\n    b",
        "literal: |+\n    a\n    b\n\n",
        "literal: |-\n    a\n    b",
        "folded: >\n    a\n    b",
        "folded: >+\n    a\n    b\n\n",
        "empty: |",
        "empty: |+\n\n",
        "plain: a",
        "quoted: 'a'",
        "nothing:",
        "items:\n  - a\n  -",
        "bom: \"\\uFEFF\" # comment",
        "crlf: |\r\n    a\r\n    b\r\n  plain: a\r\n    b\r\n",
    ];
    let mut files = vec![("readings".to_owned(), READINGS.to_owned()), ("scalars".to_owned(), scalars)];
    files.extend(ends.iter().enumerate().map(|(i, end)| (format!("end{i}"), format!("{HEAD}  {end}"))));
    files.push(("bom".to_owned(), format!("\u{feff}{HEAD}  a: b\n")));
    let dir = std::env::var("SAILPLAN_EMIT_DIR").ok();
    for (name, text) in files {
        let read = read(&text);
        read.assert_clean();
        if let Some(dir) = &dir {
            let json = serde_json::to_string(&json::to_json(&read.docs[0])).unwrap();
            std::fs::write(format!("{dir}/{name}.yaml"), text).unwrap();
            std::fs::write(format!("{dir}/{name}.json"), json).unwrap();
        }
    }
}

/// The text of every key and value of a document, in order.
fn places(read: &Read, value: &Value, out: &mut Vec<String>) {
    let text = |span: Span| read.sources.text_of(span).unwrap().to_owned();
    out.push(text(value.span));
    match &value.kind {
        Kind::List(items) => items.iter().for_each(|item| places(read, item, out)),
        Kind::Map(map) => map.iter().for_each(|e| {
            out.push(text(e.key_span));
            places(read, &e.value, out);
        }),
        _ => {}
    }
}

#[track_caller]
fn check_places(text: &str, want: &[&str]) {
    // The twin has a character of two, three or four bytes for each `x`, and more text before it all.
    for x in ["x", "é", "日", "😀"] {
        for before in ["", "# é日😀\n", "\u{feff}"] {
            let text = format!("{before}{}", text.replace('x', x));
            let read = read(&text);
            read.assert_clean();
            let mut found = Vec::new();
            places(&read, &read.docs[0], &mut found);
            assert_eq!(found, want.iter().map(|w| w.replace('x', x)).collect::<Vec<_>>(), "{text}");
        }
    }
}

#[test]
fn places_of_scalars() {
    check_places("x", &["x"]);
    check_places("ax: bx # cx\n", &["ax: bx", "ax", "bx"]);
    check_places("'x': \"a x\"\n", &["'x': \"a x\"", "'x'", "\"a x\""]);
    check_places("a: x y\n   x\nb: 1\n", &["a: x y\n   x\nb: 1", "a", "x y\n   x", "b", "1"]);
    check_places("a: &x !!str x\nb: *x\n", &["a: &x !!str x\nb: *x", "a", "x", "b", "*x"]);
}

#[test]
fn places_of_blocks() {
    check_places("a: |\n  x\n  y\n\nb: 1\n", &["a: |\n  x\n  y\n\nb: 1", "a", "|\n  x\n  y", "b", "1"]);
    check_places("a: >- # x | y\n  x\n", &["a: >- # x | y\n  x", "a", ">- # x | y\n  x"]);
    check_places("- |\n  x\n- |2-\n\n    x", &["- |\n  x\n- |2-\n\n    x", "|\n  x", "|2-\n\n    x"]);
    check_places("a: &b !!str |\n  x\n", &["a: &b !!str |\n  x", "a", "|\n  x"]);
    check_places("a: |\nb: x\n", &["a: |\nb: x", "a", "|", "b", "x"]);
}

#[test]
fn places_of_absent_values() {
    check_places("x:\nb:   \nc: 1\n", &["x:\nb:   \nc: 1", "x", "", "b", "", "c", "1"]);
    check_places("- \n- x\n-\n", &["- \n- x\n-", "", "x", ""]);
    check_places("a:\n  x:\n# c\nb: 1\n", &["a:\n  x:\n# c\nb: 1", "a", "x:", "x", "", "b", "1"]);
}

#[test]
fn places_of_collections() {
    check_places(
        "a:\n  b: x\n\n# c\nd: {e: x, f: [x, ]}\n",
        &[
            "a:\n  b: x\n\n# c\nd: {e: x, f: [x, ]}",
            "a",
            "b: x",
            "b",
            "x",
            "d",
            "{e: x, f: [x, ]}",
            "e",
            "x",
            "f",
            "[x, ]",
            "x",
        ],
    );
    check_places(
        "a:\n- x\n- y: x\n  z: 1\nb: 2\n",
        &[
            "a:\n- x\n- y: x\n  z: 1\nb: 2",
            "a",
            "- x\n- y: x\n  z: 1",
            "x",
            "y: x\n  z: 1",
            "y",
            "x",
            "z",
            "1",
            "b",
            "2",
        ],
    );
    check_places("a: # x\n  # - x\n- # c\n  x\n", &["a: # x\n  # - x\n- # c\n  x", "a", "- # c\n  x", "x"]);
    check_places("- - x\n  - y\n-\n  - z\n", &["- - x\n  - y\n-\n  - z", "- x\n  - y", "x", "y", "- z", "z"]);
    check_places("[x: 1]\n", &["[x: 1]", "x: 1", "x", "1"]);
}

#[test]
fn places_behind_an_alias_are_their_own() {
    let read = read("é: &a {b: x}\nc: *a\nd:\n  <<: *a\n");
    read.assert_clean();
    let text = |path: &str| read.sources.text_of(pointer::find(&read.docs[0], path).unwrap().span);
    assert_eq!(text("/c"), Some("*a"));
    assert_eq!(text("/c/b"), Some("x"));
    assert_eq!(text("/d/b"), Some("x"));
}

#[test]
fn second_files_have_their_own_places() {
    let mut sources = sailplan::source::SourceMap::new();
    sources.add("first.yaml", "é: 1\n".to_owned());
    let id = sources.add("second.yaml", "日本: x\n".to_owned()).unwrap();
    let mut bag = sailplan::diag::Bag::new();
    let docs = sailplan::yaml::read(&sources, id, &mut bag, &sailplan::yaml::Limits::default());
    assert_eq!(sources.text_of(docs[0].get("日本").unwrap().span), Some("x"));
}

#[test]
fn documents() {
    let count = |text: &str| {
        let read = read(text);
        read.assert_clean();
        read.docs.len()
    };
    assert_eq!(count(""), 0);
    assert_eq!(count("# nothing\n"), 0);
    assert_eq!(count("a: 1\n"), 1);
    assert_eq!(count("---\na: 1\n---\nb: 2\n...\n"), 2);
    assert_eq!(count("%YAML 1.2\n---\na: 1\n"), 1);
    assert_eq!(count("---\n---\na: 1\n"), 2);
    assert_eq!(count("\u{feff}a: 1\n"), 1);
    assert!(read("---\n---\na: 1\n").docs[0].is_null());
}

#[test]
fn keys_are_texts_as_written() {
    let read = read("1: a\ntrue: b\non: c\n1_000: d\n0x1F: e\n1.50: f\n'~': g\n? &k 7\n: h\n&n no: i\nj: {*n : 1}\n");
    read.assert_clean();
    let keys: Vec<&str> = read.docs[0].as_map().unwrap().keys().collect();
    assert_eq!(keys, ["1", "true", "on", "1_000", "0x1F", "1.50", "~", "7", "no", "j"]);
    assert_eq!(read.docs[0].get("j").unwrap().as_map().unwrap().keys().collect::<Vec<_>>(), ["no"]);
}

#[test]
fn equal_keys_share_their_text() {
    let read = read("- {name: a}\n- {name: b}\n");
    let keys: Vec<_> = read.docs[0]
        .as_list()
        .unwrap()
        .iter()
        .map(|v| v.as_map().unwrap().entry("name").unwrap().key.clone())
        .collect();
    assert!(std::sync::Arc::ptr_eq(&keys[0], &keys[1]));
}

#[test]
fn embedded_texts() {
    let host = Span::new(7, 9);
    let docs = read_embedded("a: [1, {b: c}]\n---\nx\n", host).unwrap();
    assert_eq!(docs.len(), 2);
    assert_eq!(docs[0].span, host);
    assert_eq!(pointer::find(&docs[0], "/a/1/b").unwrap().span, host);
    let fault = read_embedded("a: 1\nb: 'x\n", Span::NONE).unwrap_err();
    assert!(fault.starts_with("line 2: this quote never closes"), "{fault}");
    let fault = read_embedded("a: 1\na: 2\n", Span::NONE).unwrap_err();
    assert!(fault.starts_with("line 2: the key `a` stands twice"), "{fault}");
}
