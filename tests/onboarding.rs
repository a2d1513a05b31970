//! A cluster more in the spec changes what concerns it, and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

const SPEC: &str = include_str!("../fixtures/render/onboarding/platform.yaml");
const OVERLAYS: &str = include_str!("../fixtures/render/onboarding-overlays/platform.yaml");
const INSTALL: &[u8] = include_bytes!("../fixtures/render/onboarding-overlays/argocd/install.yaml");

fn render(spec: &str) -> BTreeMap<String, Vec<u8>> {
    let files =
        [("platform.yaml".to_owned(), spec.as_bytes().to_vec()), ("argocd/install.yaml".to_owned(), INSTALL.to_vec())];
    let world: Memory = files.into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let tree = outcome.tree.unwrap_or_else(|| panic!("{:?}", outcome.findings));
    tree.into_iter().map(|(path, file)| (path, file.bytes)).collect()
}

fn changed(after: &str) -> Vec<String> {
    changed_from(SPEC, after)
}

fn changed_from(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (render(before), render(after));
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

#[test]
fn a_cluster_as_an_overlay_is_its_file_its_variables_and_the_list_that_names_it() {
    let cluster = "clusters:\n  aks-new:\n    credentials: { azure: {} }\n";
    let after = OVERLAYS.replacen("clusters:\n", cluster, 1);
    assert_eq!(
        changed_from(OVERLAYS, &after),
        [
            "manifests/argocd/overlays/prd/clusters/aks-new/kustomization.yaml",
            "manifests/argocd/overlays/prd/clusters/kustomization.yaml",
            "terraform/clusters.auto.tfvars.json",
        ]
    );
}

#[test]
fn a_cluster_that_apps_go_to_changes_their_project_too() {
    let cluster = "clusters:\n  aks-new:\n    environment: prd\n    credentials: { azure: {} }\n";
    let after = OVERLAYS.replacen("clusters:\n", cluster, 1);
    assert_eq!(
        changed_from(OVERLAYS, &after),
        [
            "argocd/app-of-apps/apps/hub/web-aks-new.yaml",
            "argocd/app-of-apps/projects/hub-project.yaml",
            "manifests/argocd/overlays/prd/clusters/aks-new/kustomization.yaml",
            "manifests/argocd/overlays/prd/clusters/kustomization.yaml",
            "terraform/clusters.auto.tfvars.json",
        ]
    );
}

#[test]
fn a_repository_as_an_overlay_is_its_file_and_the_list() {
    let repo = "repos:\n  new:\n    url: https://github.com/acme/new\n    credentials: { username: x, password: { path: new } }\n";
    let after = OVERLAYS.replacen("repos:\n", repo, 1);
    assert_eq!(
        changed_from(OVERLAYS, &after),
        [
            "manifests/argocd/overlays/prd/repos/kustomization.yaml",
            "manifests/argocd/overlays/prd/repos/new/kustomization.yaml"
        ]
    );
}

/// What a way to sign in needs stands in the base, whatever the clusters there are: taking one away changes no base.
#[test]
fn bases_follow_from_the_way_to_sign_in_alone() {
    let spec = SPEC.replacen("  argocd: {", "  argocd: { onboarding: overlays,", 1);
    let other =
        spec.replacen("    shard: 1\n", "", 1).replacen("      insecure: true\n", "", 1).replacen("bare", "other", 2);
    assert_ne!(render(&spec), render(&other));
    let bases = |spec: &str| render(spec).into_iter().filter(|(path, _)| path.contains("/base/")).collect::<Vec<_>>();
    let found = bases(&spec);
    assert_eq!(found.len(), 2 * 12, "{:?}", found.iter().map(|(path, _)| path).collect::<Vec<_>>());
    assert_eq!(found, bases(&other));
}

#[test]
fn the_controller_of_sets_is_federated_as_soon_as_there_is_a_set() {
    let set = "\napplicationSets:\n  x:\n    category: hub\n    generators: [{ list: { elements: [{ n: a }] } }]\n    name: \"{{ .n }}\"\n    destination: { name: in-cluster, namespace: web }\n    template: { clusterResources: [], source: { helm: { repo: charts, chart: x, version: 1.0.0 } } }\n";
    let by_app = OVERLAYS.replacen(
        "    clusters: { environments: [prd] }\n",
        "    clusters: { environments: [prd] }\n    as: applicationSet\n",
        1,
    );
    let name = "argocd-applicationset-controller";
    let holders = |spec: &str| -> Vec<String> {
        let with = |(path, bytes): (String, Vec<u8>)| String::from_utf8(bytes).unwrap().contains(name).then_some(path);
        render(spec).into_iter().filter_map(with).collect()
    };
    assert_eq!(holders(OVERLAYS), Vec::<String>::new());
    let both = ["manifests/argocd/overlays/prd/kustomization.yaml", "terraform/clusters.auto.tfvars.json"];
    assert_eq!(holders(&by_app), both);
    assert_eq!(holders(&format!("{OVERLAYS}{set}")), both);
}

/// The example, from the files of the repository.
fn example(edit: impl Fn(String) -> String) -> BTreeMap<String, Vec<u8>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files =
        vec![("platform.example.yaml".to_owned(), std::fs::read(root.join("platform.example.yaml")).unwrap())];
    let mut folders = vec![root.join("examples/platform")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    let spec = String::from_utf8(files[0].1.clone()).unwrap();
    files[0].1 = edit(spec).into_bytes();
    let world: Memory = files.into_iter().collect();
    let outcome = pipeline::run(&world, "platform.example.yaml", &Silent);
    outcome.tree.unwrap_or_else(|| panic!("{:?}", outcome.findings)).into_iter().map(|(p, f)| (p, f.bytes)).collect()
}

#[test]
fn a_cluster_more_in_the_example_is_its_file_and_what_vault_allows() {
    let cluster = "clusters:\n  edge:\n    server: https://edge.example.com\n    credentials: { token: { path: clusters/edge, property: token } }\n";
    let (before, after) = (example(|spec| spec), example(|spec| format!("{spec}\n{cluster}")));
    let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed: Vec<&String> = paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).collect();
    assert_eq!(
        changed,
        [
            "argocd/app-of-apps/apps/automation/argocd/edge-cluster-secret.yaml",
            "vault/vault.vault.svc.cluster.local/policies/external-secrets.hcl",
        ]
    );
}
