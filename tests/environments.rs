//! Environments: names that stay, versions that move one file, and the order between apps of several of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

const SPEC: &str = r#"
apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform:
  name: acme
  repo: { url: https://git.example.com/platform.git }
environments:
  staging: { cluster: in-cluster, namespace: "${{ app.namespace }}-staging", versions: { shop: 1.3.0, web: v3.2.0 } }
  prd:
    clusters: [weu]
    versions:
      shop: 1.2.5
      web: v3.1.0
clusters:
  weu: { server: "https://weu.example.com" }
  neu: { server: "https://neu.example.com" }
categories: { web: {} }
defaults:
  app:
    category: web
    namespace: ${{ app.name }}
    clusterResources: []
    environments: [staging, prd]
    sync: { automated: true, options: { CreateNamespace: true } }
apps:
  shop: { source: { helm: { repo: "https://charts.example.com", chart: shop } }, dependsOn: [db, vault, queue] }
  web: { source: { git: { repo: "https://git.example.com/web.git", path: deploy, revision: v3.0.0 } }, dependsOn: [shop] }
  db: { source: { git: { path: db } } }
  queue: { environments: [staging], source: { git: { path: queue } }, dependsOn: [vault] }
  vault: { environments: [], source: { git: { path: vault } } }
  audit: { environments: [], source: { git: { path: audit } }, dependsOn: [web] }
"#;

/// The tree by path.
fn tree(spec: &str) -> BTreeMap<String, String> {
    let world: Memory = [("platform.yaml", spec.to_owned())].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    assert!(outcome.findings.is_empty(), "{:#?}", outcome.findings);
    outcome.tree.unwrap().into_iter().map(|(path, file)| (path, String::from_utf8(file.bytes).unwrap())).collect()
}

/// The paths whose files differ, or that only one of the trees has.
fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let all: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    all.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

fn with(from: &str, to: &str) -> String {
    assert!(SPEC.contains(from), "{from}");
    SPEC.replacen(from, to, 1)
}

#[test]
fn to_promote_is_to_change_one_line_and_changes_one_application() {
    let (before, after) = (tree(SPEC), tree(&with("shop: 1.2.5", "shop: 1.3.0")));
    let path = "argocd/app-of-apps/apps/web/shop-prd-weu.yaml";
    assert_eq!(changed(&before, &after), [path]);
    let lines = before[path].lines().zip(after[path].lines());
    let differing: Vec<(&str, &str)> = lines.filter(|(a, b)| a != b).collect();
    assert_eq!(differing, [("    targetRevision: 1.2.5", "    targetRevision: 1.3.0")]);
}

#[test]
fn a_new_environment_or_cluster_renames_nothing() {
    let before = tree(SPEC);
    for more in [
        with("clusters: [weu]", "clusters: [weu, neu]"),
        with("neu: { server", "neu: { environment: prd, server"),
        with("  prd:\n", "  qa: { cluster: in-cluster, namespace: \"${{ app.namespace }}-qa\", versions: { shop: 1.2.6 } }\n  prd:\n")
            .replace("[staging, prd]", "[qa, staging, prd]"),
    ] {
        let after = tree(&more);
        assert!(after.len() > before.len());
        let gone: Vec<&String> = before.keys().filter(|path| !after.contains_key(*path)).collect();
        assert_eq!(gone, [""; 0], "{more}");
        let apps = before.keys().filter(|p| p.contains("/apps/web/") && !p.contains("/audit.") && !p.contains("/vault."));
        let touched: Vec<&String> = apps.filter(|p| before[*p] != after[*p]).collect();
        assert_eq!(touched, [""; 0], "{more}");
    }
}

fn wave(tree: &BTreeMap<String, String>, app: &str) -> i64 {
    let text = &tree[&format!("argocd/app-of-apps/apps/web/{app}.yaml")];
    let line = text.lines().find_map(|l| l.trim().strip_prefix("argocd.argoproj.io/sync-wave: ")).unwrap();
    line.trim_matches('"').parse().unwrap()
}

#[test]
fn an_app_waits_for_the_others_of_its_environment() {
    let tree = tree(SPEC);
    let waves = |apps: &[&str]| -> Vec<i64> { apps.iter().map(|app| wave(&tree, app)).collect() };
    // Where there is one in the same environment of the cluster, it is that one, and what is in none serves all.
    assert_eq!(waves(&["vault", "db-staging", "queue-staging", "shop-staging", "web-staging"]), [0, 0, 1, 2, 3]);
    // Not there at all: the one on the other cluster.
    assert_eq!(waves(&["db-prd-weu", "shop-prd-weu", "web-prd-weu"]), [0, 2, 3]);
    // In no environment: all on the cluster.
    assert_eq!(waves(&["audit"]), [4]);
}
