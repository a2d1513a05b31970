//! Policies hold exactly the intended paths, whatever names secrets, mounts and properties have: each is read back by
//! a parser of HCL that shares nothing with the compiler.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;
use sailplan::model::tree::Tree;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

/// Characters that mean something in HCL, shells, JSON, YAML or to Vault.
const HOSTILE: &[&str] = &[
    "a",
    "Z",
    "9",
    "-",
    "_",
    ".",
    " ",
    "\"",
    "'",
    "\\",
    "$",
    "${",
    "%{",
    "}",
    "`",
    "$(",
    "{",
    "#",
    "//",
    "*",
    "+",
    "?",
    "&",
    "|",
    ";",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "=",
    "~",
    "!",
    "@",
    "^",
    ",",
    ":",
    "é",
    "中",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "/*",
    "*/",
    "\\u0041",
    "\\n",
    "EOF",
    "path \"x\" {",
    "capabilities",
    "%",
    "…",
];

fn word() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(HOSTILE), 1..6).prop_map(|parts| parts.concat())
}

fn path() -> impl Strategy<Value = String> {
    proptest::collection::vec(word(), 1..4).prop_map(|parts| parts.join("/"))
}

fn quoted(text: &str) -> String {
    // A JSON string is a YAML string, but for what YAML takes for line breaks.
    serde_json::to_string(text).unwrap().replace('\u{2028}', "\\u2028").replace('\u{feff}', "\\ufeff")
}

fn spec(paths: &[String], granted: &[String]) -> String {
    let mut data = String::new();
    for (i, path) in paths.iter().enumerate() {
        writeln!(data, "          key-{i}: {{ path: {}, property: value }}", quoted(path)).unwrap();
    }
    let mut grants = String::new();
    for path in granted {
        writeln!(grants, "        {}: [read, list]", quoted(path)).unwrap();
    }
    format!(
        "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: {{ name: acme, repo: {{ url: https://git.example.com/platform.git }} }}
categories: {{ web: {{}} }}
secrets:
  defaults: {{ store: vault }}
  stores:
    vault:
      vault: {{ server: https://vault.example.com, auth: {{ kubernetes: {{ role: reader, policies: [granted] }} }} }}
  policies:
    granted:
      store: vault
      paths:
{grants}apps:
  shop:
    category: web
    namespace: shop
    sync: {{ automated: true, options: {{ CreateNamespace: true }} }}
    secrets:
      db:
        data:
{data}"
    )
}

fn run(paths: &[String], granted: &[String]) -> (Option<Tree>, Vec<&'static str>) {
    let world: Memory = [("platform.yaml".to_owned(), spec(paths, granted).into_bytes())].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let errors =
        outcome.findings.iter().filter(|f| f.level == sailplan::diag::Level::Error).map(|f| f.code.id).collect();
    (outcome.tree, errors)
}

type Policy = BTreeMap<String, BTreeSet<String>>;

fn parsed(tree: &Tree, name: &str) -> Policy {
    let file = tree.get(&format!("vault/vault.example.com/policies/{name}.hcl")).unwrap();
    let body: hcl::Body = hcl::parse(std::str::from_utf8(&file.bytes).unwrap()).unwrap();
    let mut out = Policy::new();
    for structure in body {
        let block = structure.into_block().unwrap();
        assert_eq!((block.identifier.as_str(), block.labels.len()), ("path", 1));
        let attributes: Vec<_> = block.body.attributes().collect();
        let ([capabilities], [path]) = (attributes.as_slice(), block.labels.as_slice()) else { panic!("not one each") };
        let hcl::Expression::Array(words) = &capabilities.expr else { panic!("no list") };
        let words = words.iter().map(|w| w.to_string().trim_matches('"').to_owned()).collect();
        let before = out.insert(path.as_str().to_owned(), words);
        assert!(before.is_none(), "a path stands twice");
    }
    out
}

fn words(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|w| (*w).to_owned()).collect()
}

/// What Vault would not take as one path (its "Policies" page, and what its router refuses).
fn is_exact(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    !parts.iter().any(|p| matches!(*p, "" | "." | ".." | "+") || p.starts_with("+*"))
        && !path.ends_with('*')
        && !path.contains("{{")
        && !path.chars().any(char::is_control)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_policy_holds_exactly_the_paths(paths in proptest::collection::vec(path(), 1..4)) {
        let (tree, errors) = run(&paths, &["known/*".to_owned()]);
        let exact = paths.iter().all(|p| is_exact(p));
        prop_assert_eq!(!errors.contains(&"vault-path"), exact, "{:?} {:?}", paths, errors);
        if exact {
            let tree = tree.expect("no error stands against a tree");
            let wanted: Policy = paths.iter().map(|p| (format!("secret/data/{p}"), words(&["read"]))).collect();
            prop_assert_eq!(parsed(&tree, "reader"), wanted);
        } else {
            prop_assert!(tree.is_none());
        }
    }

    #[test]
    fn a_policy_granted_by_hand_holds_exactly_its_patterns(path in path()) {
        let (tree, errors) = run(&["x".to_owned()], std::slice::from_ref(&path));
        if let Some(tree) = tree {
            let wanted = [format!("secret/data/{path}"), format!("secret/metadata/{path}")];
            let wanted: Policy = wanted.into_iter().map(|p| (p, words(&["read", "list"]))).collect();
            prop_assert_eq!(parsed(&tree, "granted"), wanted);
        } else {
            prop_assert!(errors.contains(&"vault-path"), "{:?}", errors);
        }
    }
}

#[test]
fn values_of_the_first_engine_have_no_data_segment() {
    let text = spec(&["a/b".to_owned()], &["c/*".to_owned()]).replace("auth:", "version: v1, path: kv, auth:");
    let world: Memory = [("platform.yaml".to_owned(), text.into_bytes())].into_iter().collect();
    let tree = pipeline::run(&world, "platform.yaml", &Silent).tree.unwrap();
    assert_eq!(parsed(&tree, "reader"), Policy::from([("kv/a/b".to_owned(), words(&["read"]))]));
    assert_eq!(parsed(&tree, "granted"), Policy::from([("kv/c/*".to_owned(), words(&["read", "list"]))]));
}
