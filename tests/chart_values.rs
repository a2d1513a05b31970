//! Values against the files of a chart: what counts as known, what the schema sees, and values that nobody would write.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

#[path = "common/findings.rs"]
#[allow(dead_code, reason = "this file needs only some of it")]
mod findings;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use findings::report;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

/// Codes with the key in question, of an app `shop` whose values and chart files are these.
fn found(values: &str, files: &[(&str, &str)]) -> Vec<String> {
    let named = |name: &str, key: &str| match files.iter().any(|(file, _)| *file == name) {
        true => format!("{key}: {name}, "),
        false => String::new(),
    };
    let keys = named("values.yaml", "values") + &named("schema.json", "schema") + &named("Chart.yaml", "metadata");
    let more = match files.iter().any(|(file, _)| *file == "sub.yaml") {
        true => "  redis: { 20.0.0: { values: sub.yaml } }\n",
        false => "",
    };
    let skip = if files.iter().any(|(file, _)| *file == "skip") { "skipSchemaValidation: true, " } else { "" };
    let spec = format!(
        "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: {{ name: acme, repo: {{ url: https://git.example.com/platform.git }} }}
categories: {{ web: {{}} }}
charts:
  shop: {{ 1.0.0: {{ {keys} }} }}
{more}apps:
  shop:
    category: web
    namespace: shop
    clusterResources: []
    sync: {{ automated: true, options: {{ CreateNamespace: true }} }}
    source: {{ helm: {{ repo: https://charts.example.com, chart: shop, version: v1.0.0, {skip}valueFiles: [mine.yaml] }} }}
"
    );
    let all = [("platform.yaml", spec.as_str()), ("mine.yaml", values)];
    let world: Memory = all.into_iter().chain(files.iter().copied()).collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let text = report(&outcome.findings, &outcome.sources);
    let named = |f: &sailplan::diag::Finding| {
        let quoted = f.message.split('`').filter(|part| !part.contains(' ')).nth(1).unwrap_or_default();
        assert!(!f.help.is_empty(), "{text}");
        format!("{} {quoted}", f.code.id)
    };
    outcome.findings.iter().map(named).collect()
}

const VALUES: &str = "replicas: 1
# optional: true
image: { repository: shop, tag: '' }
free: {}
list: []
empty:
podAnnotations: { a/b: c }
resources: { limits: { cpu: 1 } }
containerSecurityContext: { runAsNonRoot: true }
settings: { timeout.reconciliation: 180s, other: x }
redis:
  enabled: true
  auth: { enabled: true }
";

#[track_caller]
fn by_values(values: &str, wanted: &[&str]) {
    assert_eq!(found(values, &[("values.yaml", VALUES)]), wanted, "{values}");
}

#[test]
fn keys_of_the_chart_are_known_and_others_are_not() {
    by_values("replicas: 2\nimage: { tag: '1' }\n", &[]);
    by_values("optional: false\n", &[]);
    by_values("optionl: false\n", &["unknown-chart-value optionl"]);
    by_values("image: { tga: '1' }\n", &["unknown-chart-value image.tga"]);
    by_values("image: { tga: null }\nnothing: null\n", &[]);
    by_values("global: { any: thing }\n", &[]);
    by_values("tags: { any: true }\n", &["unknown-chart-value tags"]);
}

#[test]
fn free_mappings_take_anything() {
    by_values("free: { any: { thing: 1 } }\nlist: { even: this }\nempty: { and: this }\n", &[]);
    by_values("podAnnotations: { x: y }\nresources: { limits: { memory: 1Gi }, claims: [] }\n", &[]);
    by_values("containerSecurityContext: { runAsUser: 1 }\nsettings: { more: x }\n", &[]);
    by_values("replicas: { even: this }\n", &[]);
}

#[test]
fn sections_that_may_be_subcharts_are_judged_by_what_is_near() {
    by_values("redis: { architecture: standalone, master: { count: 1 } }\n", &[]);
    by_values("redis: { auht: { enabled: false } }\n", &["unknown-chart-value redis.auht"]);
}

#[test]
fn subcharts_are_known_by_chart_yaml() {
    let chart = "name: shop
dependencies:
  - { name: redis, version: 20.0.0, condition: redis.enabled }
  - { name: postgresql, alias: db, version: 16.0.0 }
";
    let files = [("values.yaml", VALUES), ("Chart.yaml", chart)];
    let values = "redis: { auht: 1, architecture: x }\ndb: { any: thing }\ntags: { front: true }\n";
    assert_eq!(found(values, &files), Vec::<String>::new());
    assert_eq!(found("postgresql: { by: name }\n", &files), ["unknown-chart-value postgresql"]);
    let sub = ("sub.yaml", "architecture: replication\nauth: { password: '' }\n");
    let files = [files[0], files[1], sub];
    let values = "redis: { enabled: true, auth: { enabled: false }, architecture: x, auht: {}, global: { a: 1 } }\n";
    assert_eq!(found(values, &files), ["unknown-chart-value redis.auht"]);
}

const SCHEMA: &str = r##"{
  "type": "object", "required": ["image", "port"],
  "properties": {
    "image": { "type": "object", "additionalProperties": false, "required": ["repository"],
               "properties": { "repository": { "type": "string" }, "tag": { "type": "string" } } },
    "port": { "type": "integer", "minimum": 1 },
    "mode": { "enum": ["one", "two"] },
    "labels": { "type": "object", "additionalProperties": { "type": "string" } },
    "hosts": { "type": "array", "minItems": 2 },
    "far": { "$ref": "https://elsewhere.example.com/far.json#/definitions/far" },
    "tree": { "$ref": "#/definitions/tree" }
  },
  "definitions": { "tree": { "type": "object", "properties": { "name": { "type": "string" }, "child": { "$ref": "#/definitions/tree" } } } }
}"##;

#[test]
fn the_schema_alone_finds_types_and_keys_but_nothing_missing() {
    let files = [("schema.json", SCHEMA)];
    let by = |values: &str| found(values, &files);
    assert_eq!(by("mode: one\n"), Vec::<String>::new());
    assert_eq!(by("mode: three\nport: 0\n"), ["chart-value-invalid mode", "chart-value-invalid port"]);
    assert_eq!(by("image: { tga: x }\n"), ["chart-value-invalid image.tga"]);
    assert_eq!(by("labels: { a: b }\nfar: { any: thing }\n"), Vec::<String>::new());
    assert_eq!(by("labels: { a: 1 }\n"), ["chart-value-invalid labels.a"]);
    assert_eq!(by("moode: one\n"), ["unknown-chart-value moode"]);
    assert_eq!(by("tree: { child: { child: { nmae: x } } }\n"), ["unknown-chart-value tree.child.child.nmae"]);
    assert_eq!(by("port: null\n"), Vec::<String>::new());
}

#[test]
fn with_the_values_the_schema_sees_what_helm_shows_it() {
    let files = [("schema.json", SCHEMA), ("values.yaml", "image: { repository: shop }\nport: 80\nhosts: [a, b]\n")];
    let by = |values: &str| found(values, &files);
    assert_eq!(by("mode: one\n"), Vec::<String>::new());
    // A null takes the default away, and lists are replaced as a whole.
    assert_eq!(by("port: null\n").len(), 1);
    assert_eq!(by("image: { repository: null }\n").len(), 1);
    assert_eq!(by("hosts: [c]\n"), ["chart-value-invalid hosts"]);
    let skipped = [files[0], files[1], ("skip", "")];
    assert_eq!(found("hosts: [c]\n", &skipped), Vec::<String>::new());
}

#[test]
fn files_that_are_no_files_of_a_chart_are_findings() {
    assert_eq!(found("a: 1\n", &[("values.yaml", "- a\n")]), ["values-not-mapping values.yaml"]);
    assert_eq!(found("a: 1\n", &[("schema.json", "[]")]), ["values-not-mapping schema.json"]);
    let broken = found("a: 1\n", &[("schema.json", r#"{ "properties": { "a": { "type": "nonsense" } } }"#)]);
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(found("a: 1\n", &[("values.yaml", "")]).is_empty());
    // Both are missing.
    assert!(found("a: 1\n", &[]).iter().any(|f| f.starts_with("missing-key")));
}

/// Nothing takes long, and findings stay countable.
#[track_caller]
fn bounded(values: &str, files: &[(&str, &str)]) -> usize {
    let start = Instant::now();
    let count = found(values, files).len();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert!(count <= 120, "{count} findings");
    count
}

#[test]
fn hostile_values_end() {
    let mut many = String::new();
    (0..20_000).for_each(|i| writeln!(many, "key{i}: {i}").unwrap());
    let mut known = String::new();
    (0..2_000).for_each(|i| writeln!(known, "kee{i}: {i}").unwrap());
    assert!(bounded(&many, &[("values.yaml", &known)]) > 0);
    let mut deep = String::new();
    (0..100).for_each(|i| writeln!(deep, "{}a:", " ".repeat(i)).unwrap());
    bounded(&deep, &[("values.yaml", &deep)]);
    let mut laughs = "a0: &a0 { x: 1 }\n".to_owned();
    for i in 1..12 {
        let before = i - 1;
        writeln!(laughs, "a{i}: &a{i} {{ p: *a{before}, q: *a{before}, r: *a{before} }}").unwrap();
    }
    bounded(&laughs, &[("values.yaml", "a11: { p: { zz: 1 } }\n")]);
}

#[test]
fn hostile_schemas_end() {
    let round = r##"{ "$ref": "#/definitions/a", "definitions": { "a": { "$ref": "#/definitions/b" }, "b": { "$ref": "#/definitions/a" } } }"##;
    bounded("a: { b: { c: 1 } }\n", &[("schema.json", round)]);
    let own = r##"{ "properties": { "a": { "$ref": "#" } }, "additionalProperties": false }"##;
    assert_eq!(bounded("a: { a: { a: { b: 1 } } }\n", &[("schema.json", own)]), 1);
    let mut wide = r#"{ "anyOf": ["#.to_owned();
    (0..500).for_each(|i| write!(wide, r#"{{ "properties": {{ "k{i}": {{ "type": "string" }} }} }}, "#).unwrap());
    wide.push_str("{ \"type\": \"object\" } ] }");
    bounded("k1: 1\nother: 2\n", &[("schema.json", &wide)]);
}
