//! Whole specs that mean harm, or that a machine has mangled, end in a located finding: within bounded
//! time, without a panic, and without a tree.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

#[path = "common/findings.rs"]
mod findings;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use findings::{located, report, says_what_to_do};
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::source::{Disk, FileKind, Memory, World, WorldError};

const HEAD: &str = "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform:
  name: acme
  repo: { url: https://git.example.com/platform.git }
categories: { web: {} }
defaults:
  app:
    category: web
    namespace: shop
    clusterResources: []
    sync: { automated: true, options: { CreateNamespace: true } }
";

const SHOP: &str = "apps:\n  shop:\n    source: { git: { path: shop } }\n";

/// Far above what any of these needs in a build without optimisation.
const PATIENCE: Duration = Duration::from_secs(60);

fn run(world: &dyn World) -> Outcome {
    let begun = Instant::now();
    let outcome = pipeline::run(world, "platform.yaml", &Silent);
    let report = report(&outcome.findings, &outcome.sources);
    assert!(begun.elapsed() < PATIENCE, "took {:?}", begun.elapsed());
    assert!(report.len() < 100_000, "a report of {} bytes", report.len());
    assert!(!report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
    outcome
}

/// Where the findings are, sorted, after a look at each of them; no tree may come out.
fn refused(world: &dyn World) -> Vec<String> {
    let outcome = run(world);
    assert!(outcome.tree.is_none(), "a tree came out");
    let faults: Vec<String> = outcome.findings.iter().filter_map(|f| says_what_to_do(f, &outcome.sources)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut places: Vec<String> = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
    places.sort();
    assert!(!places.is_empty());
    places
}

fn world<const N: usize>(files: [(&str, &str); N]) -> Memory {
    files.into_iter().collect()
}

/// The findings of a spec that consists of these lines after the usual head.
fn spec(lines: &str) -> Vec<String> {
    refused(&world([("platform.yaml", &format!("{HEAD}{lines}"))]))
}

#[test]
fn bytes_that_are_no_text() {
    let bytes: Memory = [("platform.yaml", b"apiVersion: \xff\xfe\x80".to_vec())].into_iter().collect();
    assert_eq!(refused(&bytes), ["platform.yaml not-utf8"]);
    let utf16: Vec<u8> = "apps: {}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16).collect();
    let bytes: Memory = [("platform.yaml", utf16)].into_iter().collect();
    assert_eq!(refused(&bytes), ["platform.yaml not-utf8"]);
    assert_eq!(refused(&world([("platform.yaml", "apps:\n  a\0b: {}\n")])), ["platform.yaml:2 yaml-syntax"]);
    assert_eq!(refused(&world([("platform.yaml", "\0\0\0\0")])), ["platform.yaml:1 yaml-syntax"]);
}

#[test]
fn files_that_are_none() {
    assert_eq!(refused(&Memory::new()), ["platform.yaml file-unreadable"]);
    assert_eq!(refused(&world([("platform.yaml", "")])), ["platform.yaml:1 spec-documents"]);
    assert_eq!(refused(&world([("platform.yaml", "# nothing\n\n")])), ["platform.yaml:1 spec-documents"]);
    assert_eq!(
        refused(&world([("platform.yaml", "---\n---\n")])),
        ["platform.yaml:1 spec-documents", "platform.yaml:2 spec-documents",]
    );
    assert_eq!(refused(&world([("platform.yaml/x.yaml", SHOP)])), ["platform.yaml file-unreadable"]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("platform.yaml")).unwrap();
    assert_eq!(refused(&Disk::new(folder.path())), ["platform.yaml file-unreadable"]);
}

#[test]
fn depth() {
    assert_eq!(spec(&format!("apps: {}", "[".repeat(100_000))), ["platform.yaml:13 yaml-too-deep"]);
    let nested: Vec<String> = (0..2_000).map(|i| " ".repeat(i) + "a:\n").collect();
    assert_eq!(spec(&format!("apps:\n{}", nested.concat())).len(), 1);
    let deep = format!("{}1{}", "{a: ".repeat(120), "}".repeat(120));
    let helm = format!("apps:\n  shop:\n    source:\n      helm:\n        values: {deep}\n");
    assert_eq!(spec(&helm), ["platform.yaml:17 source-form"]);
}

#[test]
fn aliases_that_stand_for_billions() {
    let mut lines = String::from("x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n");
    for i in 1..12 {
        let _ = writeln!(lines, "x{i}: &x{i} [{}]", vec![format!("*x{}", i - 1); 10].join(", "));
    }
    let found = spec(&lines);
    assert!(found.iter().any(|f| f.ends_with(" yaml-too-large")), "{found:?}");
}

#[test]
fn twenty_megabytes_in_one_line() {
    let text = format!("apps: {{ shop: {{ description: {}, namspace: x }} }}\n", "é".repeat(10 << 20));
    assert_eq!(spec(&text), ["platform.yaml:13 app-incomplete", "platform.yaml:13 unknown-key"]);
    let text = format!("description: {}\n", "x: ".repeat(7 << 20));
    assert_eq!(spec(&text), ["platform.yaml:13 yaml-syntax"]);
}

/// Paths that lead out of the folder of the spec, in each key that takes one.
#[test]
fn paths_that_lead_out() {
    for path in ["../secret.yaml", "/etc/passwd", "a/../../secret.yaml", r"..\secret.yaml", "a//b", "./../x"] {
        let include = spec(&format!("include: ['{path}']\n{SHOP}"));
        assert_eq!(include, ["platform.yaml:13 include-no-match"], "{path}");
        let templates = spec(&format!("templates: '{path}'\n{SHOP}"));
        assert_eq!(templates, ["platform.yaml:13 glob-no-match"], "{path}");
        let schemas = spec(&format!("schemas: ['{path}']\n{SHOP}"));
        assert_eq!(schemas, ["platform.yaml:13 glob-no-match"], "{path}");
        let manifests = spec(&format!("apps:\n  shop:\n    manifests: ['{path}']\n"));
        assert_eq!(manifests, ["platform.yaml:15 glob-no-match"], "{path}");
        let helm = "repo: https://charts.example.com, chart: shop, version: 1.2.3";
        let values = spec(&format!("apps:\n  shop:\n    source: {{ helm: {{ {helm}, valueFiles: ['{path}'] }} }}\n"));
        assert_eq!(values, ["platform.yaml:15 file-unreadable"], "{path}");
        for key in ["root", "parent", "application", "project", "settings", "values"] {
            let layout = spec(&format!("layout: {{ {key}: '{path}' }}\n{SHOP}"));
            assert_eq!(layout, ["platform.yaml:13 bad-path"], "{key}: {path}");
        }
        let shop = format!("{HEAD}apps:\n  shop:\n    manifests: [m.yaml]\n    folder: '{path}'\n");
        let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\n";
        let folder = refused(&world([("platform.yaml", &shop), ("m.yaml", manifest)]));
        assert_eq!(folder, ["platform.yaml:16 bad-path"], "{path}");
        let extra = format!("for: apps\nto: '{path}'\n---\n{manifest}");
        let own = format!("{HEAD}templates: own\n{SHOP}");
        let to = refused(&world([("platform.yaml", &own), ("own/extra.yaml", &extra)]));
        assert_eq!(to, ["own/extra.yaml:2 template-path"], "{path}");
    }
}

/// A link out of the folder of the spec is refused at the glob that names it.
#[test]
fn links_that_lead_out() {
    let memory = world([("platform.yaml", &format!("{HEAD}include: [apps/*.yaml]\n"))]);
    memory.link("apps/shop.yaml", "../../other/apps.yaml");
    assert_eq!(refused(&memory), ["platform.yaml:13 file-unreadable"]);
}

/// A world in which some files may not be read.
struct Locked(Memory);

impl World for Locked {
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        match path.starts_with("locked/") {
            true => Err(WorldError { path: path.to_owned(), reason: "Permission denied".to_owned(), not_found: false }),
            false => self.0.read(path),
        }
    }
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.0.kind(path)
    }
    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        self.0.list(dir)
    }
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        self.0.write(path, bytes)
    }
    fn remove(&self, path: &str) -> Result<(), WorldError> {
        self.0.remove(path)
    }
}

