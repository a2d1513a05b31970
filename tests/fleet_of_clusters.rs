//! Fifty apps on two hundred clusters: the tree comes out without a finding, is the same on any number of threads, and
//! the AppProject of each Application permits where it goes and what it reads.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;
use serde_yaml_ng::Value;

const CLUSTERS: usize = 200;
const APPS: usize = 50;
const REGIONS: [&str; 4] = ["weu", "neu", "eus", "sea"];

/// A platform of five categories. A tenth of the apps goes to one region only, so the projects differ.
fn spec() -> String {
    let mut text = String::from(
        "apiVersion: sailplan.dev/v1alpha1\nkind: Platform\nplatform:\n  name: acme\n  \
         repo: { url: \"https://git.example.com/platform.git\" }\ndefaults:\n  app:\n    \
         clusterResources: []\n    sync: { automated: true, options: { CreateNamespace: true } }\n    \
         clusters: { matchLabels: { fleet: edge } }\n",
    );
    text.push_str("categories: { c0: {}, c1: {}, c2: {}, c3: {}, c4: {} }\nclusters:\n");
    for i in 0..CLUSTERS {
        let region = REGIONS[i % REGIONS.len()];
        writeln!(
            text,
            "  edge-{i:03}: {{ server: \"https://edge-{i:03}.example.com\", labels: {{ fleet: edge, region: {region} }} }}"
        )
        .unwrap();
    }
    text.push_str("apps:\n");
    for i in 0..APPS {
        writeln!(text, "  app-{i:02}:\n    category: c{}\n    namespace: ns-{i:02}", i % 5).unwrap();
        writeln!(
            text,
            "    source: {{ helm: {{ repo: \"https://charts-{}.example.com\", chart: app, version: 1.0.{i} }} }}",
            i % 7
        )
        .unwrap();
        if i % 10 == 3 {
            writeln!(text, "    clusters: {{ matchLabels: {{ fleet: edge, region: {} }} }}", REGIONS[i % 4]).unwrap();
        }
    }
    text
}

fn tree(threads: usize) -> BTreeMap<String, Vec<u8>> {
    let world: Memory = [("platform.yaml", spec())].into_iter().collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(8 << 20).build().unwrap();
    let outcome = pool.install(|| pipeline::run(&world, "platform.yaml", &Silent));
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings.first());
    outcome.tree.unwrap().into_iter().map(|(path, file)| (path, file.bytes)).collect()
}

/// The objects of a kind, by name.
fn objects(tree: &BTreeMap<String, Vec<u8>>, kind: &str) -> BTreeMap<String, Value> {
    let mark = format!("\nkind: {kind}\n");
    let texts = tree.values().map(|bytes| std::str::from_utf8(bytes).unwrap()).filter(|text| text.contains(&mark));
    let docs = texts.flat_map(|text| text.split("\n---\n")).map(|doc| serde_yaml_ng::from_str::<Value>(doc).unwrap());
    docs.map(|doc| (doc["metadata"]["name"].as_str().unwrap().to_owned(), doc)).collect()
}

fn strings<'v>(list: &'v Value, key: &str) -> BTreeSet<&'v str> {
    let items = list.as_sequence().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.get(key).unwrap_or(item).as_str()).collect()
}

/// What an AppProject permits, entry by entry: the spec has no globs, so none may be needed.
fn permits(project: &Value, app: &Value) -> bool {
    let (destination, spec) = (&app["spec"]["destination"], &project["spec"]);
    let wanted = |key: &str| destination.get(key).and_then(Value::as_str);
    let to = spec["destinations"].as_sequence().unwrap().iter().any(|allowed| {
        let same = |key: &str| wanted(key).is_some() && allowed.get(key).and_then(Value::as_str) == wanted(key);
        same("namespace") && (same("server") || same("name"))
    });
    to && strings(&spec["sourceRepos"], "").contains(app["spec"]["source"]["repoURL"].as_str().unwrap())
}

#[test]
fn fifty_apps_on_two_hundred_clusters() {
    let once = tree(1);
    assert!(once == tree(2), "another tree on two threads");
    let (apps, projects) = (objects(&once, "Application"), objects(&once, "AppProject"));
    let edge: Vec<&Value> = apps.values().filter(|app| app["spec"]["source"].get("chart").is_some()).collect();
    assert_eq!(edge.len(), 45 * CLUSTERS + 5 * CLUSTERS / REGIONS.len());
    for app in &edge {
        let project = &projects[app["spec"]["project"].as_str().unwrap()];
        assert!(permits(project, app), "{} is refused", app["metadata"]["name"].as_str().unwrap());
    }
    // Nor does a project permit what no app of it uses.
    let used: BTreeSet<(&str, &str, &str)> = edge.iter().map(|app| place(app)).collect();
    for (name, project) in projects.iter().filter(|(name, _)| name.starts_with('c')) {
        for allowed in project["spec"]["destinations"].as_sequence().unwrap() {
            let place = (name.as_str(), text(allowed, "server"), text(allowed, "namespace"));
            assert!(used.contains(&place), "{place:?} is permitted and not used");
        }
    }
}

fn place(app: &Value) -> (&str, &str, &str) {
    let destination = &app["spec"]["destination"];
    (text(&app["spec"], "project"), text(destination, "server"), text(destination, "namespace"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
