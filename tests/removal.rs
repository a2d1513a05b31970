//! What is deleted unasked: which versions of Argo CD listen to what keeps it, and that each fact about charts is alive.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::missing_panics_doc)]

#[path = "common/findings.rs"]
#[allow(dead_code, reason = "this file needs only some of it")]
mod findings;

use std::path::Path;

use findings::report;
use sailplan::diag::Level;
use sailplan::import::Options;
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::source::Memory;
use serde_json::{Map, Value, json};

/// A platform of one chart, and of an app with some objects.
struct Case<'a> {
    chart: &'a str,
    repo: &'a str,
    values: Value,
    /// Keys of the app.
    more: &'a str,
    argocd: &'a str,
    objects: &'a str,
}

impl Case<'_> {
    fn outcome(&self) -> Outcome {
        let Case { chart, repo, values, more, argocd, objects } = self;
        let spec = format!(
            "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: {{ name: acme, repo: {{ url: https://git.example.com/platform.git }}, argocd: {{ version: '{argocd}' }} }}
categories: {{ web: {{}} }}
defaults:
  app:
    category: web
    clusterResources: []
    sync: {{ automated: {{ prune: true }}, options: {{ CreateNamespace: true }} }}
apps:
  app:
    namespace: argocd
    source: {{ helm: {{ repo: 'https://{repo}.example.com', chart: {chart}, version: 1.0.0, values: {values} }} }}
    {more}
  shop: {{ namespace: shop, manifests: [shop.yaml] }}
"
        );
        let world: Memory = [("platform.yaml", &*spec), ("shop.yaml", objects)].into_iter().collect();
        pipeline::run(&world, "platform.yaml", &Silent)
    }

    /// Messages of a code, and the report for whoever reads a failure.
    fn found(&self, code: &str) -> (Vec<String>, String) {
        let outcome = self.outcome();
        let found = outcome.findings.iter().filter(|f| f.code.id == code).map(|f| f.message.clone());
        (found.collect(), report(&outcome.findings, &outcome.sources))
    }
}

const NOTHING: &str = "apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { ports: [{ port: 80 }] }
";

/// The files about charts: name and content.
fn files() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/charts");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let yaml = paths.filter(|path| path.extension().is_some_and(|e| e == "yaml"));
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut out: Vec<(String, Value)> =
        yaml.map(|p| (name(&p), serde_yaml_ng::from_str(&std::fs::read_to_string(&p).unwrap()).unwrap())).collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn set(values: &mut Value, path: &str, value: Value) {
    let mut at = values;
    for key in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = at.as_object_mut().unwrap().entry(key).or_insert(Value::Null);
    }
    *at = value;
}

/// Values that fulfil an entry.
fn fulfilled(entry: &Value) -> Value {
    let mut values = json!({});
    for (path, value) in entry["when"].as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        set(&mut values, path, value.clone());
    }
    values
}

fn case<'a>(chart: &'a str, file: &'a Value, values: Value) -> Case<'a> {
    let repo = file["repositories"][0].as_str().unwrap();
    Case { chart, repo, values, more: "vars: {}", argocd: "3.1", objects: NOTHING }
}

#[test]
fn each_chart_with_state_is_known_and_so_is_what_keeps_it() {
    let mut count = 0;
    for (chart, file) in files() {
        for entry in file["state"].as_array().into_iter().flatten() {
            let holds = entry["holds"].as_str().unwrap();
            let said = |case: &Case| {
                let (found, text) = case.found("prune-stateful");
                (found.iter().any(|message| message.contains(holds)), text)
            };
            let plain = case(&chart, &file, fulfilled(entry));
            let (found, text) = said(&plain);
            assert!(found, "{chart}: {entry}\n{text}");
            let by_hand =
                Case { more: "sync: { automated: { prune: false } }", ..case(&chart, &file, fulfilled(entry)) };
            assert!(!said(&by_hand).0, "{chart}: {entry}");
            if let Some(path) = entry["keeps"].as_str() {
                let mut values = fulfilled(entry);
                set(&mut values, path, json!({ "argocd.argoproj.io/sync-options": "Delete=false, Prune=confirm" }));
                let (found, text) = said(&case(&chart, &file, values));
                assert!(!found, "{chart}: {entry}\n{text}");
            }
            for path in entry["unless"].as_array().into_iter().flatten() {
                let mut values = fulfilled(entry);
                set(&mut values, path.as_str().unwrap(), json!("mine"));
                assert!(!said(&case(&chart, &file, values)).0, "{chart}: {path}");
            }
            count += 1;
        }
    }
    assert!(count > 7, "{count}");
}

