//! Trees of a platform, as the program renders them: what a change of the spec will do.

use sailplan::diff::{Options, diff};
use sailplan::model::changes::{Changes, Class, What};
use sailplan::model::tree::Tree;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

/// The tree of a platform with one app that has a manifest and values of its own, and one that has not.
fn tree(name: &str, category: &str, version: &str) -> Tree {
    let spec = format!(
        r"apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform:
  name: acme
  repo: {{ url: https://github.com/your-org/platform.git, path: deploy }}
defaults:
  app:
    sync: {{ automated: {{ prune: true, selfHeal: true }}, options: {{ CreateNamespace: true }} }}
categories:
  web: {{ description: What people see }}
  tools: {{ description: What people use }}
apps:
  {name}:
    category: {category}
    namespace: shop
    source: {{ helm: {{ repo: https://charts.example.com, chart: shop, version: {version}, values: {{ replicas: 2 }} }} }}
    manifests: [manifests/*.yaml]
    clusterResources: []
  podinfo:
    category: web
    namespace: podinfo
    source: {{ helm: {{ repo: https://stefanprodan.github.io/podinfo, chart: podinfo, version: 6.7.1 }} }}
    clusterResources: []
  tool:
    category: tools
    namespace: podinfo
    source: {{ helm: {{ repo: https://stefanprodan.github.io/podinfo, chart: podinfo, version: 6.7.1 }} }}
    clusterResources: []
"
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: fast, level: high }\n";
    let files = [("platform.yaml", spec.as_str()), ("manifests/settings.yaml", map)];
    let world: Memory = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    assert!(outcome.tree.is_some(), "{:#?}", outcome.findings);
    outcome.tree.unwrap()
}

fn changes(before: &Tree, after: &Tree) -> Changes {
    diff(before, after, &Options { root: "deploy".to_owned(), lines: false })
}

/// Class and label of each change that is not cosmetic.
fn told(changes: &Changes) -> Vec<(Class, What, String)> {
    let real = changes.all.iter().filter(|change| !change.is_cosmetic());
    real.map(|change| (change.class(), change.what, change.subject().unwrap().label())).collect()
}

#[test]
fn the_same_spec_gives_the_same_tree() {
    assert!(changes(&tree("shop", "web", "1.0.0"), &tree("shop", "web", "1.0.0")).is_empty());
}

#[test]
fn a_version_is_one_edit() {
    let changes = changes(&tree("shop", "web", "1.0.0"), &tree("shop", "web", "1.0.1"));
    let files: Vec<_> = told(&changes).into_iter().map(|(class, _, label)| (class, label)).collect();
    assert_eq!(files, [(Class::InPlace, "Application argocd/shop".to_owned())]);
    assert_eq!(changes.hunks.iter().map(|hunk| hunk.edits.len()).sum::<usize>(), 1);
}

#[test]
fn a_renamed_app_is_deleted_with_all_it_made() {
    let changes = changes(&tree("shop", "web", "1.0.0"), &tree("store", "web", "1.0.0"));
    let all = told(&changes);
    assert!(all.contains(&(Class::CascadeDelete, What::Renamed, "Application argocd/store".to_owned())), "{all:#?}");
    let map = changes.all.iter().find(|change| change.subject().unwrap().label().starts_with("ConfigMap"));
    assert_eq!(map.unwrap().class(), Class::CascadeDelete, "{:#?}", changes.all);
}

#[test]
fn an_app_of_another_category_is_handed_over() {
    let changes = changes(&tree("shop", "web", "1.0.0"), &tree("shop", "tools", "1.0.0"));
    let all = told(&changes);
    let app = (Class::MovedBetweenApps, What::Moved, "Application argocd/shop".to_owned());
    assert!(all.contains(&app), "{all:#?}");
    // What it is made from only goes to another folder.
    let map = changes.all.iter().find(|change| change.subject().unwrap().label().starts_with("ConfigMap"));
    assert!(map.unwrap().is_cosmetic(), "{:#?}", changes.all);
    assert!(all.iter().any(|(class, _, label)| label.contains("AppProject") && *class == Class::ProjectTightened));
}

#[test]
fn whoever_syncs_first_decides_about_an_app_that_moves() {
    // With and without the finalizer by which an Application takes along what it made.
    let reason = |finalizer: bool| {
        let state = |category: &str| -> Tree {
            let mut tree = tree("shop", category, "1.0.0");
            for file in tree.values_mut() {
                let text = String::from_utf8(file.bytes.clone()).unwrap();
                let other = if finalizer { "resources-finalizer.argocd.argoproj.io" } else { "example.com/other" };
                file.bytes = text.replace("resources-finalizer.argocd.argoproj.io", other).into_bytes();
            }
            tree
        };
        let changes = changes(&state("web"), &state("tools"));
        let moved = changes.with(Class::MovedBetweenApps).next().unwrap();
        moved.impact(Class::MovedBetweenApps).unwrap().reason.clone()
    };
    let begin = "`web-parent` hands it over to `tools-parent`; `web-parent` prunes it if it syncs first";
    assert_eq!(reason(true), format!("{begin}, and all it made is deleted with it, and then it is made anew"));
    assert_eq!(reason(false), format!("{begin}, and then it is made anew"));
}
