//! I16: no two Applications render the same path, and none renders its own manifest.

use super::super::Platform;
use super::super::report::Report;
use super::super::sources;
use std::collections::BTreeMap;

/// Judges all sources that have a path.
pub fn judge(platform: &Platform, report: &mut Report) {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, app) in platform.tree.applications() {
        for source in sources::git(app) {
            let Some(path) = sources::path(source) else { continue };
            users.entry(path).or_default().push(app.name());
            if sources::files(&platform.tree, source).contains(&app.file) {
                report.broken(&app.to_string(), format!("renders its own manifest through source path {path}"));
            }
        }
    }
    for (path, names) in users.iter().filter(|(_, names)| names.len() > 1) {
        report.broken(path, format!("is rendered by {names:?}"));
    }
}

#[test]
fn paths_apart_and_nobody_itself() {
    use super::judged;
    let failing = |first: &str, second: &str| {
        let app = |name: &str, path: &str| {
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\n\
                 spec: {{source: {{path: {path}}}}}\n"
            )
        };
        let (one, two) = (app("one", first), app("two", second));
        judged(judge, &[("x/one.yaml", one.as_str()), ("x/two.yaml", two.as_str())], serde_json::json!({})).text()
    };
    assert_eq!(failing("a", "b"), "");
    assert!(failing("a", "a/").contains("[\"one\", \"two\"]"));
    assert!(failing("x", "b").contains("its own manifest"));
}
