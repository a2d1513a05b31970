//! The three ways a value can meet an expectation: equal, contained, as text.

use serde_json::Value;

/// Equal with numbers by value (`2` is `2.0`), everything else by type and value.
pub fn equal(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => expected == found,
    }
}

/// Contained: objects by the given keys, arrays by each given item matching some element, scalars by equality.
pub fn contained(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => a.iter().all(|(key, a)| b.get(key).is_some_and(|b| contained(a, b))),
        (Value::Array(a), Value::Array(b)) => a.iter().all(|a| b.iter().any(|b| contained(a, b))),
        _ => equal(expected, found),
    }
}

/// A scalar as the string a template or a ConfigMap makes of it; nothing for lists, maps and null.
pub fn string_form(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Absent, null, or an empty string, list or map.
pub fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(_) => false,
    }
}

/// Glob as in AppProject lists: `*` stops at `/`, `**` does not.
pub fn glob(pattern: &str, text: &str) -> bool {
    let escaped = regex::escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]");
    regex::Regex::new(&format!("^{escaped}$")).unwrap().is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_by_value_and_types_apart() {
        assert!(equal(&json!(2), &json!(2.0)) && equal(&json!({"a": [1]}), &json!({"a": [1.0]})));
        assert!(!equal(&json!(2), &json!("2")) && !equal(&json!(true), &json!("true")));
        assert!(!equal(&json!({"a": 1}), &json!({"a": 1, "b": 2})) && !equal(&json!([1]), &json!([1, 2])));
    }

    #[test]
    fn contained_is_recursive_and_free_of_order() {
        let found = json!([{"name": "b", "port": 2, "x": 1}, {"name": "a", "port": 1}]);
        assert!(contained(&json!([{"name": "a"}, {"name": "b", "port": 2}]), &found));
        assert!(!contained(&json!([{"name": "a", "port": 2}]), &found));
        assert!(!contained(&json!({"a": 1}), &json!({"b": 1})));
    }

    #[test]
    fn string_forms_and_emptiness() {
        assert_eq!(string_form(&json!(5432)).as_deref(), Some("5432"));
        assert_eq!(string_form(&json!(null)), None);
        assert!(is_empty(None) && is_empty(Some(&json!(""))) && is_empty(Some(&json!({}))));
        assert!(!is_empty(Some(&json!(false))) && !is_empty(Some(&json!("x"))));
    }

    #[test]
    fn globs_stop_at_slashes() {
        assert!(glob("https://a/*", "https://a/b") && !glob("https://a/*", "https://a/b/c"));
        assert!(glob("https://a/**", "https://a/b/c") && glob("a.b", "a.b") && !glob("a.b", "aXb"));
    }
}
