//! What the controller of ApplicationSets makes, as far as ours ask for it: a list generator, Go templates in
//! strings, and a patch (Argo CD 3.x, applicationset/utils, applicationset/controllers/template).

use serde_json::{Map, Value, json};

/// The Applications of an ApplicationSet.
pub fn generate(set: &Value) -> Vec<Value> {
    let spec = &set["spec"];
    assert_eq!(spec["goTemplate"], true);
    assert_eq!(spec["goTemplateOptions"], json!(["missingkey=error"]));
    let elements = spec["generators"][0]["list"]["elements"].as_array().unwrap();
    elements.iter().map(|element| one(set, element)).collect()
}

fn one(set: &Value, element: &Value) -> Value {
    let spec = &set["spec"];
    let mut app = deep(&spec["template"], element);
    let preserves = spec["syncPolicy"]["preserveResourcesOnDeletion"] == true;
    if !preserves && app["metadata"]["finalizers"].as_array().is_none_or(Vec::is_empty) {
        app["metadata"]["finalizers"] = json!(["resources-finalizer.argocd.argoproj.io"]);
    }
    if let Some(template) = spec["templatePatch"].as_str() {
        let patch: Value = serde_json::from_str(&text(template, element)).unwrap();
        let project = app["spec"]["project"].clone();
        merge(&mut app, &patch, "");
        app["spec"]["project"] = project;
    }
    app["apiVersion"] = "argoproj.io/v1alpha1".into();
    app["kind"] = "Application".into();
    app["metadata"]["namespace"] = set["metadata"]["namespace"].clone();
    app
}

/// Each string, and each key, is a template of its own. A key without a value is lost.
fn deep(value: &Value, element: &Value) -> Value {
    match value {
        Value::String(template) => text(template, element).into(),
        Value::Array(items) => items.iter().map(|item| deep(item, element)).collect(),
        Value::Object(map) => {
            let entries = map.iter().filter(|(_, v)| !v.is_null());
            let entries: Map<_, _> = entries.map(|(k, v)| (text(k, element), deep(v, element))).collect();
            entries.into()
        }
        other => other.clone(),
    }
}

/// The actions that we write: a parameter, a parameter as JSON, two braces.
fn text(template: &str, element: &Value) -> String {
    let (mut out, mut rest) = (String::new(), template);
    while let Some((before, action)) = rest.split_once("{{") {
        out.push_str(before);
        if let Some(after) = action.strip_prefix("\"{{\"}}") {
            out.push_str("{{");
            rest = after;
            continue;
        }
        let (action, after) = action.split_once("}}").unwrap_or_else(|| panic!("no end of an action: {template}"));
        let parameter = |name: &str| element.get(name).unwrap_or_else(|| panic!("no parameter for {template}"));
        if let Some(name) = action.trim().strip_prefix("toJson .") {
            out.push_str(&parameter(name).to_string());
        } else {
            let name = action.trim().strip_prefix('.').unwrap_or_else(|| panic!("not an action of ours: {template}"));
            out.push_str(parameter(name).as_str().unwrap_or_else(|| panic!("{name} is no string")));
        }
        rest = after;
    }
    out + rest
}

/// A strategic merge patch of an Application: mappings are merged, lists replaced, finalizers joined.
fn merge(app: &mut Value, patch: &Value, key: &str) {
    match (app, patch) {
        (Value::Object(app), Value::Object(patch)) => {
            assert!(key != "valuesObject", "the schema of the patch does not know keys below valuesObject");
            for (key, over) in patch {
                assert!(!over.is_null(), "a null in a patch takes the key out");
                match app.get_mut(key) {
                    Some(under) => merge(under, over, key),
                    None => drop(app.insert(key.clone(), over.clone())),
                }
            }
        }
        (Value::Array(app), Value::Array(patch)) if key == "finalizers" => {
            let new: Vec<Value> = patch.iter().filter(|f| !app.contains(f)).cloned().collect();
            app.extend(new);
        }
        (app, patch) => *app = patch.clone(),
    }
}
