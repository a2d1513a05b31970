//! What an ApplicationSet of an app makes is what the app would be without it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "common/chance.rs"]
mod chance;
#[path = "app_sets/controller.rs"]
mod controller;
#[path = "output/mod.rs"]
mod output;

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::source::{Disk, Memory, World};
use serde_json::{Value, json};

/// The objects of a kind, by name, and the paths of all files that hold none of the two kinds.
fn objects(outcome: Outcome) -> (BTreeMap<String, Value>, BTreeMap<String, Value>, Vec<String>) {
    let (mut apps, mut sets, mut others) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    let findings = format!("{:#?}", outcome.findings);
    for (path, file) in outcome.tree.unwrap_or_else(|| panic!("{findings}")) {
        let text = String::from_utf8(file.bytes).unwrap();
        for object in output::documents(&text).unwrap_or_default() {
            let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            match object["kind"].as_str() {
                Some("Application") => drop(apps.insert(name, object)),
                Some("ApplicationSet") => drop(sets.insert(name, object)),
                _ => others.push(format!("{path}: {object}")),
            }
        }
    }
    (apps, sets, others)
}

fn findings(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(|f| format!("{}: {}", f.code.id, f.message)).collect()
}

/// Both forms of a platform say and make the same. How many ApplicationSets there are.
fn same(as_sets: &dyn World, as_apps: &dyn World) -> usize {
    let run = |world: &dyn World| pipeline::run(world, "platform.yaml", &Silent);
    let (as_sets, as_apps) = (run(as_sets), run(as_apps));
    assert_eq!(findings(&as_sets), findings(&as_apps));
    let (mut apps, sets, others) = objects(as_sets);
    let (expected, none, expected_others) = objects(as_apps);
    assert!(none.is_empty());
    for app in sets.values().flat_map(controller::generate) {
        let name = app["metadata"]["name"].as_str().unwrap().to_owned();
        assert!(apps.insert(name, app).is_none(), "an Application comes twice");
    }
    for (name, app) in &expected {
        let found = apps.get(name);
        assert!(found == Some(app), "{name}: made\n{:#}\nexpected\n{app:#}", json!(found));
    }
    assert_eq!(apps.len(), expected.len());
    // All else is the same, but that the project of the root lets ApplicationSets through.
    let differing: Vec<_> = others.iter().zip(&expected_others).filter(|(a, b)| a != b).collect();
    assert_eq!(others.len(), expected_others.len());
    assert!(differing.iter().all(|(a, _)| a.contains("AppProject") && a.contains("ApplicationSet")), "{differing:#?}");
    sets.len()
}

#[test]
fn the_case_of_the_fixtures_makes_the_same_applications() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render/as-applicationset");
    let folder = tempfile::tempdir().unwrap();
    let files = output::files(&case);
    let files = files.iter().filter(|(path, _)| !path.starts_with("expected/"));
    output::put(folder.path(), files.map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let spec = std::fs::read_to_string(case.join("platform.yaml")).unwrap();
    let flat = spec.replace("as: applicationSet", "as: applications");
    assert_ne!(spec, flat);
    // The one patch of an ApplicationSet would hit nothing.
    let (before, patch) = flat.split_once("    patches:\n      - target: { kind: ApplicationSet }\n").unwrap();
    let (_, after) = patch.split_once('\n').unwrap();
    std::fs::write(folder.path().join("platform.yaml"), format!("{before}{after}")).unwrap();
    assert_eq!(same(&Disk::new(&case), &Disk::new(folder.path())), 4);
}

const WAITING: &str = r#"
apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/platform.git } }
environments:
  staging: { cluster: in-cluster, namespace: "${{ app.namespace }}-staging", versions: { shop: 1.3.0 } }
  prd: { cluster: in-cluster, versions: { shop: 1.2.5 } }
categories: { web: {} }
defaults: { app: { category: web, namespace: "${{ app.name }}", clusterResources: [], sync: { automated: true, options: { CreateNamespace: true } } } }
apps:
  shop:
    as: applicationSet
    environments: [staging, prd]
    source: { helm: { repo: "https://charts.example.com", chart: shop } }
    overrides: [{ when: { environment: prd }, set: { dependsOn: [db] } }]
  db: { source: { git: { path: db } }, dependsOn: [disk] }
  disk: { source: { git: { path: disk } } }
"#;

fn tree(spec: &str) -> BTreeMap<String, String> {
    let world: Memory = [("platform.yaml", spec.to_owned())].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    assert!(outcome.findings.is_empty(), "{:#?}", outcome.findings);
    outcome.tree.unwrap().into_iter().map(|(path, file)| (path, String::from_utf8(file.bytes).unwrap())).collect()
}

const SET: &str = "argocd/app-of-apps/apps/web/shop.yaml";

