//! `helm.parameters`: Helm's `--set` for one name and value.

use super::compare::string_form;
use serde_json::{Map, Value};

/// Sets one parameter `{name, value, forceString}`; dots part the name, `\.` is a dot in a key, `[n]` an index.
///
/// # Errors
/// A parameter without a name.
pub fn apply(values: &mut Value, parameter: &Value) -> Result<(), String> {
    let name = parameter["name"].as_str().ok_or("a parameter without a name")?;
    let text = string_form(&parameter["value"]).unwrap_or_default();
    let value = if parameter["forceString"] == true { Value::String(text) } else { typed(&text) };
    let mut place = values;
    for step in steps(name) {
        place = match step.parse::<usize>() {
            Ok(index) if step.len() < 5 && place.is_array() => element(place, index),
            _ => member(place, &step),
        };
    }
    *place = value;
    Ok(())
}

fn member<'a>(place: &'a mut Value, key: &str) -> &'a mut Value {
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    &mut place[key]
}

fn element(place: &mut Value, index: usize) -> &mut Value {
    if let Value::Array(items) = place {
        let length = items.len().max(index + 1);
        items.resize(length, Value::Null);
    }
    &mut place[index]
}

/// The types `--set` knows: true, false, null, integers, and else a string.
fn typed(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ if text == "0" || !text.starts_with('0') => {
            text.parse::<i64>().map_or_else(|_| Value::String(text.into()), Value::from)
        }
        _ => Value::String(text.into()),
    }
}

fn steps(name: &str) -> Vec<String> {
    let dotted = name.replace(r"\.", "\u{0}").replace('[', ".").replace(']', "");
    dotted.split('.').map(|step| step.replace('\u{0}', ".")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(mut values: Value, name: &str, value: &str, force: bool) -> Value {
        apply(&mut values, &json!({"name": name, "value": value, "forceString": force})).unwrap();
        values
    }

    #[test]
    fn names_and_types() {
        assert_eq!(set(json!({}), "a.b", "2", false), json!({"a": {"b": 2}}));
        assert_eq!(set(json!({}), "a", "2", true), json!({"a": "2"}));
        assert_eq!(set(json!({}), "a", "012", false), json!({"a": "012"}));
        assert_eq!(set(json!({}), r"a\.b.c", "true", false), json!({"a.b": {"c": true}}));
    }

    #[test]
    fn an_index_reaches_into_a_list() {
        assert_eq!(set(json!({"l": [1, 2]}), "l[1]", "9", false), json!({"l": [1, 9]}));
    }
}
