//! Covers secrets in what is handed on, so that no report can show one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::compare;
use crate::base::secrecy::{self, in_line, shapes};
use crate::base::{Entry, Kind, Map, Span, Value};
use crate::model::changes::{Edit, Place, Step};
use crate::yaml;

/// What stands in the place of a secret.
pub const COVER: &str = "••••••";
/// How many documents may stand inside each other.
const DEEPEST: usize = 2;
/// Shortest secret that is looked for in lines of text, in bytes.
const SHORTEST: usize = 4;

/// Covers the secrets of an edit. One that was masked already is of the content of a Secret.
pub fn edit(edit: &mut Edit) {
    let mut cover = Cover { all: edit.masked, ..Cover::default() };
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

/// The documents of a text as it is to be shown: the text itself, with its secrets covered; the documents with theirs covered
/// where one is a Secret, or where the text spells a secret in a way in which it can't be found.
#[must_use]
pub fn shown(text: &str, documents: &[&Value]) -> String {
    let mut cover = Cover::default();
    let of = |document: &&Value| cover.value(document, None).unwrap_or_else(|| (*document).clone());
    let covered: Vec<Value> = documents.iter().map(of).collect();
    if !cover.of_secret && findable(text, &cover.texts) {
        return self::text(text, &cover.texts);
    }
    let mut out = String::new();
    yaml::write_all(&mut out, &covered);
    self::text(&out, &BTreeSet::new())
}

/// Whether each line of each secret can be found in a text.
fn findable(text: &str, secrets: &BTreeSet<String>) -> bool {
    secrets.iter().flat_map(|secret| lines_of(secret)).all(|line| text.contains(line))
}

/// The lines of a secret that are looked for. Shorter ones are found by the key that stands before them.
fn lines_of(secret: &str) -> impl Iterator<Item = &str> {
    secret.lines().map(str::trim).filter(|line| line.len() >= SHORTEST)
}

/// A text with the secrets in its lines covered, and those that were found elsewhere.
#[must_use]
pub fn text(text: &str, secrets: &BTreeSet<String>) -> String {
    let mut parts: Vec<&str> = secrets.iter().flat_map(|secret| lines_of(secret)).collect();
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

#[derive(Default)]
struct Cover {
    /// Whether every scalar is a secret.
    all: bool,
    found: bool,
    /// Whether a Secret was among it.
    of_secret: bool,
    /// How many texts this document stands in.
    depth: usize,
    texts: BTreeSet<String>,
}

impl Cover {
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
        let outer = self.all;
        for entry in map {
            let name = if &*entry.key == "value" { pair.as_deref().unwrap_or("value") } else { &*entry.key };
            self.all = outer || compare::holds_secrets(map, &entry.key);
            self.of_secret |= self.all;
            if let Some(covered) = self.value(&entry.value, Some(name)) {
                out.put(Entry { value: covered, ..entry.clone() });
                changed = true;
            }
        }
        self.all = outer;
        changed.then(|| Value::from(out))
    }

    fn string(&mut self, text: &Arc<str>, name: Option<&str>) -> Option<Value> {
        if self.all || Cover::named(name, text) {
            return Some(self.hide(text));
        }
        let Some(inner) = self.inside(text) else { return Some(self.hide(text)) };
        let covered = self::text(text, &inner);
        self.texts.extend(inner);
        self.found |= covered != **text;
        (covered != **text).then(|| Value::from(covered))
    }

    /// The secrets of documents that stand in a text; nothing where all of it has to be covered.
    fn inside(&self, text: &str) -> Option<BTreeSet<String>> {
        if self.depth == DEEPEST || !(secrecy::mentions(text) || text.contains("Secret")) {
            return Some(BTreeSet::new());
        }
        let mut inner = Cover { depth: self.depth + 1, ..Cover::default() };
        let documents = yaml::read_embedded(text, Span::NONE).unwrap_or_default();
        documents.iter().filter(|document| document.as_str().is_none()).for_each(|d| drop(inner.value(d, None)));
        (!inner.of_secret && findable(text, &inner.texts)).then_some(inner.texts)
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
