//! Values, edits and counts in words.

use std::collections::BTreeMap;

use super::outline::Block;
use crate::base::json::to_json;
use crate::base::lines::{Line, lines};
use crate::base::{Kind, Value};
use crate::model::changes::{Change, Changes, Class, Edit, EditKind, Place, Step, Subject, What};

/// Longest value on one line, in characters.
const LONGEST: usize = 160;
/// Most lines of one text.
const MOST_LINES: usize = 60;

/// An edit as it is told.
#[derive(Debug)]
pub enum Told {
    /// On one line: as it was and as it is.
    Values(Option<String>, Option<String>),
    /// Texts of several lines: the lines that differ, and how many were left out.
    Lines(Vec<Line>, usize),
    /// Another order.
    Order(String, String),
    /// A secret, which is not shown.
    Hidden,
}

/// An edit in words.
#[must_use]
pub fn told(edit: &Edit) -> Told {
    let text = |value: &Option<Value>| value.as_ref().map(one_line);
    match (edit.kind, &edit.before, &edit.after) {
        (EditKind::Order, before, after) => Told::Order(order(before.as_ref()), order(after.as_ref())),
        (_, Some(a), Some(b)) if edit.masked && a == b => Told::Hidden,
        (_, Some(a), Some(b)) => match (a.as_str(), b.as_str()) {
            (Some(a), Some(b)) if a.trim_end().contains('\n') || b.trim_end().contains('\n') => {
                let mut lines = lines(a, b, 2);
                let more = lines.len().saturating_sub(MOST_LINES);
                lines.truncate(MOST_LINES);
                Told::Lines(lines, more)
            }
            _ => Told::Values(Some(one_line(a)), Some(one_line(b))),
        },
        _ => Told::Values(text(&edit.before), text(&edit.after)),
    }
}

fn order(value: Option<&Value>) -> String {
    let items = value.and_then(Value::as_list).unwrap_or_default();
    shortened(&items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
}

/// A value on one line: a text as it is, anything else as JSON; without its end where it is long.
#[must_use]
pub fn one_line(value: &Value) -> String {
    match &value.kind {
        Kind::Str(text) if !text.is_empty() && !text.contains('\n') && text.trim() == &**text => shortened(text),
        Kind::Float(n) => n.to_string(),
        _ => shortened(&to_json(value).to_string()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => {
            let more = text.chars().count() - LONGEST;
            format!("{}… ({more} more characters)", text.get(..end).unwrap_or_default())
        }
    }
}

/// `1 object`, `2 objects`.
#[must_use]
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// All counts in one line: `37 changed, 1 removed; 38 of 120 files differ; 2 cosmetic`.
#[must_use]
pub fn summary(changes: &Changes) -> String {
    let counts = &changes.counts;
    if changes.is_empty() {
        return format!("no changes in {}", count(counts.files, "file"));
    }
    let of: Vec<String> = counts.of.iter().map(|(what, n)| format!("{n} {}", what.name())).collect();
    let real = if of.is_empty() { "nothing that matters".to_owned() } else { of.join(", ") };
    let verb = if counts.files_differ == 1 { "differs" } else { "differ" };
    let cosmetic = if counts.cosmetic == 0 { String::new() } else { format!("; {} cosmetic", counts.cosmetic) };
    format!("{real}; {} of {} {verb}{cosmetic}", counts.files_differ, count(counts.files, "file"))
}

/// The classes that there are, the gravest first, with how many changes have them. Cosmetic ones are left out.
#[must_use]
pub fn classes(changes: &Changes) -> Vec<(Class, usize)> {
    let of: &BTreeMap<Class, usize> = &changes.counts.classes;
    of.iter().rev().filter(|(class, _)| **class != Class::Cosmetic).map(|(class, n)| (*class, *n)).collect()
}

/// What a change is about: `Kind namespace/name`, with the old name where it has a new one.
#[must_use]
pub fn label(change: &Change) -> String {
    let of = |subject: Option<&Subject>| subject.map(Subject::label).unwrap_or_default();
    match change.what {
        What::Renamed => format!("{} -> {}", of(change.before.as_ref()), of(change.after.as_ref())),
        _ => of(change.subject()),
    }
}

/// The file of a change, with the old one where it moved.
#[must_use]
pub fn path(change: &Change) -> String {
    match (&change.before, &change.after) {
        (Some(old), Some(new)) if old.path != new.path => format!("{} -> {}", old.path, new.path),
        _ => change.path().to_owned(),
    }
}

/// What several changes are: `37 Applications`, `3 objects`.
#[must_use]
pub fn members(changes: &[&Change]) -> String {
    let kind =
        |change: &&Change| change.subject().and_then(|s| s.object.as_ref()).map(|object| object.kind.to_string());
    let first = changes.first().and_then(kind);
    let same = changes.iter().all(|change| kind(change) == first);
    let word = match (same, first) {
        (true, Some(kind)) if kind.ends_with('y') && !kind.ends_with("ey") => {
            return format!("{} {}ies", changes.len(), kind.trim_end_matches('y'));
        }
        (true, Some(kind)) if kind.ends_with('s') => return format!("{} {kind}es", changes.len()),
        (true, Some(kind)) => kind,
        (true, None) => "file".to_owned(),
        (false, _) => "object".to_owned(),
    };
    count(changes.len(), &word)
}

/// The head of what several changes share: `the same in 37 Applications`, `3 ConfigMaps removed`.
#[must_use]
pub fn head(block: &Block) -> String {
    let members = members(&block.members);
    match (block.edits.is_empty(), block.what) {
        (false, What::Changed) => format!("the same in {members}"),
        (false, what) => format!("the same in {members} {}", what.name()),
        (true, what) => format!("{members} {}", what.name()),
    }
}

/// The place of an edit. That of an item that is a text is the place of its list: the text itself is told anyway.
#[must_use]
pub fn place(edit: &Edit) -> String {
    let mut steps = edit.place.0.clone();
    let text = edit.before.as_ref().or(edit.after.as_ref()).and_then(Value::as_str);
    if let Some(Step::Item(label)) = steps.last()
        && text == Some(label)
    {
        steps.pop();
    }
    let place = Place(steps).to_string();
    match place.trim_end_matches([' ', ':']) {
        "" => "content".to_owned(),
        place => place.to_owned(),
    }
}

/// The sign of what happened.
#[must_use]
pub fn sign(what: What) -> char {
    match what {
        What::Added => '+',
        What::Removed => '-',
        What::Changed => '~',
        What::Moved | What::Renamed => '>',
    }
}
