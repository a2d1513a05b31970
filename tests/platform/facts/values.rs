//! Words about the effective Helm values of an Application's chart.

use super::super::Platform;
use super::super::compare::string_form;
use super::super::helm;
use super::super::object::Object;
use super::super::report::Report;
use super::words;
use serde_json::{Value, json};

pub const WORDS: [&str; 3] = ["helmValues", "helmValuesContain", "helmValuesString"];

/// Judges the words an entry has.
pub fn judge(platform: &Platform, id: &str, entry: &Value, app: &Object, report: &mut Report) {
    let values = match helm::values(&platform.tree, app) {
        Ok(values) => values,
        Err(why) => return report.fact(id, "effective Helm values", "values", why),
    };
    let rule = json!({"fields": entry["helmValues"], "contains": entry["helmValuesContain"]});
    words::judge(id, "values ", &rule, &values, report);
    for (pointer, expected) in entry["helmValuesString"].as_object().into_iter().flatten() {
        let found = values.pointer(pointer);
        if found.and_then(string_form) != string_form(expected) {
            let found = found.map_or("nothing".to_owned(), Value::to_string);
            report.fact(id, &format!("values {pointer}"), expected, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(entry: Value) -> usize {
        let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x, namespace: argocd}\n\
                   spec: {source: {chart: c, helm: {values: 'a: {b: 1, port: 5432, l: [x]}'}}}\n";
        let platform = Platform::sample(&[("app.yaml", app)], json!({}));
        let mut report = Report::default();
        judge(&platform, "app", &entry, &platform.tree.objects[0], &mut report);
        report.len()
    }

    #[test]
    fn each_word_holds_and_fails() {
        assert_eq!(failing(json!({"helmValues": {"/a/b": 1}, "helmValuesContain": {"/a/l": ["x"]}})), 0);
        assert_eq!(failing(json!({"helmValues": {"/a/b": 2, "/c": 1}, "helmValuesContain": {"/a/l": ["y"]}})), 3);
        assert_eq!(failing(json!({"helmValuesString": {"/a/port": "5432"}})), 0);
        assert_eq!(failing(json!({"helmValuesString": {"/a/port": "1", "/a/gone": "1"}})), 2);
    }
}
