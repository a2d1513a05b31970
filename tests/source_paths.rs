//! Folders and values files of the platform's own repository that are not there.

use sailplan::diag::Level;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

/// The findings on a path of an app, with files beside the spec.
fn found(path: &str, inside: &str, files: &[&str]) -> Vec<(Level, String, String)> {
    let spec = format!(
        "apiVersion: sailplan.dev/v1alpha1\nkind: Platform\nplatform:\n  name: acme\n  repo: {{ url: https://git.example.com/p.git, \
         path: \"{inside}\" }}\ncategories: {{ web: {{}} }}\napps:\n  shop:\n    category: web\n    namespace: shop\n    \
         clusterResources: []\n    sync: {{ options: {{ CreateNamespace: true }} }}\n    source: {{ git: {{ path: {path} }} }}\n"
    );
    let empty = files.iter().map(|path| ((*path).to_owned(), String::new()));
    let world: Memory = empty.chain([("platform.yaml".to_owned(), spec)]).collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let of_code = outcome.findings.into_iter().filter(|f| f.code.id == "source-path-missing");
    of_code.map(|f| (f.level, f.message, f.help)).collect()
}

#[test]
fn the_folder_of_a_repository_makes_it_sure() {
    let files = ["deploy/web/a.yaml", ".git/HEAD"];
    let message = "`shop` reads `deploy/webb` of the platform's own repository, and there is no such folder".to_owned();
    let help = "did you mean `deploy/web`?".to_owned();
    assert_eq!(found("deploy/webb", "", &files), [(Level::Warning, message.clone(), help.clone())]);
    assert_eq!(found("./deploy/webb/", "", &files[..1]), [(Level::Note, message, help)]);
    assert!(found("deploy/web", "", &files).is_empty());
}

#[test]
fn what_nothing_tells_of_is_not_judged() {
    assert!(found("other/web", "", &["deploy/web/a.yaml", ".git/HEAD"]).is_empty(), "no such folder at the top");
    assert!(found("deploy", "", &[".git/HEAD"]).is_empty(), "one name alone");
    assert!(found("deploy/../web", "", &["deploy/web/a.yaml"]).is_empty());
}

#[test]
fn what_the_tree_makes_is_there() {
    let made = "argocd/app-of-apps/apps/web";
    let beside = ["argocd/readme.md", "live/readme.md"];
    assert_eq!(found(made, "", &beside).len(), 0, "the Applications themselves");
    assert_eq!(found(&format!("live/{made}"), "live", &beside).len(), 0, "where the tree lies deeper");
    assert_eq!(found(made, "live", &beside).len(), 1, "and not beside it");
}