#[test]
fn files_that_may_not_be_read() {
    let text = format!("{HEAD}include: [locked/a.yaml]\ntemplates: locked/t\nschemas: [locked/s.json]\n{SHOP}");
    let files =
        world([("platform.yaml", &text), ("locked/a.yaml", ""), ("locked/t/x.yaml", ""), ("locked/s.json", "")]);
    assert_eq!(
        refused(&Locked(files)),
        ["platform.yaml:13 file-unreadable", "platform.yaml:14 file-unreadable", "platform.yaml:15 file-unreadable",]
    );
}

#[test]
fn names_that_end_lines_and_move_cursors() {
    let text = "apps:\n  \"sh\\u001b[2Jop\":\n    source: { git: { path: shop } }\n  \"a\\nb\":\n    source: { git: { path: x } }\n  \"../x\":\n    source: { git: { path: x } }\n  \"\":\n    source: { git: { path: x } }\n";
    let found = spec(text);
    assert_eq!(
        found,
        [
            "platform.yaml:14 bad-name",
            "platform.yaml:16 bad-name",
            "platform.yaml:18 bad-name",
            "platform.yaml:20 bad-name",
        ]
    );
    let text = format!("{SHOP}    namespace: \"x\\u0007y\"\n    fileName: \"../x\"\n");
    assert_eq!(spec(&text), ["platform.yaml:16 name-invalid", "platform.yaml:17 name-invalid"]);
    for section in ["categories", "clusters", "environments", "namespaces", "projects", "repos"] {
        let head = HEAD.replace("categories: { web: {} }\n", "");
        let categories = if section == "categories" { "" } else { "categories: { web: {} }\n" };
        let entry = if section == "repos" { "{ url: x }" } else { "{}" };
        let more = if section == "categories" { ", web: {}" } else { "" };
        let text = format!("{head}{categories}{SHOP}{section}: {{ \"a\\u0000b\": {entry}{more} }}\n");
        let found = refused(&world([("platform.yaml", &text)]));
        assert_eq!(
            found,
            ["platform.yaml:16 bad-name"].map(|f| {
                let line = text.lines().position(|l| l.starts_with(section)).unwrap() + 1;
                f.replace("16", &line.to_string())
            }),
            "{section}"
        );
    }
}

