//! A cluster more in the spec changes what concerns it, and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

const SPEC: &str = include_str!("../fixtures/render/onboarding/platform.yaml");

fn render(spec: &str) -> BTreeMap<String, Vec<u8>> {
    let world: Memory = [("platform.yaml".to_owned(), spec.as_bytes().to_vec())].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let tree = outcome.tree.unwrap_or_else(|| panic!("{:?}", outcome.findings));
    tree.into_iter().map(|(path, file)| (path, file.bytes)).collect()
}

fn changed(after: &str) -> Vec<String> {
    let (before, after) = (render(SPEC), render(after));
    let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

const CLUSTER: &str = "clusters:
  aks-new:
    labels: { region: weu }
    credentials: { azure: { clientId: 99999999-8888-7777-6666-555555555555, tenantId: 11111111-2222-3333-4444-555555555555 } }
";

#[test]
fn a_cluster_that_no_app_goes_to_is_its_secret_and_its_variables() {
    let after = SPEC.replacen("clusters:\n", CLUSTER, 1);
    assert_eq!(
        changed(&after),
        [
            "argocd/app-of-apps/apps/automation/argocd/aks-new-cluster-secret.yaml",
            "terraform/clusters.auto.tfvars.json",
        ]
    );
}

#[test]
fn a_cluster_that_apps_select_gets_them_and_their_project_allows_it() {
    let spec = SPEC.replace("clusters: [aks-prod-weu, eks-prod]", "clusters: { matchLabels: { region: weu } }");
    let after = spec.replacen("clusters:\n", CLUSTER, 1);
    let (before, after) = (render(&spec), render(&after));
    let changed: Vec<&String> = after.keys().filter(|path| before.get(*path) != after.get(*path)).collect();
    assert_eq!(
        changed,
        [
            "argocd/app-of-apps/apps/automation/argocd/aks-new-cluster-secret.yaml",
            "argocd/app-of-apps/apps/web/web-aks-new.yaml",
            "argocd/app-of-apps/projects/web-project.yaml",
            "terraform/clusters.auto.tfvars.json",
        ]
    );
    assert!(before.keys().all(|path| after.contains_key(path)));
}

#[test]
fn a_repository_is_one_file() {
    let repo = "repos:\n  new:\n    url: https://github.com/acme/new\n    credentials: { username: x, password: { path: new } }\n";
    let after = SPEC.replacen("repos:\n", repo, 1);
    assert_eq!(changed(&after), ["argocd/app-of-apps/apps/automation/argocd/new-secret.yaml"]);
}
