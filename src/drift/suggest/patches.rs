//! Patches that make objects what they were edited to be.

use super::{list, mapping};
use crate::base::patch::{apply_merge, apply_operations, operations};
use crate::base::{Kind, Map, Value};
use crate::drift::edits::Edited;
use crate::model::tree::TreeFile;

/// Patches of all of the objects of a file; nothing where one of them can't be patched.
pub(super) fn of(file: &TreeFile, objects: &[Edited]) -> Option<Vec<Value>> {
    let known = |object: &Edited| {
        let name = object.rendered.get("metadata").and_then(|m| m.str_at("name"));
        let kind = object.rendered.str_at("kind");
        kind.is_some() && file.objects.iter().any(|o| Some(&*o.name) == name && Some(&*o.kind) == kind)
    };
    objects.iter().map(|object| known(object).then(|| patch(object)).flatten()).collect()
}

/// A patch of one object.
pub(super) fn patch(object: &Edited) -> Option<Value> {
    let mut target = Map::new();
    target.set("kind", Value::from(object.rendered.str_at("kind")?));
    for key in ["name", "namespace"] {
        if let Some(text) = object.rendered.get("metadata").and_then(|m| m.str_at(key)) {
            target.set(key, Value::from(text));
        }
    }
    let target = Value::from(target);
    let merged = merge(&object.rendered, &object.edited, Lists::Refused);
    let merged = merged.filter(|merge| apply_merge(&object.rendered, merge) == object.edited);
    if let Some(merge) = merged {
        return Some(mapping([("target", target), ("merge", merge)]));
    }
    let ops = operations(&object.rendered, &object.edited);
    let whole = apply_operations(&object.rendered, &ops).is_ok_and(|new| new == object.edited);
    whole.then(|| mapping([("target", target), ("ops", list(ops))]))
}

/// What becomes of lists in a merge patch, which can only replace them as a whole.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lists {
    /// There is no patch where one changed.
    Refused,
    /// They are replaced.
    Replaced,
}

/// An RFC 7396 patch; nothing where a value is null, which would take its key out.
pub(super) fn merge(from: &Value, to: &Value, lists: Lists) -> Option<Value> {
    let (Some(old), Some(new)) = (from.as_map(), to.as_map()) else {
        let is_list = |value: &Value| matches!(value.kind, Kind::List(_));
        let refused = lists == Lists::Refused && (is_list(to) || is_list(from));
        return (!refused && !holds_null(to)).then(|| to.clone());
    };
    let mut patch = Map::new();
    for entry in old.iter().filter(|entry| !new.contains(&entry.key)) {
        patch.set(&*entry.key, Value::default());
    }
    for entry in new {
        match old.get(&entry.key) {
            Some(same) if *same == entry.value => {}
            Some(other) => patch.set(&*entry.key, merge(other, &entry.value, lists)?),
            None if holds_null(&entry.value) => return None,
            None => patch.set(&*entry.key, entry.value.clone()),
        }
    }
    Some(Value::from(patch))
}

fn holds_null(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::Map(map) => map.iter().any(|entry| holds_null(&entry.value)),
        Kind::List(_) | Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) | Kind::Str(_) => false,
    }
}
