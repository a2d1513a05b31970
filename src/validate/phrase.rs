//! Words for what a schema refuses. The library's own texts repeat whole objects.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};

use std::fmt::Write as _;

use crate::base::suggest;

/// What is wrong in an object, and where.
pub struct Fault {
    /// JSON Pointer of the value.
    pub pointer: String,
    /// The key in that value, when a key is at fault.
    pub key: Option<String>,
    /// Whether that key is a field that does not exist there.
    pub unknown: bool,
    /// The key that is missing in that value, when one is.
    pub missing: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// The faults that one error of the library stands for.
pub fn findings(error: &ValidationError<'_>, add: &mut dyn FnMut(Fault)) {
    let pointer = error.instance_path().to_string();
    let at = if pointer.is_empty() { "the object".to_owned() } else { format!("`{}`", dotted(&pointer)) };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().for_each(|key| add(unknown_field(&pointer, key, &at)));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => branches(error, context, &pointer, &at, add),
        Kind::PropertyNames { error: inner } => {
            let key = inner.instance().as_str().map(ToOwned::to_owned);
            let message = format!("{at} has the key `{}`, which is not allowed there", key.clone().unwrap_or_default());
            add(Fault { pointer, key, unknown: false, missing: None, message, help: constraint(inner) });
        }
        _ => {
            let message = message(error, &at);
            let missing = match error.kind() {
                Kind::Required { property } => property.as_str().map(ToOwned::to_owned),
                _ => None,
            };
            add(Fault { pointer, key: None, unknown: false, missing, message, help: constraint(error) });
        }
    }
}

/// A pointer as people write paths: `spec.sources[0].chart`.
pub fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for token in crate::base::pointer::tokens(pointer).unwrap_or_default() {
        if token.bytes().all(|b| b.is_ascii_digit()) && !token.is_empty() {
            let _ = write!(out, "[{token}]");
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&token);
        }
    }
    out
}

fn unknown_field(pointer: &str, key: &str, at: &str) -> Fault {
    let message = format!("{at} has no field `{key}`; Kubernetes would drop it in silence");
    let help = "mend the spelling or the place of the field".to_owned();
    Fault { pointer: pointer.to_owned(), key: Some(key.to_owned()), unknown: true, missing: None, message, help }
}

