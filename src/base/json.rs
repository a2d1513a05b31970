//! Exchange with `serde_json`, for the libraries that speak it.

use serde_json::Value as Json;

use super::{Kind, Map, Value};

/// The same content for `serde_json`. Places are lost; an infinite number becomes null, as JSON has
/// no word for it.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match &value.kind {
        Kind::Null => Json::Null,
        Kind::Bool(b) => Json::Bool(*b),
        Kind::Int(n) => Json::from(*n),
        Kind::UInt(n) => Json::from(*n),
        Kind::Float(n) => Json::from(*n),
        Kind::Str(s) => Json::from(&**s),
        Kind::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Kind::Map(map) => Json::Object(map.iter().map(|e| (e.key.to_string(), to_json(&e.value))).collect()),
    }
}

/// Writes a value as JSON, two spaces deep, with a final newline.
pub fn write(out: &mut String, value: &Value) {
    out.push_str(&serde_json::to_string_pretty(&to_json(value)).unwrap_or_default());
    out.push('\n');
}

/// A value without places from `serde_json`.
#[must_use]
pub fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::default(),
        Json::Bool(b) => Value::from(*b),
        Json::Number(n) => n
            .as_i64()
            .map(Value::from)
            .or_else(|| n.as_u64().map(Value::from))
            .unwrap_or_else(|| Value::from(n.as_f64().unwrap_or(0.0))),
        Json::String(s) => Value::from(s),
        Json::Array(items) => items.iter().map(from_json).collect(),
        Json::Object(map) => map.iter().map(|(k, v)| (k.as_str(), from_json(v))).collect::<Map>().into(),
    }
}
