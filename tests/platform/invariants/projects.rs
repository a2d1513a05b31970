//! I06: every Application names a project that exists. I07: the project permits what its Applications use, and no more.

use super::super::Platform;
use super::super::compare::glob;
use super::super::object::Object;
use super::super::report::Report;
use super::super::sources;
use super::permits::{self, Destination};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;

/// A rendered AppProject next to Argo CD, or one that comes with Argo CD for those the fixture lets use it.
pub fn exist(platform: &Platform, report: &mut Report) {
    for (_, app) in platform.tree.applications() {
        let project = app.text("/spec/project");
        let built_in = platform.fixture.at("/builtinProjects")[project].as_str();
        let may = built_in.is_some_and(|users| Regex::new(users).unwrap().is_match(app.name()));
        if !may && !platform.tree.has("argoproj.io", "AppProject", app.namespace(), project) {
            report.fact(&app.to_string(), "/spec/project", "a rendered AppProject", format!("{project:?}"));
        }
    }
}

/// Judges each rendered project against what its Applications use.
pub fn permit(platform: &Platform, report: &mut Report) {
    for project in platform.tree.of("argoproj.io", "AppProject") {
        let apps = platform.tree.applications().filter(|(_, app)| app.text("/spec/project") == project.name());
        let (mut repos, mut destinations) = (BTreeSet::new(), BTreeSet::new());
        for (index, app) in apps {
            repos.extend(sources::of(app).iter().filter_map(|source| source["repoURL"].as_str()));
            let own = Destination::of(app);
            for held in platform.owners.held(index).map(|held| &platform.tree.objects[held]) {
                if !permits::kind(project, held) {
                    report.broken(&project.to_string(), format!("does not permit the kind of {held}"));
                }
                if !held.namespace().is_empty() {
                    destinations.insert(Destination { namespace: held.namespace().into(), ..own.clone() });
                }
            }
            destinations.insert(own);
        }
        sources_of(project, &repos, report);
        destinations_of(project, &destinations, report);
        open_ends(project, report);
    }
}

fn sources_of(project: &Object, used: &BTreeSet<&str>, report: &mut Report) {
    let entries = permits::entries(project, "sourceRepos");
    let patterns: Vec<&str> =
        entries.iter().filter_map(Value::as_str).filter(|entry| !entry.starts_with('!')).collect();
    for repo in used.iter().filter(|repo| !patterns.iter().any(|pattern| glob(pattern, repo) || *pattern == "*")) {
        report.broken(&project.to_string(), format!("does not permit source {repo}"));
    }
    for pattern in patterns.iter().filter(|pattern| !used.iter().any(|repo| glob(pattern, repo))) {
        report.broken(&project.to_string(), format!("permits source {pattern}, which no Application of it uses"));
    }
}

fn destinations_of(project: &Object, used: &BTreeSet<Destination>, report: &mut Report) {
    let entries = permits::entries(project, "destinations");
    let granted: Vec<&Value> = entries.iter().filter(|entry| !permits::denies(entry)).collect();
    for destination in used.iter().filter(|destination| !granted.iter().any(|entry| destination.matches(entry))) {
        let Destination { cluster, namespace } = destination;
        report.broken(&project.to_string(), format!("does not permit destination {cluster} namespace {namespace:?}"));
    }
    for entry in granted.iter().filter(|entry| !used.iter().any(|destination| destination.matches(entry))) {
        report.broken(&project.to_string(), format!("permits destination {entry}, which no Application of it uses"));
    }
}

/// What the charts bring cannot be seen from here, but a grant of everything can.
fn open_ends(project: &Object, report: &mut Report) {
    for repo in permits::entries(project, "sourceRepos").iter().filter(|entry| *entry == "*") {
        report.broken(&project.to_string(), format!("permits every source: {repo}"));
    }
    for entry in permits::entries(project, "destinations").iter().filter(|entry| entry["namespace"] == "*") {
        report.broken(&project.to_string(), format!("permits every namespace: {entry}"));
    }
    for entry in permits::entries(project, "clusterResourceWhitelist").iter().filter(|entry| entry["kind"] == "*") {
        report.broken(&project.to_string(), format!("permits every cluster kind: {entry}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::json;

    const APP: (&str, &str) = (
        "root.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\n\
         spec: {project: p, destination: {name: in-cluster, namespace: n}, source: {path: m, repoURL: 'https://g/p'}}\n",
    );
    const MAP: (&str, &str) = ("m/m.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: o}\n");

    fn failing(spec: &str) -> String {
        let project = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: p, namespace: argocd}}\nspec: {spec}\n"
        );
        judged(permit, &[APP, MAP, ("p.yaml", project.as_str())], json!({})).text()
    }

    #[test]
    fn exactly_what_is_used() {
        let to = |namespace: &str| format!("{{name: in-cluster, namespace: {namespace}}}");
        let spec = |repos: &str, namespaces: &[&str]| {
            let destinations: Vec<String> = namespaces.iter().map(|n| to(n)).collect();
            format!("{{sourceRepos: {repos}, destinations: [{}]}}", destinations.join(", "))
        };
        assert_eq!(failing(&spec("['https://g/p']", &["n", "o"])), "");
        assert!(failing(&spec("[]", &["n", "o"])).contains("does not permit source https://g/p"));
        assert!(failing(&spec("['https://g/p', 'https://g/q']", &["n", "o"])).contains("https://g/q, which no"));
        assert!(failing(&spec("['https://g/p']", &["n"])).contains("namespace \"o\""), "objects go there too");
        assert!(failing(&spec("['https://g/p']", &["n", "o", "x"])).contains("which no Application"));
        assert!(failing(&spec("['*']", &["'*'"])).contains("permits every"));
    }

    #[test]
    fn a_project_must_exist() {
        assert_eq!(judged(exist, &[APP], json!({})).len(), 1);
        assert_eq!(judged(exist, &[APP], json!({"builtinProjects": {"p": "^a$"}})).len(), 0);
        assert_eq!(judged(exist, &[APP], json!({"builtinProjects": {"p": "^root$"}})).len(), 1);
    }
}