#[test]
fn each_chart_that_all_rests_on_is_known_and_so_are_the_kinds_that_charts_bring() {
    let mut count = 0;
    for (chart, file) in files() {
        let code = "cascade-on-critical";
        for entry in file["foundation"].as_array().into_iter().flatten() {
            let (found, text) = case(&chart, &file, fulfilled(entry)).found(code);
            assert!(found.iter().any(|message| message.contains(entry["says"].as_str().unwrap())), "{chart}\n{text}");
            let kept = Case { more: "criticality: critical", ..case(&chart, &file, fulfilled(entry)) };
            assert!(kept.found(code).0.is_empty(), "{chart}");
            count += 1;
        }
        for entry in file["definitions"].as_array().into_iter().flatten() {
            for group in entry["groups"].as_array().unwrap() {
                let objects =
                    format!("apiVersion: {}/v1\nkind: Thing\nmetadata: {{ name: x }}\n", group.as_str().unwrap());
                let with = |values| Case { objects: &objects, ..case(&chart, &file, values) };
                let (found, text) = with(fulfilled(entry)).found(code);
                assert!(found.iter().any(|message| message.contains("Thing `x` of `shop`")), "{chart}\n{text}");
                if let Some(path) = entry["keeps"].as_str() {
                    let mut values = fulfilled(entry);
                    set(&mut values, path, json!({ "helm.sh/resource-policy": "keep" }));
                    assert!(with(values).found(code).0.is_empty(), "{chart}");
                }
                count += 1;
            }
        }
    }
    assert!(count > 5, "{count}");
}

const CLAIM: &str = "apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
";

/// Options of the Application for all its objects are read from Argo CD 3.4 on.
#[test]
fn options_for_all_objects_count_where_argo_cd_reads_them() {
    let vault = files().into_iter().find(|(name, _)| name == "vault").unwrap().1;
    let options = "sync: { options: { Prune: confirm, Delete: confirm } }";
    let with = |argocd| Case { more: options, argocd, ..case("vault", &vault, json!({})) };
    for (argocd, findings) in [("3.3", 1), ("3.4", 0)] {
        for code in ["prune-stateful", "cascade-on-critical"] {
            let (found, text) = with(argocd).found(code);
            assert_eq!(found.len(), findings, "{argocd} {code}\n{text}");
        }
    }
    let help = |argocd| {
        let plain = Case { argocd, ..case("vault", &vault, json!({})) };
        let findings = plain.outcome().findings;
        findings.iter().find(|f| f.code.id == "prune-stateful").unwrap().help.clone()
    };
    assert!(help("3.3").contains("server.statefulSet.annotations"), "{}", help("3.3"));
    assert!(help("3.4").contains("sync options"), "{}", help("3.4"));
}

#[test]
fn a_claim_is_lost_and_a_stateful_set_comes_back() {
    let vault = files().into_iter().find(|(name, _)| name == "vault").unwrap().1;
    let outcome = Case { objects: CLAIM, ..case("vault", &vault, json!({})) }.outcome();
    let levels = |what: &str| {
        let found = outcome.findings.iter().filter(|f| f.code.id == "prune-stateful" && f.message.contains(what));
        found.map(|f| f.level).collect::<Vec<_>>()
    };
    assert_eq!(levels("PersistentVolumeClaim `data`"), [Level::Warning]);
    assert_eq!(levels("the storage of Vault"), [Level::Note]);
}

/// A tree that no spec made: the findings point at the lines that say so.
#[test]
fn a_tree_says_it_where_it_stands() {
    let tree = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: vault
  namespace: argocd
  finalizers:
    - resources-finalizer.argocd.argoproj.io
spec:
  project: security
  destination: { server: https://kubernetes.default.svc, namespace: vault }
  source: { repoURL: https://helm.releases.hashicorp.com, chart: vault, targetRevision: 0.30.0 }
  syncPolicy:
    automated:
      prune: true
";
    let lines = |text: &str| {
        let world: Memory = [("vault.yaml", text)].into_iter().collect();
        let outcome = pipeline::check_tree(&world, &Options::default(), None, None, &Silent).0;
        let mine = outcome.findings.iter().filter(|f| ["prune-stateful", "cascade-on-critical"].contains(&f.code.id));
        mine.map(|f| findings::located(f, &outcome.sources)).collect::<Vec<_>>()
    };
    assert_eq!(lines(tree), ["vault.yaml:7 cascade-on-critical", "vault.yaml:14 prune-stateful"]);
    // Automated sync that is switched off prunes nothing (Argo CD 3.1).
    let off = tree.replace("      prune: true\n", "      prune: true\n      enabled: false\n");
    assert_eq!(lines(&off), ["vault.yaml:7 cascade-on-critical"]);
    let kept = off.replace(
        "  namespace: argocd\n",
        "  namespace: argocd\n  annotations: { argocd.argoproj.io/sync-options: Prune=false }\n",
    );
    assert_eq!(lines(&kept), [""; 0]);
}
