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

/// The same apps, by an ApplicationSet each.
fn by_sets() -> String {
    SPEC.replace("    source: ", "    as: applicationSet\n    source: ")
}

#[test]
fn what_application_sets_make_is_compared() {
    let differs =
        "    overrides: [{ when: { environment: prd }, set: { revisionHistoryLimit: 3, labels: { tier: front } } }]\n";
    for more in ["", differs] {
        let (plain, sets) = (
            SPEC.replacen("  blog:\n", &format!("{more}  blog:\n"), 1),
            by_sets().replacen("  blog:\n", &format!("{more}  blog:\n"), 1),
        );
        let (plain, sets) = (compare(&plain, &["--format", "json"]), compare(&sets, &["--format", "json"]));
        assert_eq!(sets.code, 1, "{}", sets.err);
        // Each Application differs as it would without them; only the file is another.
        assert_eq!(edits(&sets.out), edits(&plain.out));
        assert_eq!(sets.out.contains("revisionHistoryLimit"), !more.is_empty(), "{}", sets.out);
        assert!(!sets.out.contains("can't be told"), "{}", sets.out);
    }
}

/// The objects with their edits, whatever file they are in.
fn edits(report: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let at = |value: &serde_json::Value, path: &str| value.pointer(path).cloned().unwrap_or_default();
    let hunks = |change: &serde_json::Value| -> Vec<serde_json::Value> {
        let numbers = at(change, "/hunks");
        numbers.as_array().unwrap().iter().map(|n| at(&report, &format!("/hunks/{n}/edits"))).collect()
    };
    let one = |change: &serde_json::Value| {
        let (kind, name) = (at(change, "/after/kind"), at(change, "/after/name"));
        format!("{kind} {name} {:?}", hunks(change))
    };
    let mut out: Vec<String> = at(&report, "/changes").as_array().unwrap().iter().map(one).collect();
    out.sort();
    assert!(out.iter().any(|change| change.contains("Application") && change.contains("server")), "{out:?}");
    out
}

#[test]
fn a_patch_of_the_set_counts_and_what_can_not_be_told_is_named() {
    let patched = |merge: &str| {
        let patch = format!(
            "overrides: [{{ when: {{ app: shop }}, patches: [{{ target: {{ kind: ApplicationSet }}, merge: {{ spec: {{ {merge} }} }} }}] }}]\n"
        );
        compare(&format!("{}{patch}", by_sets()), &["--format", "json"])
    };
    let template =
        patched("template: { spec: { revisionHistoryLimit: 3, info: [{ name: of, value: '{{ .environment }}' }] } }");
    assert!(template.out.contains("shop") && !template.out.contains("can't be told"), "{}", template.out);
    // The name of the environment is no difference.
    assert!(!template.out.contains("info"), "{}", template.out);
    let strange = patched("template: { metadata: { labels: { x: '{{ .name | upper }}' } } }");
    assert!(strange.out.contains("without what ApplicationSet shop makes, which can't be told"), "{}", strange.out);
    assert!(strange.out.contains("blog"), "{}", strange.out);
}