#[test]
fn texts_that_nobody_would_read() {
    let long = "x".repeat(1 << 20);
    assert_eq!(spec(&format!("{SHOP}    criticality: {long}\n")), ["platform.yaml:16 unknown-value"]);
    assert_eq!(spec(&format!("{SHOP}    dependsOn: [{long}]\n")), ["platform.yaml:16 unknown-reference"]);
    let key = format!("apps:\n  ? {long}\n  : {{ source: {{ git: {{ path: x }} }} }}\n");
    assert_eq!(spec(&key), ["platform.yaml:14 bad-name"]);
    let folder = format!("include: [\"{long}\"]\nlayout: {{ root: \"a/{long}\" }}\n{SHOP}");
    assert_eq!(spec(&folder), ["platform.yaml:13 include-no-match"]);
}

#[test]
fn names_that_others_bear() {
    let app = |name: &str| format!("apps:\n  {name}:\n    source: {{ git: {{ path: x }} }}\n");
    assert_eq!(spec(&app("web-parent")), ["platform.yaml:14 application-name-taken"]);
    assert_eq!(spec(&app("root")), ["platform.yaml:14 application-name-taken"]);
    let lifted = format!("{}    foundation: true\n", app("web-parent"));
    assert_eq!(spec(&lifted).first().unwrap(), "platform.yaml:14 application-name-taken");
}

