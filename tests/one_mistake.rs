//! One mistake is one finding: what follows from it is not reported on top.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

#[path = "common/findings.rs"]
mod findings;

use findings::{located, report, says_what_to_do};
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

const HEAD: &str = "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/platform.git } }
";
const WEB: &str = "categories: { web: {} }\n";
const DEFAULTS: &str = "defaults:
  app:
    category: web
    namespace: shop
    clusterResources: []
    sync: { options: { CreateNamespace: true } }
";
const SHOP: &str = "apps:
  shop:
    source: { git: { path: shop } }
";

/// The only finding of a spec: `line code`.
fn only(spec: &str) -> String {
    let world: Memory = [("platform.yaml", spec)].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let text = report(&outcome.findings, &outcome.sources);
    assert_eq!(outcome.findings.len(), 1, "{spec}\n{text}");
    let finding = outcome.findings.first().unwrap();
    assert_eq!(says_what_to_do(finding, &outcome.sources), None);
    located(finding, &outcome.sources).replace("platform.yaml:", "")
}

#[test]
fn sections_that_are_no_maps() {
    assert_eq!(only(&format!("{HEAD}categories: [web]\n{DEFAULTS}{SHOP}")), "4 wrong-type");
    assert_eq!(only(&format!("{HEAD}categories:\n  web:\n{DEFAULTS}{SHOP}")), "5 wrong-type");
    assert_eq!(only(&format!("{HEAD}categoreis: {{ web: {{}} }}\n{DEFAULTS}{SHOP}")), "4 unknown-key");
    assert_eq!(only(&format!("{HEAD}{WEB}{DEFAULTS}apps:\n")), "11 wrong-type");
    assert_eq!(only(&format!("{HEAD}{WEB}{DEFAULTS}apps:\n  - name: shop\n")), "12 wrong-type");
    let broken = format!("{HEAD}{WEB}{DEFAULTS}{SHOP}    dependsOn: [cart]\n  cart:\n");
    assert_eq!(only(&broken), "15 wrong-type");
}

#[test]
fn keys_with_a_letter_too_few() {
    for (from, to, place) in [
        ("namespace:", "namspace:", "8 unknown-key"),
        ("category:", "categry:", "7 unknown-key"),
        ("clusterResources:", "clusterRessources:", "9 unknown-key"),
        ("CreateNamespace:", "CreateNamspace:", "10 unknown-key"),
        ("source:", "sorce:", "13 unknown-key"),
        ("git:", "gti:", "13 unknown-key"),
        ("path:", "pth:", "13 unknown-key"),
        ("shop:\n", "shop:\n    dependsOn: cart\n", "13 wrong-type"),
    ] {
        let text = format!("{WEB}{DEFAULTS}{SHOP}").replacen(from, to, 1);
        assert_eq!(only(&format!("{HEAD}{text}")), place, "{to}");
    }
}

#[test]
fn values_of_the_wrong_type() {
    for (from, to, place) in [
        ("namespace: shop", "namespace: 12", "8 wrong-type"),
        ("category: web", "category: [web]", "7 wrong-type"),
        ("{ CreateNamespace: true }", "[CreateNamespace=true]", "10 wrong-type"),
        ("git: { path: shop }", "git: shop", "13 wrong-type"),
        ("path: shop", "revision: HEAD", "13 missing-key"),
        ("git: { path: shop }", "helm: { repo: https://x.example.com, chart: x, version: 1.2 }", "13 wrong-type"),
        ("namespace: shop", "namespace: ${{ app.nam }}", "8 template-unknown-name"),
        ("namespace: shop", "namespace: ${{ app.name", "8 template-expression"),
        ("namespace: shop", "namespace: Shop", "8 name-invalid"),
        ("category: web", "category: wbe", "7 unknown-reference"),
    ] {
        let text = format!("{WEB}{DEFAULTS}{SHOP}").replacen(from, to, 1);
        assert_eq!(only(&format!("{HEAD}{text}")), place, "{to}");
    }
}

/// An unquoted template is a mapping to YAML, and with text behind it no YAML at all.
#[test]
fn unquoted_templates() {
    for value in ["{{ x }}", "{{ x }}-y", "{{ x }}/{{ y }} # z", "{{ .Values.x | quote }}"] {
        let found = only(&format!("{HEAD}{WEB}{DEFAULTS}{SHOP}    description: {value}\n"));
        assert!(found.starts_with("14 yaml-"), "{value}: {found}");
    }
}

#[test]
fn clusters_that_are_not_there() {
    let shop = format!("{HEAD}{WEB}{DEFAULTS}{SHOP}");
    assert_eq!(only(&format!("{shop}    clusters: [hub]\n")), "14 unknown-reference");
    assert_eq!(only(&format!("{shop}    clusters: {{ environments: [prd] }}\n")), "14 unknown-reference");
    assert_eq!(only(&format!("{shop}    clusters: {{ matchLabels: {{ a: b }} }}\n")), "14 no-cluster");
    assert_eq!(
        only(&format!("{shop}overrides: [{{ when: {{ cluster: hub }}, set: {{}} }}]\n")),
        "14 unknown-reference"
    );
}
