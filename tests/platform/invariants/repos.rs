//! I09: all git sources name the one platform repository, spelled the same way.

use super::super::Platform;
use super::super::report::Report;
use super::super::sources;
use std::collections::BTreeMap;

/// Judges all Applications together.
pub fn judge(platform: &Platform, report: &mut Report) {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, app) in platform.tree.applications() {
        for source in sources::git(app) {
            users.entry(source["repoURL"].as_str().unwrap_or("no repoURL")).or_default().push(app.name());
        }
    }
    if users.len() > 1 || users.contains_key("no repoURL") {
        report.fact("git sources", "repoURL", "one repository", format!("{users:?}"));
    }
}

#[test]
fn one_spelling() {
    use super::judged;
    let failing = |second: &str| {
        let app = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec: {{sources: \
             [{{chart: c, repoURL: https://charts}}, {{ref: values, repoURL: https://g/p.git}}, {second}]}}\n"
        );
        judged(judge, &[("a.yaml", app.as_str())], serde_json::json!({})).len()
    };
    assert_eq!(failing("{path: x, repoURL: 'https://g/p.git'}"), 0);
    assert_eq!(failing("{path: x, repoURL: 'https://g/p'}"), 1);
    assert_eq!(failing("{path: x}"), 1);
}
