//! Documents that are no Kubernetes objects: actions and blueprints of Port, workflows of Orkes.

use super::Platform;
use super::compare::{contained, equal};
use super::report::Report;
use super::yaml;
use serde_json::Value;
use std::collections::BTreeMap;

/// Judges the stated documents by their files, and then all of them against each other.
pub fn judge(platform: &Platform, report: &mut Report) {
    for entry in platform.fixture.list("/documents") {
        let file = entry["file"].as_str().unwrap_or_default();
        match read(platform, file) {
            Some(found) => facts(file, entry, &found, report),
            None => report.broken(file, "is not there, or can't be read"),
        }
    }
    borders(platform, report);
}

fn read(platform: &Platform, file: &str) -> Option<Value> {
    let text = platform.tree.text(file)?;
    if file.ends_with(".json") { serde_json::from_str(&text).ok() } else { yaml::document(&text).ok() }
}

fn facts(file: &str, entry: &Value, found: &Value, report: &mut Report) {
    let rules = |key: &str| entry[key].as_object().cloned().unwrap_or_default();
    for (pointer, wanted) in rules("fields") {
        let value = found.pointer(&pointer).unwrap_or(&Value::Null);
        if !equal(&wanted, value) {
            report.fact(file, &pointer, wanted, value);
        }
    }
    for (pointer, wanted) in rules("contains") {
        let value = found.pointer(&pointer).unwrap_or(&Value::Null);
        if !contained(&wanted, value) {
            report.fact(file, &pointer, wanted, value);
        }
    }
}

/// Each action starts a workflow that is there, gives it inputs that it has, and names a blueprint that is there. Nothing holds a token.
fn borders(platform: &Platform, report: &mut Report) {
    let below = |folder: &'static str| platform.tree.files.keys().filter(move |file| file.starts_with(folder));
    let workflows: BTreeMap<String, Value> = below("orkes/workflows/")
        .filter_map(|file| read(platform, file))
        .map(|workflow| (workflow["name"].as_str().unwrap_or_default().to_owned(), workflow))
        .collect();
    for file in below("port/actions/") {
        let Some(action) = read(platform, file) else { continue };
        let body = &action["invocationMethod"]["body"];
        let Some(workflow) = workflows.get(body["name"].as_str().unwrap_or_default()) else {
            report.broken(file, format!("starts the workflow {}, which is not there", body["name"]));
            continue;
        };
        let declared = workflow["inputParameters"].as_array().cloned().unwrap_or_default();
        for name in body["input"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if !declared.contains(&Value::from(name.as_str())) {
                report.broken(file, format!("gives the input {name}, which the workflow does not have"));
            }
        }
        let blueprint = action["trigger"]["blueprintIdentifier"].as_str().unwrap_or_default();
        if !platform.tree.files.contains_key(&format!("port/blueprints/{blueprint}.yaml")) {
            report.broken(file, format!("acts on the blueprint {blueprint}, which is not there"));
        }
    }
    for file in below("orkes/").chain(below("port/")) {
        let text = platform.tree.text(file).unwrap_or_default();
        if text.contains("Bearer") || text.contains("eyJ") {
            report.broken(file, "holds something like a token");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(action: &str) -> Report {
        let workflow = r#"{"name": "sync", "inputParameters": ["app"]}"#;
        let files = [
            ("root.yaml", ""),
            ("orkes/workflows/sync.json", workflow),
            ("port/actions/sync.yaml", action),
            ("port/blueprints/app.yaml", "identifier: app\n"),
        ];
        let mut report = Report::default();
        judge(&Platform::sample(&files, json!({})), &mut report);
        report
    }

    #[test]
    fn actions_meet_workflows_and_blueprints() {
        let good = "trigger: {blueprintIdentifier: app}\ninvocationMethod: {body: {name: sync, input: {app: x}}}\n";
        assert!(judged(good).is_empty());
        assert_eq!(judged(&good.replace("input: {app", "input: {apps")).len(), 1);
        assert_eq!(judged(&good.replace("name: sync", "name: sink")).len(), 1);
        assert_eq!(judged(&good.replace("Identifier: app", "Identifier: service")).len(), 1);
        assert_eq!(judged(&format!("{good}title: Bearer x\n")).len(), 1);
    }
}
