//! Words about an Application: its sources and its destination.

use super::super::compare::contained;
use super::super::helm;
use super::super::object::Object;
use super::super::report::Report;
use super::super::sources;
use regex::Regex;
use serde_json::{Value, json};

pub const WORDS: [&str; 6] =
    ["sources", "inClusterDestination", "valuesFile", "concreteRevision", "releaseName", "sourceRepoPattern"];

/// Judges the words an entry has.
pub fn judge(id: &str, entry: &Value, app: &Object, report: &mut Report) {
    let all = sources::of(app);
    let chart = sources::chart(app).unwrap_or(&Value::Null);
    let values_file = helm::value_files(chart).into_iter().find(|file| file.starts_with('$'));
    for subset in entry["sources"].as_array().into_iter().flatten() {
        // With all values inline there is nothing to refer to, and then neither part may appear.
        if *subset == json!({"ref": "values"}) && values_file.is_none() {
            continue;
        }
        if !all.iter().any(|source| contained(subset, source)) {
            report.fact(id, "/spec/sources", format!("an element with {subset}"), json!(all));
        }
    }
    if entry["inClusterDestination"] == true && !in_cluster(&app.value["spec"]["destination"]) {
        report.fact(id, "/spec/destination", "in-cluster, by server or by name", &app.value["spec"]["destination"]);
    }
    if let Some(end) = entry["valuesFile"].as_str() {
        let has_ref = all.iter().any(|source| source["ref"] == "values");
        let fits = values_file.as_ref().is_some_and(|file| file == end || file.ends_with(&format!("/{end}")));
        if !(has_ref && fits) && (has_ref || values_file.is_some()) {
            let found = format!("{values_file:?}, ref values: {has_ref}");
            report.fact(id, "/spec/sources: helm.valueFiles", format!("$values/.../{end} with its ref"), found);
        }
    }
    let revision = chart["targetRevision"].as_str().unwrap_or_default();
    if entry["concreteRevision"] == true && !concrete(revision) {
        report.fact(id, "/spec/sources: targetRevision", "a concrete chart version", revision);
    }
    if !entry["releaseName"].is_null() && chart["helm"]["releaseName"] != entry["releaseName"] {
        let found = &chart["helm"]["releaseName"];
        report.fact(id, "/spec/sources: helm.releaseName", &entry["releaseName"], found);
    }
    if let Some(pattern) = entry["sourceRepoPattern"].as_str() {
        let (regex, git) = (Regex::new(pattern).unwrap(), sources::git(app));
        let fits = |source: &&Value| source["repoURL"].as_str().is_some_and(|url| regex.is_match(url));
        if git.is_empty() || !git.iter().all(fits) {
            report.fact(id, "/spec/sources: repoURL", format!("a match of {pattern}"), json!(git));
        }
    }
}

fn in_cluster(destination: &Value) -> bool {
    match (destination.get("server"), destination.get("name")) {
        (Some(server), None) => server == "https://kubernetes.default.svc",
        (None, Some(name)) => name == "in-cluster",
        _ => false,
    }
}

fn concrete(revision: &str) -> bool {
    let moving = ["HEAD", "latest", "main", "master", "develop", "trunk", "stable"];
    let plain = !revision.is_empty() && !revision.contains(['<', '>', '$']) && !revision.contains(char::is_whitespace);
    plain && !moving.contains(&revision) && revision.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(entry: Value, spec: Value) -> usize {
        let mut report = Report::default();
        judge("app", &entry, &Object { file: String::new(), value: json!({"spec": spec}) }, &mut report);
        report.len()
    }

    #[test]
    fn each_subset_needs_a_source() {
        let spec = json!({"sources": [{"repoURL": "r", "chart": "c", "helm": {"valueFiles": ["$values/a.yaml"]}}]});
        assert_eq!(failing(json!({"sources": [{"chart": "c"}]}), spec.clone()), 0);
        assert_eq!(failing(json!({"sources": [{"chart": "d"}, {"ref": "values"}]}), spec), 2);
        let inline = json!({"source": {"chart": "c"}});
        assert_eq!(failing(json!({"sources": [{"chart": "c"}, {"ref": "values"}]}), inline), 0);
    }

    #[test]
    fn destination_by_one_way_only() {
        let entry = json!({"inClusterDestination": true});
        let failing = |destination: Value| failing(entry.clone(), json!({"destination": destination}));
        assert_eq!(failing(json!({"server": "https://kubernetes.default.svc"})), 0);
        assert_eq!(failing(json!({"name": "in-cluster"})), 0);
        assert_eq!(failing(json!({"name": "in-cluster", "server": "https://kubernetes.default.svc"})), 1);
        assert_eq!(failing(json!({"server": "https://other"})) + failing(json!({})), 2);
    }

    #[test]
    fn a_values_file_with_its_ref_or_neither() {
        let entry = json!({"valuesFile": "a-values.yaml"});
        let with = |file: &str| json!({"chart": "c", "helm": {"valueFiles": [file]}});
        let reference = json!({"ref": "values"});
        let good = with("$values/x/a-values.yaml");
        assert_eq!(failing(entry.clone(), json!({"sources": [good, reference]})), 0);
        assert_eq!(failing(entry.clone(), json!({"sources": [{"chart": "c"}]})), 0);
        assert_eq!(failing(entry.clone(), json!({"sources": [good]})), 1);
        assert_eq!(failing(entry.clone(), json!({"sources": [{"chart": "c"}, reference]})), 1);
        assert_eq!(failing(entry, json!({"sources": [with("$values/x/other-a-values.yaml"), reference]})), 1);
    }

    #[test]
    fn revision_release_and_repository() {
        let spec = |revision: &str| {
            json!({"sources": [{"chart": "c", "targetRevision": revision, "helm": {"releaseName": "r"}},
                               {"repoURL": "https://g/p.git", "path": "x"}]})
        };
        let entry =
            json!({"concreteRevision": true, "releaseName": "r", "sourceRepoPattern": "^https://g/p(\\.git)?$"});
        assert_eq!(failing(entry, spec("7.1.0")), 0);
        for revision in ["HEAD", "latest", "main", "<version>", "", "1 2"] {
            assert_eq!(failing(json!({"concreteRevision": true}), spec(revision)), 1, "{revision}");
        }
        assert_eq!(failing(json!({"releaseName": "q", "sourceRepoPattern": "^h$"}), spec("1")), 2);
    }
}
