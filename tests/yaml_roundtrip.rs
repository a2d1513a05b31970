//! What the writer writes, the reader gives back: every string that is known to break YAML writers,
//! and random trees.

// Clippy allows these in test functions, not in their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "common/chance.rs"]
mod chance;

use std::fmt::Write as _;

use proptest::prelude::*;
use sailplan::base::{Kind, Map, Value};
use sailplan::diag::Bag;
use sailplan::source::SourceMap;
use sailplan::yaml::{Limits, read, write, write_all};

fn nasty() -> Vec<String> {
    let text = include_str!("../fixtures/yaml/nasty-strings.json");
    serde_json::from_str(text).expect("a list of strings")
}

fn text_of(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

fn read_all(text: &str) -> Vec<Value> {
    let mut sources = SourceMap::new();
    let id = sources.add("test.yaml", text.to_owned()).unwrap();
    let mut bag = Bag::new();
    let docs = read(&sources, id, &mut bag, &Limits::default());
    assert!(bag.findings().is_empty(), "{:#?}\n{text}", bag.findings());
    docs
}

#[track_caller]
fn check(value: &Value) {
    let text = text_of(value);
    let docs = read_all(&text);
    assert_eq!(docs, std::slice::from_ref(value), "\n{text}");
    assert_eq!(text_of(&docs[0]), text, "the second writing differs");
    assert!(text.ends_with('\n') && !text.contains('\r'), "{text:?}");
}

fn map(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    entries.into_iter().collect::<Map>().into()
}

fn one(key: &str, value: Value) -> Value {
    map([(key.to_owned(), value)])
}

#[test]
fn nasty_strings_as_values() {
    assert_eq!(nasty().len(), 249);
    for text in nasty() {
        check(&one("key", Value::from(&text)));
        check(&Value::from(&text));
    }
}

#[test]
fn nasty_strings_as_keys() {
    for text in nasty() {
        check(&one(&text, Value::from(1)));
        check(&one(&text, one(&text, Value::from(&text))));
        check(&one(&text, [Value::from(&text)].into_iter().collect()));
    }
}

#[test]
fn nasty_strings_in_lists() {
    for text in nasty() {
        let item = Value::from(&text);
        let list: Value = [item.clone(), item.clone()].into_iter().collect();
        check(&list);
        check(&one("key", list.clone()));
        check(&[list.clone(), list, one(&text, item)].into_iter().collect());
    }
}

#[test]
fn nasty_strings_deep_inside() {
    for text in nasty() {
        let mut value = map([(text.clone(), Value::from(&text)), ("next".to_owned(), Value::from(&text))]);
        for level in 0..20 {
            value = match level % 2 {
                0 => [Value::from(&text), value].into_iter().collect(),
                _ => map([("before".to_owned(), Value::from(&text)), (format!("k{level}"), value)]),
            };
        }
        check(&value);
    }
}

#[test]
fn nasty_strings_all_in_one_file() {
    let docs: Vec<Value> = nasty().into_iter().map(|t| one(&t, Value::from(&t))).collect();
    let mut text = String::new();
    write_all(&mut text, &docs);
    assert_eq!(read_all(&text), docs);
}

/// With `SAILPLAN_EMIT_DIR` set, leaves files there for `conformance/yaml`, which has other readers read them.
#[test]
fn emit_nasty_strings() {
    let files = emitted();
    for (name, value) in &files {
        assert_eq!(read_all(&text_of(value)), std::slice::from_ref(value), "{name}");
    }
    let Ok(dir) = std::env::var("SAILPLAN_EMIT_DIR") else { return };
    for (name, value) in &files {
        let json = serde_json::to_string(&sailplan::base::json::to_json(value)).unwrap();
        std::fs::write(format!("{dir}/{name}.yaml"), text_of(value)).unwrap();
        std::fs::write(format!("{dir}/{name}.json"), json).unwrap();
    }
}

/// Kubernetes objects, so that kubectl takes them, with every string in every position.
fn emitted() -> Vec<(&'static str, Value)> {
    let nasty = nasty();
    let object = |name: &str, spec: Value| {
        map([
            ("apiVersion".to_owned(), Value::from("conformance.sailplan.dev/v1")),
            ("kind".to_owned(), Value::from("Sample")),
            ("metadata".to_owned(), one("name", Value::from(name))),
            ("spec".to_owned(), spec),
        ])
    };
    let values = nasty.iter().enumerate().map(|(i, t)| (format!("k{i}"), Value::from(t)));
    let keys = nasty.iter().zip(0..).map(|(t, i): (_, i64)| (t.clone(), Value::from(i)));
    let both = nasty.iter().map(|t| (t.clone(), one(t, Value::from(t))));
    let items: Value = nasty.iter().map(Value::from).collect();
    let pairs: Value =
        nasty.iter().map(|t| map([(t.clone(), Value::from(t)), ("z".to_owned(), Value::from(t))])).collect();
    let nested: Value = nasty.iter().map(|t| [Value::from(t), Value::from(t)].into_iter().collect::<Value>()).collect();
    let long = "k".repeat(1500);
    let long = map([
        (long.clone(), one("inner", Value::from("x"))),
        (format!("{long}2"), [Value::from("x"), one("a", Value::from("y"))].into_iter().collect()),
        (format!("{long}3"), Value::from("a\nb\n")),
        (format!("{long}: "), Value::from("yes")),
    ]);
    vec![
        ("values", object("values", map(values))),
        ("keys", object("keys", map(keys))),
        ("both", object("both", map(both))),
        ("items", object("items", items)),
        ("pairs", object("pairs", pairs)),
        ("nested", object("nested", nested)),
        ("long", object("long", long)),
        ("numbers", object("numbers", numbers())),
        ("short", object("short", short().map(|t| (t.clone(), Value::from(t))).collect::<Map>().into())),
        ("characters", object("characters", characters())),
    ]
}

/// Every string of up to three of the characters that numbers, times and indicators are made of.
fn short() -> impl Iterator<Item = String> {
    const ALPHABET: [&str; 17] = ["", "0", "1", "8", ".", "_", "-", "+", "e", "x", "o", "b", ":", " ", "~", "#", "n"];
    let all = ALPHABET.iter().flat_map(|a| ALPHABET.iter().flat_map(move |b| ALPHABET.map(|c| format!("{a}{b}{c}"))));
    all.collect::<std::collections::BTreeSet<_>>().into_iter()
}

/// Characters at the start, in the middle, at the end, and at the start of a line.
fn characters() -> Value {
    let edges =
        [0xd7ff, 0xe000, 0xfdd0, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x1_0000, 0x1_f600, 0x1_fffe, 0xe_0001, 0x10_ffff];
    let all = (0..0x300).chain(0x2000..0x2070).chain(edges).filter_map(char::from_u32);
    all.map(|c| {
        [format!("{c}"), format!("{c}a{c}"), format!("a {c} b\n{c}c\n")].iter().map(Value::from).collect::<Value>()
    })
    .collect()
}

fn numbers() -> Value {
    let floats = [0.0, 1.0, -1.5, 0.1, 1e15, 1e16, 1e21, 1.5e21, 1e-7, 2.5e-10, 1e300, 5e-324, 123_456.789];
    let ints = [0, 1, -1, 42, i64::from(i32::MAX), 9_007_199_254_740_991];
    let constants =
        [Value::default(), Value::from(true), Value::from(false), Value::from(Map::new()), Value::from(vec![])];
    floats.map(Value::from).into_iter().chain(ints.map(Value::from)).chain(constants).collect()
}

#[test]
fn house_style() {
    let value = map([
        ("name".to_owned(), Value::from("harbor")),
        ("version".to_owned(), Value::from("1.15.0")),
        ("on".to_owned(), Value::from("yes")),
        ("quotes".to_owned(), Value::from("say \"hi\": it's")),
        ("empty".to_owned(), map([])),
        ("none".to_owned(), Value::from(vec![])),
        ("float".to_owned(), Value::from(1.0)),
        (
            "list".to_owned(),
            [Value::from("a"), one("b", Value::from("c\nd\n")), Value::from(vec![Value::from(1)])]
                .into_iter()
                .collect(),
        ),
        ("script".to_owned(), Value::from("  x\ny")),
    ]);
    let want = r#"name: harbor
version: 1.15.0
"on": "yes"
quotes: 'say "hi": it''s'
empty: {}
none: []
float: 1.0
list:
  - a
  - b: |
      c
      d
  - - 1
script: |2-
    x
  y
"#;
    assert_eq!(text_of(&value), want);
}

#[test]
fn floats_stay_floats() {
    let cases = [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (1e21, "1.0e+21"),
        (1.5e300, "1.5e+300"),
        (1e-7, "1.0e-7"),
        (f64::INFINITY, ".inf"),
        (f64::NEG_INFINITY, "-.inf"),
        (f64::NAN, ".nan"),
    ];
    for (number, want) in cases {
        let value = Value::from(number);
        assert_eq!(text_of(&value), format!("{want}\n"));
        check(&value);
    }
    check(&Value::from(u64::MAX));
    check(&Value::from(i64::MIN));
}

/// Strings of single characters and of pairs with neighbours that matter to YAML.
#[test]
fn every_character() {
    let mut all = String::new();
    for c in (0..0x0002_0000).filter_map(char::from_u32) {
        let mut lines = Vec::new();
        for text in [format!("{c}"), format!("{c}a"), format!("a{c}"), format!("a {c} b"), format!("a\n{c}b\n")] {
            lines.push(Value::from(text));
        }
        write(&mut all, &Value::from(lines.clone()));
        if u32::from(c) < 0x3100 || u32::from(c) % 1021 == 0 {
            check(&Value::from(lines));
        }
    }
    _ = write!(all, "- end");
    let list = read_all(&all).remove(0);
    assert_eq!(list.as_list().map(<[Value]>::len), Some((0x0002_0000 - 0x800) * 5 + 1));
}

fn any_text() -> impl Strategy<Value = String> {
    let nasty = nasty();
    let pick = proptest::sample::select(nasty);
    prop_oneof![
        3 => "[a-z]{1,8}",
        2 => pick.clone(),
        1 => (pick.clone(), pick).prop_map(|(a, b)| a + &b),
        1 => "[ \\t\\n:#'\"\\-?{}&*!|>%@`,0-9.eyn~\\[\\]]{0,8}",
        1 => any::<String>(),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::default()),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("one NaN", |n| !n.is_nan()).prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((any_text(), inner), 0..6).prop_map(map),
        ]
    })
}

proptest! {
    #![proptest_config(chance::config(1000))]

    #[test]
    fn random_trees(value in any_value()) {
        check(&value);
    }

    #[test]
    fn random_streams(docs in proptest::collection::vec(any_value(), 0..5)) {
        let mut text = String::new();
        write_all(&mut text, &docs);
        prop_assert_eq!(read_all(&text), docs, "\n{}", text);
    }
}

#[test]
fn kinds_come_back() {
    let value = map([("int".to_owned(), Value::from(1)), ("float".to_owned(), Value::from(1.0))]);
    let back = read_all(&text_of(&value)).remove(0);
    assert!(matches!(back.get("int").map(|v| &v.kind), Some(Kind::Int(1))));
    assert!(matches!(back.get("float").map(|v| &v.kind), Some(Kind::Float(_))));
}
