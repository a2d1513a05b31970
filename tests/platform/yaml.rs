//! Reads YAML through libyaml, a parser sailplan does not use: a second opinion on what was written.

use serde_json::Value;

/// All documents of a text, empty ones left out.
///
/// # Errors
/// Text that is not YAML, a duplicate key, or a key that is not a scalar.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    let mut found = Vec::new();
    for document in serde_yaml_ng::Deserializer::from_str(text) {
        // Through the crate's own value, because serde_json's map would let a duplicate key win in silence.
        let value: serde_yaml_ng::Value =
            serde::Deserialize::deserialize(document).map_err(|error| error.to_string())?;
        if !value.is_null() {
            found.push(serde_json::to_value(value).map_err(|error| error.to_string())?);
        }
    }
    Ok(found)
}

/// The single document of a text; an empty text is null.
///
/// # Errors
/// As [`documents`], and more than one document.
pub fn document(text: &str) -> Result<Value, String> {
    let mut all = documents(text)?;
    match all.len() {
        0 => Ok(Value::Null),
        1 => Ok(all.remove(0)),
        n => Err(format!("{n} documents where one was expected")),
    }
}

#[test]
fn several_documents_and_empty_ones() {
    let found = documents("---\na: 1\n---\n---\nb: [x]\n").unwrap();
    assert_eq!(found, [serde_json::json!({"a": 1}), serde_json::json!({"b": ["x"]})]);
}

#[test]
fn a_duplicate_key_is_refused() {
    assert!(documents("a: 1\na: 2\n").unwrap_err().contains("duplicate"));
}

#[test]
fn one_document_means_one() {
    assert!(document("a: 1\n---\nb: 2\n").is_err());
    assert_eq!(document("# nothing\n").unwrap(), Value::Null);
}
