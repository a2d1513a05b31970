//! The values a chart sees: files, then `values`, then `valuesObject`, then parameters.

use super::helm_set;
use super::object::Object;
use super::sources;
use super::tree::Tree;
use super::yaml;
use serde_json::{Map, Value};

/// Effective values of an Application's chart source, without the chart's own defaults.
///
/// # Errors
/// No chart source, a values file that is not in the tree, or text that is not YAML.
pub fn values(tree: &Tree, app: &Object) -> Result<Value, String> {
    let source = sources::chart(app).ok_or("no source with a chart")?;
    let helm = &source["helm"];
    let mut merged = Value::Object(Map::new());
    for file in value_files(source) {
        let path = located(app, &file).ok_or(format!("{file}: no source has that ref"))?;
        let text = tree.text(&path).ok_or(format!("{path}: not in the tree"))?;
        merge(&mut merged, yaml::document(&text).map_err(|error| format!("{path}: {error}"))?);
    }
    if let Some(text) = helm["values"].as_str() {
        merge(&mut merged, yaml::document(text).map_err(|error| format!("helm.values: {error}"))?);
    }
    merge(&mut merged, helm["valuesObject"].clone());
    for parameter in helm["parameters"].as_array().into_iter().flatten() {
        helm_set::apply(&mut merged, parameter)?;
    }
    Ok(merged)
}

/// `helm.valueFiles` of a source.
pub fn value_files(source: &Value) -> Vec<String> {
    let files = source["helm"]["valueFiles"].as_array().into_iter().flatten();
    files.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Path in the platform repository of `$ref/path`, if a source has that ref.
pub fn located(app: &Object, file: &str) -> Option<String> {
    let (name, path) = file.strip_prefix('$')?.split_once('/')?;
    sources::git(app).iter().any(|source| source["ref"] == name).then(|| path.to_owned())
}

/// Helm's merge: maps key by key, everything else replaced; null stays, as the mark that takes a default away.
fn merge(into: &mut Value, over: Value) {
    match (into, over) {
        (Value::Object(into), Value::Object(over)) => {
            for (key, value) in over {
                match value {
                    Value::Null => drop(into.insert(key, Value::Null)),
                    value => merge(into.entry(key).or_insert(Value::Null), value),
                }
            }
        }
        (_, Value::Null) => {}
        (into, over) => *into = over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn effective(sources: Value) -> Result<Value, String> {
        let tree = Tree::sample(&[("v/a-values.yaml", "a: {x: 1, y: 1}\nlist: [1, 2]\n")]);
        values(&tree, &Object { file: String::new(), value: json!({"spec": {"sources": sources}}) })
    }

    #[test]
    fn later_places_win() {
        let helm = json!({
            "valueFiles": ["$values/v/a-values.yaml"],
            "values": "a: {y: 2, z: 2}\n",
            "valuesObject": {"a": {"z": 3}, "list": [9]},
            "parameters": [{"name": "a.p", "value": "4"}]
        });
        let found = effective(json!([{"chart": "c", "helm": helm}, {"ref": "values"}]));
        assert_eq!(found.unwrap(), json!({"a": {"x": 1, "y": 2, "z": 3, "p": 4}, "list": [9]}));
    }

    #[test]
    fn null_takes_a_value_away() {
        let helm = json!({"valueFiles": ["$values/v/a-values.yaml"], "values": "a: {x: null}\n"});
        let found = effective(json!([{"chart": "c", "helm": helm}, {"ref": "values"}])).unwrap();
        assert_eq!(found["a"], json!({"x": null, "y": 1}));
    }

    #[test]
    fn what_cannot_be_resolved_is_an_error() {
        let chart = |file: &str| json!({"chart": "c", "helm": {"valueFiles": [file]}});
        assert!(effective(json!([chart("$values/v/a-values.yaml")])).unwrap_err().contains("ref"));
        assert!(effective(json!([chart("$values/gone.yaml"), {"ref": "values"}])).unwrap_err().contains("gone.yaml"));
        assert!(effective(json!([{"path": "a"}])).is_err());
    }
}
