//! What to write into the spec so that an edit of the output stays.

use super::edits::{Edited, Edits};
use crate::base::patch::{apply_merge, apply_operations, operations};
use crate::base::secrecy;
use crate::base::{Kind, Map, Value};
use crate::model::tree::TreeFile;
use crate::yaml;

/// Longer snippets are not shown, in bytes.
const LONGEST: usize = 1500;
const COSMETIC: &str =
    "run `sailplan render`, which writes the file as it was; a formatter is better told to leave the output alone";
const BY_HAND: &str = "make the change in the entry of the spec, or in a template of your own; `sailplan render` overwrites \
                       the file";

/// What helps against an edit of a file.
pub(super) fn help(file: &TreeFile, edits: &Edits) -> String {
    let objects = match edits {
        Edits::Objects(objects) => objects,
        Edits::Cosmetic => return COSMETIC.to_owned(),
        Edits::Other | Edits::Unreadable | Edits::Text => return BY_HAND.to_owned(),
    };
    match overrides(file, objects) {
        Some(snippet) => {
            format!("this in the spec keeps the edit; without it `sailplan render` overwrites it\n{snippet}")
        }
        None => BY_HAND.to_owned(),
    }
}

/// `overrides` that make the objects what they were edited to be; nothing where patches can't say it.
fn overrides(file: &TreeFile, objects: &[Edited]) -> Option<String> {
    let known = |object: &Edited| {
        let name = object.rendered.get("metadata").and_then(|m| m.str_at("name"));
        let kind = object.rendered.str_at("kind").filter(|kind| *kind != "ApplicationSet");
        kind.is_some() && file.objects.iter().any(|o| Some(&*o.name) == name && Some(&*o.kind) == kind)
    };
    let patches = objects.iter().map(|object| known(object).then(|| patch(object)).flatten());
    let patches: Vec<Value> = patches.collect::<Option<_>>()?;
    let mut entry = Map::new();
    if let Some(app) = &file.tags.app {
        entry.set("when", mapping([("app", Value::from(&**app))]));
    }
    entry.set("patches", list(patches));
    let mut text = String::new();
    yaml::write(&mut text, &mapping([("overrides", list(vec![Value::from(entry)]))]));
    // A text with an expression would be evaluated, and one with a secret belongs into a store.
    let fits = text.len() <= LONGEST && !text.contains("${{");
    let secret = text.lines().any(|line| !secrecy::in_line(line).is_empty());
    (fits && !secret).then_some(text)
}

fn patch(object: &Edited) -> Option<Value> {
    let mut target = Map::new();
    target.set("kind", Value::from(object.rendered.str_at("kind")?));
    for key in ["name", "namespace"] {
        if let Some(text) = object.rendered.get("metadata").and_then(|m| m.str_at(key)) {
            target.set(key, Value::from(text));
        }
    }
    let target = Value::from(target);
    let merged = merge(&object.rendered, &object.edited).filter(|m| apply_merge(&object.rendered, m) == object.edited);
    if let Some(merge) = merged {
        return Some(mapping([("target", target), ("merge", merge)]));
    }
    let ops = operations(&object.rendered, &object.edited);
    let whole = apply_operations(&object.rendered, &ops).is_ok_and(|new| new == object.edited);
    whole.then(|| mapping([("target", target), ("ops", list(ops))]))
}

/// An RFC 7396 patch; nothing where a list changed, which it could only replace as a whole, or where a value is null.
fn merge(from: &Value, to: &Value) -> Option<Value> {
    let (Some(old), Some(new)) = (from.as_map(), to.as_map()) else {
        let plain = !matches!(to.kind, Kind::List(_) | Kind::Null) && !matches!(from.kind, Kind::List(_));
        return plain.then(|| to.clone());
    };
    let mut patch = Map::new();
    for entry in old.iter().filter(|entry| !new.contains(&entry.key)) {
        patch.set(&*entry.key, Value::default());
    }
    for entry in new {
        match old.get(&entry.key) {
            Some(same) if *same == entry.value => {}
            Some(other) => patch.set(&*entry.key, merge(other, &entry.value)?),
            None => patch.set(&*entry.key, entry.value.clone()),
        }
    }
    Some(Value::from(patch))
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let mut map = Map::new();
    entries.into_iter().for_each(|(key, value)| map.set(key, value));
    Value::from(map)
}

fn list(items: Vec<Value>) -> Value {
    Value::new(Kind::List(std::sync::Arc::new(items)))
}
