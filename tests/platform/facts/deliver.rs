//! How an object may be delivered: as a manifest, or as content below a pointer of a chart's values. And the words
//! about the whole object: its version, its file, the strings of a ConfigMap.

use super::super::Platform;
use super::super::compare::string_form;
use super::super::helm;
use super::super::report::Report;
use super::locate;
use serde_json::{Value, json};

pub const WORDS: [&str; 7] =
    ["apiVersion", "apiVersionAnyOf", "file", "deliverAs", "dataStrings", "absentKeys", "csvLines"];

/// An object the entry may mean.
pub struct Candidate {
    pub value: Value,
    /// The rendered manifest; none for content that a chart turns into the object.
    pub index: Option<usize>,
    file: String,
}

/// Everything that may be the object of an entry, in the forms `deliverAs` accepts (a manifest if it says nothing). A
/// chart is asked only when there is no manifest, since the manifest is then the object.
pub fn candidates(platform: &Platform, entry: &Value) -> Vec<Candidate> {
    let stated = entry["deliverAs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let forms: Vec<&str> = stated.iter().filter_map(Value::as_str).collect();
    let mut found = Vec::new();
    if forms.is_empty() || forms.contains(&"manifest") {
        found.extend(locate::manifests(platform, entry).into_iter().map(|index| {
            let object = &platform.tree.objects[index];
            Candidate { value: object.value.clone(), index: Some(index), file: object.file.clone() }
        }));
    }
    let found_none = found.is_empty();
    for form in forms.iter().filter(|_| found_none).filter_map(|form| form.strip_prefix("helm:")) {
        found.extend(by_chart(platform, entry, form));
    }
    found
}

/// `<app>:<pointer>`: the values below the pointer as the `data` of the object.
fn by_chart(platform: &Platform, entry: &Value, form: &str) -> Option<Candidate> {
    let (app, pointer) = form.split_once(':')?;
    let values = helm::values(&platform.tree, platform.tree.application(app)?).ok()?;
    let data = values.pointer(pointer)?;
    let value = json!({"apiVersion": entry["apiVersion"], "kind": entry["kind"], "data": data});
    Some(Candidate { value, index: None, file: String::new() })
}

/// Judges version, file and strings.
pub fn judge(id: &str, entry: &Value, candidate: &Candidate, report: &mut Report) {
    let api = &candidate.value["apiVersion"];
    match entry["apiVersionAnyOf"].as_array() {
        Some(any) if !any.contains(api) => report.fact(id, "/apiVersion", format!("any of {any:?}"), api),
        None if entry["apiVersion"] != *api => report.fact(id, "/apiVersion", &entry["apiVersion"], api),
        _ => {}
    }
    if let (Some(file), true) = (entry["file"].as_str(), candidate.index.is_some())
        && file != candidate.file
    {
        report.fact(id, "file", file, &candidate.file);
    }
    let data = &candidate.value["data"];
    // Kubernetes refuses a ConfigMap whose values are not strings; a chart's template quotes what it is given.
    let found = |key: &str| match candidate.index {
        Some(_) => data[key].as_str().map(str::to_owned),
        None => string_form(&data[key]),
    };
    for (key, expected) in entry["dataStrings"].as_object().into_iter().flatten() {
        if found(key).as_deref() != expected.as_str() {
            report.fact(id, &format!("/data/{key}"), expected, &data[key]);
        }
    }
    let fields = |line: &str| line.split(',').map(|field| field.trim().to_owned()).collect::<Vec<_>>();
    for (key, lines) in entry["csvLines"].as_object().into_iter().flatten() {
        let text = found(key).unwrap_or_default();
        let there: Vec<_> = text.lines().map(fields).collect();
        for line in lines.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !there.contains(&fields(line)) {
                report.fact(id, &format!("/data/{key}"), line, &data[key]);
            }
        }
    }
    for stated in entry["absentKeys"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let (key, value) = stated.split_once('=').map_or((stated, None), |(key, value)| (key, Some(value)));
        if data.get(key).is_some() && (value.is_none() || found(key).as_deref() == value) {
            report.fact(id, &format!("/data/{key}"), "not there", &data[key]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(files: &[(&str, &str)], words: Value) -> Report {
        let mut entry = json!({"id": "cm", "apiVersion": "v1", "kind": "ConfigMap", "namespace": "n", "name": "m"});
        entry.as_object_mut().unwrap().extend(words.as_object().unwrap().clone());
        let platform = Platform::sample(files, json!({}));
        let mut report = Report::default();
        super::super::judge_entry(&platform, &entry, &mut report);
        report
    }

    const MAP: (&str, &str) =
        ("m.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: n}\ndata: {a: 'true', b: true}\n");
    const APP: (&str, &str) = (
        "app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x, namespace: argocd}\n\
         spec: {source: {chart: c, helm: {valuesObject: {configs: {cm: {a: true, dex: 1}}}}}}\n",
    );

    #[test]
    fn strings_of_a_manifest_are_strings() {
        assert!(judged(&[MAP], json!({"dataStrings": {"a": "true"}})).is_empty());
        assert_eq!(judged(&[MAP], json!({"dataStrings": {"b": "true"}})).len(), 1);
        assert_eq!(judged(&[MAP], json!({"dataStrings": {"a": "false", "c": "x"}})).len(), 2);
    }

    #[test]
    fn a_chart_may_deliver_and_quotes_what_it_gets() {
        let words = json!({"deliverAs": ["manifest", "helm:x:/configs/cm"], "dataStrings": {"a": "true"}});
        assert!(judged(&[APP], words).is_empty());
        assert_eq!(judged(&[APP], json!({"deliverAs": ["manifest"]})).len(), 1);
        assert_eq!(judged(&[APP], json!({"deliverAs": ["helm:x:/configs/params"]})).len(), 1);
    }

    #[test]
    fn lines_of_a_policy_whatever_their_blanks() {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: n}\ndata: {policy.csv: 'g, a, b'}\n";
        let line = |line: &str| judged(&[("m.yaml", map)], json!({"csvLines": {"policy.csv": [line]}})).len();
        assert_eq!([line("g,a,  b"), line("g, a, c"), line("g, a")], [0, 1, 1]);
    }

    #[test]
    fn absent_keys_with_and_without_value() {
        assert!(judged(&[MAP], json!({"absentKeys": ["c", "a=false"]})).is_empty());
        assert_eq!(judged(&[MAP], json!({"absentKeys": ["b", "a=true"]})).len(), 2);
    }
}
