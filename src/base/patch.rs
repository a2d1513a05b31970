//! Patches of value trees: RFC 6902 and RFC 7396, by the `json-patch` library.
//!
//! The library works on its own tree, so places are put back afterwards: what a patch left alone
//! keeps its place, what it brought takes the place in the patch.

use serde_json::Value as Json;

use super::json::{from_json, to_json};
use super::{Kind, Span, Value};

/// Why a patch could not be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchFault {
    /// Which operation failed, counted from 0; `None` when the patch as a whole is at fault.
    pub operation: Option<usize>,
    /// What went wrong.
    pub reason: String,
    /// Whether the operation can't even be read.
    pub malformed: bool,
}

/// Applies RFC 6902 operations.
///
/// # Errors
/// When the operations are malformed or one of them does not apply; nothing is changed then.
pub fn apply_operations(value: &Value, operations: &[Value]) -> Result<Value, PatchFault> {
    let read = |(i, op): (usize, &Value)| {
        serde_json::from_value::<json_patch::PatchOperation>(to_json(op)).map_err(|e| {
            let reason = format!("this is no RFC 6902 operation: {e}");
            PatchFault { operation: Some(i), reason, malformed: true }
        })
    };
    let patch = json_patch::Patch(operations.iter().enumerate().map(read).collect::<Result<_, _>>()?);
    let mut json = to_json(value);
    json_patch::patch(&mut json, &patch).map_err(|e| PatchFault {
        operation: Some(e.operation),
        reason: format!("{} at `{}`", reason(&e.kind), e.path),
        malformed: false,
    })?;
    let brought: Vec<&Value> = operations.iter().filter_map(|op| op.get("value")).collect();
    let place = operations.first().map_or(Span::NONE, |op| op.span);
    Ok(respan(&json, Some(value), &brought, place))
}

/// RFC 6902 operations that make `to` of `from`; empty when they are equal.
#[must_use]
pub fn operations(from: &Value, to: &Value) -> Vec<Value> {
    let operations = json_patch::diff(&to_json(from), &to_json(to));
    let value = serde_json::to_value(operations).map(|json| from_json(&json));
    value.ok().and_then(|value| value.as_list().map(<[Value]>::to_vec)).unwrap_or_default()
}

fn reason(kind: &json_patch::PatchErrorKind) -> &'static str {
    match kind {
        json_patch::PatchErrorKind::TestFailed => "the test fails",
        json_patch::PatchErrorKind::InvalidFromPointer => "there is nothing at `from`",
        json_patch::PatchErrorKind::CannotMoveInsideItself => "a value can't be moved into itself",
        _ => "there is nothing",
    }
}

/// Applies an RFC 7396 merge patch.
#[must_use]
pub fn apply_merge(value: &Value, patch: &Value) -> Value {
    let mut json = to_json(value);
    json_patch::merge(&mut json, &to_json(patch));
    respan(&json, Some(value), &[patch], patch.span)
}

/// A value that a tool made of `old` and `brought` values, with their places; at `place` where it has none of them.
#[must_use]
pub fn placed(value: &Value, old: Option<&Value>, brought: &[&Value], place: Span) -> Value {
    respan(&to_json(value), old, brought, place)
}

/// `json` as a value, with the places of `old` where it is the same, and those of `brought` values
/// where it came from them.
fn respan(json: &Json, old: Option<&Value>, brought: &[&Value], place: Span) -> Value {
    let fresh = from_json(json);
    if let Some(old) = old.filter(|old| **old == fresh) {
        return old.clone();
    }
    if let Some(found) = brought.iter().find(|b| ***b == fresh) {
        return (*found).clone();
    }
    let kind = match json {
        Json::Object(map) => Kind::Map(std::sync::Arc::new(
            in_old_order(map, old)
                .map(|(key, item)| {
                    let inner: Vec<&Value> =
                        brought.iter().filter_map(|b| b.get(key)).chain(brought.iter().copied()).collect();
                    (key, respan(item, old.and_then(|o| o.get(key)), &inner, place))
                })
                .collect(),
        )),
        Json::Array(items) => {
            let olds = old.and_then(Value::as_list).unwrap_or_default();
            let same = |json: &Json| olds.iter().find(|o| to_json(o) == *json);
            let item = |(i, json): (usize, &Json)| respan(json, same(json).or(olds.get(i)), brought, place);
            Kind::List(std::sync::Arc::new(items.iter().enumerate().map(item).collect()))
        }
        _ => fresh.kind,
    };
    let span = match old.filter(|o| o.type_name() == fresh_type(json)) {
        Some(old) if json.is_object() || json.is_array() => old.span,
        _ => place,
    };
    Value { kind, span }
}

/// The entries in the order they had before, new ones last: taking one out of a JSON map moves another.
fn in_old_order<'j>(
    map: &'j serde_json::Map<String, Json>,
    old: Option<&'j Value>,
) -> impl Iterator<Item = (&'j str, &'j Json)> {
    let known = old.and_then(Value::as_map);
    let before = known.into_iter().flat_map(super::Map::keys).filter_map(|key| map.get_key_value(key));
    let new = map.iter().filter(move |(key, _)| known.is_none_or(|known| !known.contains(key)));
    before.chain(new).map(|(key, item)| (key.as_str(), item))
}

fn fresh_type(json: &Json) -> &'static str {
    match json {
        Json::Object(_) => "a mapping",
        Json::Array(_) => "a list",
        _ => "",
    }
}