#[test]
fn the_set_waits_for_all_that_one_of_its_applications_waits_for() {
    let set = output::documents(&tree(WAITING)[SET]).unwrap().remove(0);
    assert_eq!(set["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"], "2");
    let waves = controller::generate(&set);
    let waves =
        waves.iter().map(|app| app["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"].as_str().unwrap());
    assert_eq!(waves.collect::<Vec<_>>(), ["2", "0"]);
}

#[test]
fn to_promote_changes_the_one_file_of_the_set_in_one_line() {
    let (before, after) = (tree(WAITING), tree(&WAITING.replace("shop: 1.2.5", "shop: 1.3.0-rc.2")));
    let differing: Vec<&String> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert_eq!(differing, [SET]);
    let lines: Vec<_> = before[SET].lines().zip(after[SET].lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(lines, [("            targetRevision: 1.2.5", "            targetRevision: 1.3.0-rc.2")]);
}

#[test]
fn the_project_lets_through_what_the_applications_need_and_no_more() {
    let tree = tree(WAITING);
    let project = output::documents(&tree["argocd/app-of-apps/projects/web-project.yaml"]).unwrap().remove(0);
    let namespaces = project["spec"]["destinations"].as_array().unwrap().iter();
    let namespaces: Vec<&str> = namespaces.map(|d| d["namespace"].as_str().unwrap()).collect();
    assert_eq!(namespaces, ["db", "disk", "shop", "shop-staging"]);
}

/// Texts that break templates.
fn nasty() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("{{"),
        Just("}}"),
        Just("{"),
        Just("}"),
        Just("{{ .name }}"),
        Just("{{\"{{\"}}"),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just("\n"),
        Just(" "),
        Just("-"),
        Just("$"),
        Just("%"),
        Just("<&>"),
        Just("1"),
        Just("true"),
        Just("{{/*"),
        Just("a"),
        Just("é"),
        Just("\u{2028}"),
    ];
    let text = prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat());
    // In what applies to several apps this is an expression.
    text.prop_map(|text| text.replace("${{", "$ {{"))
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        nasty().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(json!(0.5)),
    ];
    scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(prop_oneof![Just("a".to_owned()), Just("b".to_owned()), nasty()], inner, 0..3)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// What an environment sets of an app.
fn difference() -> impl Strategy<Value = Value> {
    let values =
        prop::collection::btree_map(prop_oneof![Just("a".to_owned()), Just("b".to_owned())], any_value(), 0..3);
    let annotations = prop::collection::btree_map("[ab]", nasty(), 0..3);
    let info = prop::collection::vec((nasty(), nasty()), 0..3);
    let limit = prop::option::of(1..3_i32);
    let finalizer = prop::sample::select(vec!["foreground", "background", "none"]);
    let automated = prop::sample::select(vec![json!(false), json!(true), json!({ "prune": true })]);
    let by = prop::sample::select(vec!["server", "name"]);
    (values, annotations, info, limit, finalizer, automated, by, nasty()).prop_map(
        |(values, annotations, info, limit, finalizer, automated, by, release)| {
            let mut set = json!({
                "source": { "helm": { "values": values, "parameters": { "p": release } } },
                "annotations": annotations,
                "info": info.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>(),
                "finalizer": finalizer,
                "sync": { "automated": automated },
                "destinationBy": by,
            });
            if let Some(limit) = limit {
                set["revisionHistoryLimit"] = limit.into();
            }
            set
        },
    )
}

fn platform(form: &str, differences: &[Value]) -> Memory {
    let names: Vec<String> = (0..differences.len()).map(|i| format!("e{i}")).collect();
    let overrides = names.iter().zip(differences);
    let overrides: Vec<Value> = overrides.map(|(e, set)| json!({ "when": { "environment": e }, "set": set })).collect();
    let place = |e: &String| (e.clone(), json!({ "cluster": "in-cluster", "namespace": format!("n-{e}") }));
    let spec = json!({
        "apiVersion": "sailplan.dev/v1alpha1",
        "kind": "Platform",
        "platform": { "name": "acme", "repo": { "url": "https://git.example.com/platform.git" } },
        "environments": names.iter().map(place).collect::<serde_json::Map<_, _>>(),
        "categories": { "web": {} },
        "overrides": overrides,
        "apps": { "shop": {
            "category": "web",
            "as": form,
            "environments": names,
            "clusterResources": [],
            "sync": { "options": { "CreateNamespace": true } },
            "source": { "helm": { "repo": "https://charts.example.com", "chart": "shop", "version": "1.2.0" } },
        } },
    });
    [("platform.yaml", spec.to_string())].into_iter().collect()
}

proptest! {
    #![proptest_config(chance::config(24))]

    #[test]
    fn whatever_differs_the_applications_are_the_same(differences in prop::collection::vec(difference(), 1..4)) {
        let (sets, apps) = (platform("applicationSet", &differences), platform("applications", &differences));
        prop_assert_eq!(same(&sets, &apps), 1);
    }
}
