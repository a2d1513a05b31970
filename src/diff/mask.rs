//! Covers secrets in what is handed on, so that no report can show one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::secrecy::{self, in_line, shapes};
use crate::base::{Entry, Kind, Map, Value};
use crate::model::changes::{Edit, Place, Step};
use crate::model::document::Identity;

/// What stands in the place of a secret.
pub const COVER: &str = "••••••";
/// Shortest secret that is looked for in lines of text, in bytes.
const SHORTEST: usize = 4;

/// Covers the secrets of an edit.
pub fn edit(edit: &mut Edit, identity: Option<&Identity>) {
    let mut cover = Cover::new(payload(identity, &edit.place));
    let name = name_of(&edit.place);
    for value in [&mut edit.before, &mut edit.after].into_iter().flatten() {
        if let Some(covered) = cover.value(value, name.as_deref()) {
            *value = covered;
        }
    }
    for step in &mut edit.place.0 {
        if let Step::Item(label) = step
            && !shapes(label).is_empty()
        {
            *step = Step::Item(COVER.into());
            cover.found = true;
        }
    }
    edit.masked |= cover.found;
}

/// The object with its secrets covered, and the secrets.
#[must_use]
pub fn object(value: &Value, identity: Option<&Identity>) -> (Value, BTreeSet<String>) {
    let mut cover = Cover::new(false);
    let secret = is_secret(identity);
    let Some(map) = value.as_map() else {
        let covered = cover.value(value, None).unwrap_or_else(|| value.clone());
        return (covered, cover.texts);
    };
    let entry = |entry: &Entry| {
        cover.all = secret && matches!(&*entry.key, "data" | "stringData");
        let value = cover.value(&entry.value, Some(&entry.key)).unwrap_or_else(|| entry.value.clone());
        Entry { value, ..entry.clone() }
    };
    let entries = map.iter().map(entry).collect();
    (Value::from(Map::from_unique(entries)), cover.texts)
}

/// A text with the secrets in its lines covered, and those that were found elsewhere.
#[must_use]
pub fn text(text: &str, secrets: &BTreeSet<String>) -> String {
    let mut parts: Vec<&str> =
        secrets.iter().flat_map(|s| s.lines().map(str::trim)).filter(|s| s.len() >= SHORTEST).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut line = covered_line(line).unwrap_or_else(|| line.to_owned());
        for part in parts.iter().filter(|part| line.contains(**part)).collect::<Vec<_>>() {
            line = line.replace(*part, COVER);
        }
        out.push_str(&line);
    }
    out
}

/// Whether an object is a Secret, whose values are never shown.
#[must_use]
pub fn is_secret(identity: Option<&Identity>) -> bool {
    identity.is_some_and(|identity| identity.group.is_empty() && &*identity.kind == "Secret")
}

fn payload(identity: Option<&Identity>, place: &Place) -> bool {
    is_secret(identity) && place.keys().next().is_some_and(|key| matches!(key, "data" | "stringData"))
}

/// The name that says what a value is: its key, or the name of the item whose `value` it is.
fn name_of(place: &Place) -> Option<String> {
    let last = place.last_key()?;
    let item = place.0.iter().rev().find_map(|step| match step {
        Step::Item(label) => Some(label.to_string()),
        _ => None,
    });
    match last {
        "value" => item.map(|label| label.rsplit('/').next().unwrap_or(&label).to_owned()),
        _ => Some(last.to_owned()),
    }
}

struct Cover {
    /// Whether every scalar is a secret.
    all: bool,
    found: bool,
    texts: BTreeSet<String>,
}

impl Cover {
    fn new(all: bool) -> Cover {
        Cover { all, found: false, texts: BTreeSet::new() }
    }

    /// The value with secrets covered; nothing where there are none. `name` is what its key is called.
    fn value(&mut self, value: &Value, name: Option<&str>) -> Option<Value> {
        match &value.kind {
            Kind::Map(map) => self.map(map),
            Kind::List(items) => {
                let covered: Vec<Option<Value>> = items.iter().map(|item| self.value(item, name)).collect();
                covered.iter().any(Option::is_some).then(|| {
                    covered.into_iter().zip(items.iter()).map(|(new, old)| new.unwrap_or_else(|| old.clone())).collect()
                })
            }
            Kind::Null | Kind::Bool(_) => None,
            Kind::Str(text) => self.string(text, name),
            Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => {
                let number = match value.kind {
                    Kind::Int(n) => n.to_string(),
                    Kind::UInt(n) => n.to_string(),
                    _ => String::new(),
                };
                (self.all || Cover::named(name, &number)).then(|| self.hide(&number))
            }
        }
    }

    fn map(&mut self, map: &Map) -> Option<Value> {
        let pair = map.get("name").and_then(Value::as_str).filter(|_| map.contains("value")).map(str::to_owned);
        let mut out = map.clone();
        let mut changed = false;
        for entry in map {
            let name = if &*entry.key == "value" { pair.as_deref().unwrap_or("value") } else { &*entry.key };
            if let Some(covered) = self.value(&entry.value, Some(name)) {
                out.put(Entry { value: covered, ..entry.clone() });
                changed = true;
            }
        }
        changed.then(|| Value::from(out))
    }

    fn string(&mut self, text: &Arc<str>, name: Option<&str>) -> Option<Value> {
        if self.all || Cover::named(name, text) {
            return Some(self.hide(text));
        }
        let lines: Vec<Option<String>> = text.split_inclusive('\n').map(covered_line).collect();
        if lines.iter().all(Option::is_none) {
            return None;
        }
        self.found = true;
        let whole = text.split_inclusive('\n').zip(lines).map(|(old, new)| new.unwrap_or_else(|| old.to_owned()));
        Some(Value::from(whole.collect::<String>()))
    }

    fn named(name: Option<&str>, text: &str) -> bool {
        let head = name.and_then(|name| secrecy::head(name.rsplit('.').next().unwrap_or(name)));
        !text.is_empty() && head.is_some_and(|head| secrecy::literal(head, text))
    }

    fn hide(&mut self, text: &str) -> Value {
        self.found = true;
        self.texts.insert(text.to_owned());
        Value::from(COVER)
    }
}

/// A line with its secrets covered; nothing where it has none.
fn covered_line(line: &str) -> Option<String> {
    let mut ranges = in_line(line);
    if ranges.is_empty() {
        return None;
    }
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        if range.start < at {
            continue;
        }
        out.push_str(line.get(at..range.start)?);
        out.push_str(COVER);
        at = range.end;
    }
    out.push_str(line.get(at..)?);
    Some(out)
}
