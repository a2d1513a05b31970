//! Each fact of `schemas/charts` is alive: values that fulfil its conditions, with a Secret that lacks the
//! keys, give a finding for each key; values that fall into a trap give the trap's.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::missing_panics_doc)]

#[path = "common/findings.rs"]
#[allow(dead_code, reason = "this file needs only some of it")]
mod findings;

use std::path::Path;

use findings::report;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;
use serde_json::{Map, Value, json};

const MANIFESTS: &str = "apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: fake, namespace: shop }
spec: { provider: { fake: { data: [] } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: db, namespace: shop }
spec:
  refreshInterval: 1h
  secretStoreRef: { name: fake, kind: SecretStore }
  data: [{ secretKey: nothing-reads-this, remoteRef: { key: db } }]
";

/// The files: name of the chart, content.
fn files() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/charts");
    let mut files: Vec<(String, Value)> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "yaml") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            files.push((name, serde_yaml_ng::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// Sets a value under a path; `name[]` is the first item of a list.
fn set(values: &mut Value, path: &str, value: &Value) {
    let mut at = values;
    for segment in path.split('.') {
        let (key, each) = segment.strip_suffix("[]").map_or((segment, false), |key| (key, true));
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        at = at.as_object_mut().unwrap().entry(key).or_insert(Value::Null);
        if each {
            if at.is_null() {
                *at = json!([null]);
            }
            at = at.get_mut(0).unwrap();
        }
    }
    *at = value.clone();
}

/// Values that fulfil an entry, and the keys that it then reads.
fn fulfilled(entry: &Value) -> (Value, Vec<&str>) {
    let mut values = json!({});
    for (path, value) in entry["when"].as_object().into_iter().flatten() {
        let value = value.as_array().and_then(|several| several.first()).unwrap_or(value);
        match value {
            Value::Null => {}
            Value::String(any) if any == "*" => set(&mut values, path, &json!("x")),
            value => set(&mut values, path, value),
        }
    }
    set(&mut values, entry["secret"].as_str().unwrap(), &json!("db"));
    let keys = entry["keys"].as_array().unwrap();
    for key in keys.iter().filter(|key| key.is_object() && key.get("default").is_none()) {
        set(&mut values, key["value"].as_str().unwrap(), &json!("stated"));
    }
    let read = |key| Value::as_str(key).or_else(|| key.get("default")?.as_str()).unwrap_or("stated");
    (values, keys.iter().map(read).collect())
}

fn mismatches(chart: &str, repo: &str, values: &Value) -> (Vec<String>, String) {
    messages("secret-key-mismatch", chart, repo, "1.0.0", values)
}

/// The messages of a code about an app with a chart, and the report for whoever reads a failure.
fn messages(code: &str, chart: &str, repo: &str, version: &str, values: &Value) -> (Vec<String>, String) {
    let spec = format!(
        "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: {{ name: acme, repo: {{ url: https://git.example.com/platform.git }} }}
categories: {{ web: {{}} }}
apps:
  app:
    category: web
    namespace: shop
    clusterResources: []
    sync: {{ automated: true, options: {{ CreateNamespace: true }} }}
    manifests: [shop.yaml]
    source: {{ helm: {{ repo: 'https://{repo}.example.com', chart: {chart}, version: {version}, values: {values} }} }}
"
    );
    let world: Memory = [("platform.yaml", &*spec), ("shop.yaml", MANIFESTS)].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let found = outcome.findings.iter().filter(|f| f.code.id == code);
    (
        found.map(|f| f.message.clone()).collect(),
        format!("{chart}: {values}\n{}", report(&outcome.findings, &outcome.sources)),
    )
}

#[test]
fn each_fact_is_alive_and_only_for_its_chart() {
    for (chart, file) in files() {
        let repositories = file["repositories"].as_array().unwrap();
        let repo = repositories[0].as_str().unwrap();
        for entry in file["reads"].as_array().into_iter().flatten() {
            let (values, keys) = fulfilled(entry);
            let (found, text) = mismatches(&chart, repo, &values);
            for key in keys {
                assert!(found.iter().any(|message| message.contains(&format!("key `{key}`"))), "{text}");
            }
        }
    }
    let harbor = json!({ "database": { "type": "external", "external": { "existingSecret": "db" } } });
    assert_eq!(mismatches("harbor", "goharbor", &harbor).0.len(), 1);
    assert_eq!(mismatches("harbor", "somebody", &harbor).0.len(), 0);
    let internal = json!({ "database": { "external": { "existingSecret": "db" } } });
    assert_eq!(mismatches("harbor", "goharbor", &internal).0.len(), 0);
}

/// Keys below which a path goes on as one key.
const FLAT: [&str; 3] = ["annotations.", "configs.cm.", "configs.params."];

/// Sets a value under a path that may end in a key with dots; `*` stands for any key.
fn set_flat(values: &mut Value, path: &str, value: &Value) {
    let path = path.replace('*', "web");
    let flat = FLAT.iter().find_map(|mark| path.find(mark).map(|at| at + mark.len()));
    let Some(at) = flat else { return set(values, &path, value) };
    let (before, key) = path.split_at(at);
    let before = before.trim_end_matches('.');
    let mut inner = values.pointer(&format!("/{}", before.replace('.', "/"))).cloned().unwrap_or_else(|| json!({}));
    inner[key] = value.clone();
    set(values, before, &inner);
}

/// Values that fall into a trap.
fn trapped(trap: &Value) -> Value {
    let mut values = json!({});
    for (path, value) in trap["when"].as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        set_flat(&mut values, path, value);
    }
    let own = match (trap["value"].as_array(), trap["is"].as_str()) {
        (Some(several), _) => several[0].clone(),
        (_, Some("list")) => json!([{ "secretName": "x" }]),
        _ => json!("x"),
    };
    if let Some(at) = trap["at"].as_str().filter(|at| trap["when"].get(*at).is_none()) {
        set_flat(&mut values, at, &own);
    }
    values
}

#[test]
fn each_trap_is_found_and_only_in_its_versions() {
    let mut count = 0;
    for (chart, file) in files() {
        let repo = file["repositories"][0].as_str().unwrap();
        for trap in file["traps"].as_array().into_iter().flatten() {
            let (code, says) = (trap["code"].as_str().unwrap(), trap["says"].as_str().unwrap());
            let values = trapped(trap);
            let version = file["version"].as_str().unwrap();
            let (found, text) = messages(code, &chart, repo, version, &values);
            assert!(found.iter().any(|message| message.contains(says)), "{trap}\n{text}");
            if let Some(since) = trap["since"].as_str() {
                let before = format!("{}.9.9", since.split('.').next().unwrap().parse::<u32>().unwrap() - 1);
                let (found, text) = messages(code, &chart, repo, &before, &values);
                assert!(!found.iter().any(|message| message.contains(says)), "{before}: {trap}\n{text}");
            }
            if let Some(other) = trap["unless"][0].as_str() {
                let mut values = values.clone();
                set(&mut values, other, &json!("stated"));
                let (found, text) = messages(code, &chart, repo, version, &values);
                assert!(!found.iter().any(|message| message.contains(says)), "{other}: {trap}\n{text}");
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count} traps");
}

#[test]
fn the_files_have_only_the_keys_that_the_format_knows() {
    let only = |value: &Value, known: &[&str], at: &str| {
        for key in value.as_object().unwrap().keys() {
            assert!(known.contains(&key.as_str()), "{at}: unknown key `{key}`");
        }
    };
    for (chart, file) in files() {
        let known = "version repositories defaults reads makes makes-objects fullname services exposes urls serves free \
                     registry argocd derived foundation definitions state traps variables ingress-classes \
                     cross-namespace";
        only(&file, &known.split_whitespace().collect::<Vec<_>>(), &chart);
        for service in file["services"].as_array().into_iter().flatten() {
            only(service, &["name", "ports", "when"], &chart);
        }
        for class in file["ingress-classes"].as_array().into_iter().flatten() {
            only(class, &["value", "default", "when"], &chart);
        }
        if file["cross-namespace"].is_object() {
            only(&file["cross-namespace"], &["value", "arguments"], &chart);
        }
        for (list, known) in [
            ("foundation", &["says", "when", "unless"][..]),
            ("definitions", &["groups", "when", "folder", "keeps"]),
            ("state", &["holds", "when", "unless", "lost", "keeps"]),
        ] {
            file[list].as_array().into_iter().flatten().for_each(|entry| only(entry, known, &chart));
        }
        for trap in file["traps"].as_array().into_iter().flatten() {
            only(trap, &["code", "at", "when", "unless", "since", "before", "is", "value", "says", "help"], &chart);
            assert!(trap.get("at").is_some() || trap.get("unless").is_some(), "{chart}: {trap}");
            assert!(sailplan::codes::all().iter().any(|c| c.id == trap["code"]), "{chart}: {trap}");
        }
        assert!(file["version"].is_string(), "{chart}: the version is a text");
        for entry in file["reads"].as_array().into_iter().flatten() {
            only(entry, &["secret", "namespace", "keys", "when"], &chart);
            for key in entry["keys"].as_array().unwrap().iter().filter(|key| !key.is_string()) {
                only(key, &["value", "default"], &chart);
            }
        }
    }
}