#[test]
fn a_thousand_apps_in_a_ring() {
    let mut apps = String::from("apps:\n");
    for i in 0..1000 {
        let next = (i + 1) % 1000;
        let _ = writeln!(apps, "  a{i}:\n    dependsOn: [a{next}]\n    source: {{ git: {{ path: a{i} }} }}");
    }
    assert_eq!(spec(&apps).len(), 1);
    let mut apps = String::from("apps:\n");
    let all: Vec<String> = (0..120).map(|i| format!("a{i}")).collect();
    for name in &all {
        let _ = writeln!(apps, "  {name}:\n    dependsOn: [{}]\n    source: {{ git: {{ path: x }} }}", all.join(", "));
    }
    let found = spec(&apps);
    assert!(found.iter().all(|f| f.ends_with(" dependency-cycle")) && found.len() <= 120, "{found:?}");
}

#[test]
fn waves_at_the_end_of_the_numbers() {
    let text = format!(
        "{SHOP}    wave: {}\n  cart:\n    dependsOn: [shop]\n    wave: 3\n    source: {{ git: {{ path: x }} }}\n",
        i64::MAX
    );
    assert_eq!(spec(&text), ["platform.yaml:19 wave-contradicts-order"]);
    let text = format!("{SHOP}    wave: 99999999999999999999\n");
    assert_eq!(spec(&text), ["platform.yaml:16 wrong-type"]);
}

/// A template of the user, beside a spec of one app.
fn template(text: &str) -> Outcome {
    let own = format!("{HEAD}templates: own\n{SHOP}");
    run(&world([("platform.yaml", &own), ("own/extra.yaml", text)]))
}

#[test]
fn templates_that_never_end() {
    let head = "for: apps\nto: argocd/app-of-apps/apps/web/x.yaml\n---\napiVersion: v1\nkind: ConfigMap\n";
    for body in [
        "data:\n  ${{ for x in range(10**9) }}: { a: b }\n",
        "data: { x: \"${{ 'x' * 10**9 }}\" }\n",
        "data:\n  ${{ for a in app.name | list }}:\n    ${{ for b in range(100000) }}:\n      ${{ for c in range(100000) }}: { x: y }\n",
    ] {
        let outcome = template(&format!("{head}{body}"));
        assert!(outcome.tree.is_none() && !outcome.findings.is_empty(), "{body}");
        let places: Vec<String> = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
        assert!(places.iter().all(|p| p.starts_with("own/extra.yaml:")), "{places:?}");
    }
}

/// A fault in a template shows the template and what it was rendered for.
#[test]
fn a_broken_template_shows_both_places() {
    let head = "for: apps\nto: argocd/app-of-apps/apps/web/x.yaml\n---\napiVersion: v1\nkind: ConfigMap\n";
    for (body, line) in [
        ("metadata: { name: x }\ndata: { x: \"a ${{ app.description }}\" }\n", 7),
        ("metadata: { name: x }\ndata: [1]\n", 7),
        ("metadata: { name: x }\ntada: { x: y }\n", 7),
    ] {
        let outcome = template(&format!("{head}{body}"));
        let found: BTreeMap<String, Vec<String>> = outcome
            .findings
            .iter()
            .map(|f| {
                let also = f.secondary.iter().map(|l| findings::place(&l.place, &outcome.sources)).collect();
                (findings::place(&f.primary.place, &outcome.sources), also)
            })
            .collect();
        let wanted = (format!("own/extra.yaml:{line}"), vec!["platform.yaml:15".to_owned()]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [wanted], "{body}");
        assert!(outcome.tree.is_none());
    }
}

#[test]
fn a_templates_folder_of_rubbish() {
    let own = format!("{HEAD}templates: own\n{SHOP}");
    let files = [
        ("platform.yaml", own.as_str()),
        ("own/a.yaml", "a: [1\n"),
        ("own/b.yaml", ""),
        ("own/c.yaml", "- 1\n"),
        ("own/d.j2", "no header"),
        ("own/e.j2", "---\nfor: apps\nto: x\n---\n{% for x in %}"),
        ("own/application.yaml", "for: applications\n"),
    ];
    let found = refused(&world(files));
    assert_eq!(
        found,
        [
            "own/a.yaml:1 yaml-syntax",
            "own/application.yaml:1 template-header",
            "own/b.yaml:1 template-header",
            "own/c.yaml:1 template-header",
            "own/d.j2:1 template-header",
            "own/e.j2:5 template-expression",
        ]
    );
}