/// Of several forms of which none fits, the one that comes nearest: its errors lie deepest.
fn branches(
    error: &ValidationError<'_>,
    context: &[Vec<ValidationError<'static>>],
    pointer: &str,
    at: &str,
    add: &mut dyn FnMut(Fault),
) {
    let depth = |e: &ValidationError<'_>| e.instance_path().to_string().matches('/').count();
    let own = depth(error);
    let nearest =
        context.iter().filter(|branch| branch.iter().any(|e| depth(e) > own)).min_by_key(|branch| branch.len());
    if let Some(branch) = nearest {
        branch.iter().for_each(|e| findings(e, add));
    } else {
        let mut wanted: Vec<String> = context.iter().flatten().map(constraint).collect();
        wanted.sort();
        wanted.dedup();
        let message = format!("{at} has none of the forms that it may have");
        add(Fault {
            pointer: pointer.to_owned(),
            key: None,
            unknown: false,
            missing: None,
            message,
            help: wanted.join("; or "),
        });
    }
}

fn message(error: &ValidationError<'_>, at: &str) -> String {
    let found = short(error.instance());
    match error.kind() {
        Kind::Required { property } => format!("{at} lacks the field `{}`", property.as_str().unwrap_or_default()),
        Kind::Type { kind: TypeKind::Single(wanted) } => {
            format!("{at} is {}, and must be {}", found_type(error.instance()), type_name(*wanted))
        }
        Kind::Type { .. } => format!("{at} is {}, which has the wrong type", found_type(error.instance())),
        Kind::Enum { .. } | Kind::Constant { .. } | Kind::Pattern { .. } | Kind::Format { .. } => {
            format!("{at} can't be {found}")
        }
        Kind::FalseSchema => format!("{at} must not be there"),
        Kind::Not { schema } if refuses_all(schema) => format!("{at} must not be there"),
        Kind::MinLength { .. } | Kind::MaxLength { .. } => format!("{at} has the wrong length"),
        Kind::MinItems { .. } | Kind::MaxItems { .. } => format!("{at} has the wrong number of items"),
        Kind::MinProperties { .. } | Kind::MaxProperties { .. } => format!("{at} has the wrong number of fields"),
        Kind::UniqueItems => format!("{at} has an item twice"),
        Kind::OneOfMultipleValid { .. } | Kind::Not { .. } => format!("{at} mixes fields that exclude each other"),
        _ => format!("{at} is not allowed to be {found}"),
    }
}

/// Whether what is forbidden is anything at all.
fn refuses_all(forbidden: &serde_json::Value) -> bool {
    forbidden.as_object().is_some_and(serde_json::Map::is_empty)
}

/// What a value would have to be.
fn constraint(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Required { property } => format!("add `{}`", property.as_str().unwrap_or_default()),
        Kind::Type { kind: TypeKind::Single(wanted) } => retyped(error.instance(), *wanted),
        Kind::Type { .. } => "write a value of another type".to_owned(),
        Kind::Enum { options } => {
            let options: Vec<&str> = options.as_array().into_iter().flatten().filter_map(|o| o.as_str()).collect();
            let near = error.instance().as_str().and_then(|s| suggest::nearest(s, options.iter().copied()));
            match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {}", suggest::listing(options, 30)),
            }
        }
        Kind::Constant { expected_value } => format!("write {}", short(expected_value)),
        Kind::Pattern { pattern } => format!("write something that matches `{pattern}`"),
        Kind::MinLength { limit } => format!("write at least {limit} characters"),
        Kind::MaxLength { limit } => format!("write at most {limit} characters"),
        Kind::MinItems { limit } => format!("write at least {limit} items"),
        Kind::MaxItems { limit } => format!("write at most {limit} items"),
        Kind::MinProperties { limit } => format!("write at least {limit} fields"),
        Kind::MaxProperties { limit } => format!("write at most {limit} fields"),
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => format!("write a number from {limit} on"),
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => format!("write a number up to {limit}"),
        Kind::UniqueItems => "take one of the two out".to_owned(),
        Kind::FalseSchema => "take the field out".to_owned(),
        Kind::Not { schema } if refuses_all(schema) => "take the field out".to_owned(),
        Kind::OneOfMultipleValid { .. } | Kind::Not { .. } => "keep only one of them".to_owned(),
        Kind::AdditionalProperties { unexpected } => {
            format!("take out {}", suggest::listing(unexpected.iter().map(String::as_str), 10))
        }
        _ => "see the reference of the kind".to_owned(),
    }
}

/// The same value in the type that is wanted, where only the quotes are at fault.
fn retyped(value: &serde_json::Value, wanted: JsonType) -> String {
    match (value, wanted) {
        (serde_json::Value::String(s), JsonType::Integer) if s.parse::<i64>().is_ok() => {
            format!("write `{s}` without quotes")
        }
        (serde_json::Value::String(s), JsonType::Number) if s.parse::<f64>().is_ok() => {
            format!("write `{s}` without quotes")
        }
        (serde_json::Value::String(s), JsonType::Boolean) if s == "true" || s == "false" => {
            format!("write `{s}` without quotes")
        }
        (serde_json::Value::Number(_) | serde_json::Value::Bool(_), JsonType::String) => {
            format!("put it in double quotes: `\"{value}\"`")
        }
        _ => format!("write {}", type_name(wanted)),
    }
}

fn found_type(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "a mapping",
    }
}

fn type_name(wanted: JsonType) -> &'static str {
    match wanted {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "a list",
        JsonType::Object => "a mapping",
    }
}

/// A value in a message: short, and without its content where it is large.
fn short(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(_) => "a mapping".to_owned(),
        serde_json::Value::Array(_) => "a list".to_owned(),
        serde_json::Value::String(s) if s.chars().count() > 60 => {
            format!("`{}…`", s.chars().take(60).collect::<String>().replace('\n', " "))
        }
        serde_json::Value::String(s) => format!("`{s}`"),
        other => format!("`{other}`"),
    }
}
