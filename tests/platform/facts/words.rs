//! Words about a value: fields, contains, match, absent, present, notTrue, and embedded, whose inner rules use them again.

use super::super::compare::{contained, equal, is_empty};
use super::super::report::Report;
use super::super::yaml;
use regex::Regex;
use serde_json::Value;

pub const WORDS: [&str; 7] = ["fields", "contains", "match", "absent", "present", "notTrue", "embedded"];

/// Judges a value by a rule; `place` is written before each pointer.
pub fn judge(id: &str, place: &str, rule: &Value, value: &Value, report: &mut Report) {
    let mut fact = |pointer: &str, expected: String, found: Option<&Value>| {
        let found = found.map_or("nothing".to_owned(), Value::to_string);
        report.fact(id, &format!("{place}{pointer}"), expected, found);
    };
    for (pointer, expected) in map(rule, "fields") {
        let found = value.pointer(pointer);
        if !found.is_some_and(|found| equal(expected, found)) {
            fact(pointer, expected.to_string(), found);
        }
    }
    for (pointer, items) in map(rule, "contains") {
        let found = value.pointer(pointer);
        for item in items.as_array().into_iter().flatten() {
            let elements = found.and_then(Value::as_array);
            if !elements.is_some_and(|elements| elements.iter().any(|element| contained(item, element))) {
                fact(pointer, format!("an element with {item}"), found);
            }
        }
    }
    for (pointer, pattern) in map(rule, "match") {
        let (found, pattern) = (value.pointer(pointer), pattern.as_str().unwrap_or_default());
        let regex = Regex::new(pattern).unwrap();
        if !found.and_then(Value::as_str).is_some_and(|text| regex.is_match(text)) {
            fact(pointer, format!("a match of {pattern}"), found);
        }
    }
    for pointer in list(rule, "absent").filter(|pointer| value.pointer(pointer).is_some()) {
        fact(pointer, "nothing".into(), value.pointer(pointer));
    }
    for pointer in list(rule, "present").filter(|pointer| is_empty(value.pointer(pointer))) {
        fact(pointer, "something".into(), value.pointer(pointer));
    }
    for pointer in list(rule, "notTrue").filter(|pointer| value.pointer(pointer) == Some(&Value::Bool(true))) {
        fact(pointer, "not true".into(), value.pointer(pointer));
    }
    for (pointer, inner) in map(rule, "embedded") {
        match embedded(value.pointer(pointer), inner) {
            Ok(document) => judge(id, &format!("{place}{pointer}: "), inner, &document, report),
            Err(why) => report.fact(id, &format!("{place}{pointer}"), "an embedded document", why),
        }
    }
}

/// The document in a string, or the object itself where a chart takes one.
fn embedded(found: Option<&Value>, rule: &Value) -> Result<Value, String> {
    match (found, rule["format"].as_str()) {
        (Some(Value::String(text)), Some("json")) => serde_json::from_str(text).map_err(|error| error.to_string()),
        (Some(Value::String(text)), _) => yaml::document(text),
        (Some(object @ Value::Object(_)), _) => Ok(object.clone()),
        (other, _) => Err(other.map_or("nothing".into(), Value::to_string)),
    }
}

fn map<'a>(rule: &'a Value, word: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    rule[word].as_object().into_iter().flatten()
}

fn list<'a>(rule: &'a Value, word: &str) -> impl Iterator<Item = &'a str> {
    rule[word].as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn failing(rule: Value) -> usize {
        let value = json!({
            "a": {"b": 1, "t": true, "e": ""}, "l": [{"n": "x", "m": 1}, "s"],
            "text": "k: {v: 2}\n", "json": "{\"k\": 3}"
        });
        let mut report = Report::default();
        judge("id", "", &rule, &value, &mut report);
        report.len()
    }

    #[test]
    fn fields() {
        assert_eq!(failing(json!({"fields": {"/a/b": 1.0, "/l/1": "s"}})), 0);
        assert_eq!(failing(json!({"fields": {"/a/b": "1", "/a/c": 1}})), 2);
    }

    #[test]
    fn contains() {
        assert_eq!(failing(json!({"contains": {"/l": ["s", {"n": "x"}]}})), 0);
        assert_eq!(failing(json!({"contains": {"/l": ["q", {"n": "y"}], "/a": [1]}})), 3);
    }

    #[test]
    fn matches() {
        assert_eq!(failing(json!({"match": {"/text": "^k"}})), 0);
        assert_eq!(failing(json!({"match": {"/text": "^v", "/a/b": "1"}})), 2, "a number is no string");
    }

    #[test]
    fn absent_present_and_not_true() {
        assert_eq!(failing(json!({"absent": ["/x"], "present": ["/a/b"], "notTrue": ["/a/b", "/x"]})), 0);
        assert_eq!(failing(json!({"absent": ["/a"], "present": ["/x", "/a/e"], "notTrue": ["/a/t"]})), 4);
    }

    #[test]
    fn embedded_in_a_string_or_as_it_is() {
        let inner = |value: i32| json!({"format": "yaml", "fields": {"/k/v": value}});
        assert_eq!(failing(json!({"embedded": {"/text": inner(2)}})), 0);
        assert_eq!(failing(json!({"embedded": {"/text": inner(3), "/x": inner(2), "/a/b": inner(2)}})), 3);
        let of_json = json!({"format": "json", "fields": {"/k": 3}});
        assert_eq!(failing(json!({"embedded": {"/json": of_json, "/a": {"fields": {"/b": 1}}}})), 0);
        assert_eq!(failing(json!({"embedded": {"/text": {"format": "json"}}})), 1);
    }
}
