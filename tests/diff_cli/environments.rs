//! The apps of one environment against those of another.

use super::repository::Repo;
use super::support::{Ran, run};

const SPEC: &str = r"apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/acme/platform.git } }
environments:
  staging: { cluster: in-cluster, namespace: '${{ app.namespace }}-staging' }
  prd: { clusters: [far] }
clusters: { far: { server: https://far.example.com } }
categories: { web: {} }
defaults: { app: { category: web, clusterResources: [], sync: { options: { CreateNamespace: true } } } }
apps:
  shop:
    namespace: shop
    environments: [staging, prd]
    source: { git: { path: shop } }
  blog:
    namespace: blog
    environments: [staging, prd]
    source: { git: { path: blog } }
    annotations: { host: 'blog.${{ environment.name }}.example.com' }
";

fn compare(spec: &str, arguments: &[&str]) -> Ran {
    let repo = Repo::new();
    repo.write("platform.yaml", spec);
    run(&repo, &[&["diff", "-f", "platform.yaml", "--from-env", "staging", "--to-env", "prd"], arguments].concat())
}

#[test]
fn names_are_no_difference() {
    let ran = compare(SPEC, &["--names"]);
    assert!(ran.code == 0 || ran.code == 1, "{}", ran.err);
    // What is left is the destination: its server and namespace are no names.
    assert!(ran.out.lines().all(|line| line.contains("far") || line.contains("prd")), "{}", ran.out);
}

#[test]
fn what_differs_is_shown_at_the_app() {
    let spec = SPEC.replace(
        "    source: { git: { path: shop } }",
        "    source: { git: { path: shop } }\n    overrides: [{ when: { environment: prd }, set: { revisionHistoryLimit: 3 } }]",
    );
    let (plain, changed) = (compare(SPEC, &["--text"]), compare(&spec, &["--text"]));
    assert_eq!(changed.code, 1);
    assert!(changed.out != plain.out, "{}", changed.out);
    assert!(changed.out.contains("environment staging of what platform.yaml makes, with "), "{}", changed.out);
    assert!(changed.out.contains("staging as prd"), "{}", changed.out);
}

#[test]
fn an_app_in_one_of_them_only() {
    let spec = SPEC.replacen("environments: [staging, prd]", "environments: [prd]", 1);
    let ran = compare(&spec, &["--names=objects"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.lines().any(|line| line.starts_with("Application argocd/shop")), "{}", ran.out);
}

#[test]
fn an_environment_that_no_app_goes_to() {
    let repo = Repo::new();
    repo.write("platform.yaml", SPEC);
    let ran = run(&repo, &["diff", "-f", "platform.yaml", "--from-env", "staging", "--to-env", "dev"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no app goes to environment `dev`"), "{}", ran.err);
    assert!(ran.err.contains("`prd`, `staging`"), "{}", ran.err);
}
