//! Objects of files with faults: `name: {{ app }}` is no YAML that can be used, and one line may not fit the others, but
//! what else is wrong with the object can still be said.

use std::ops::Range;
use std::sync::Arc;

use crate::base::{Entry, Kind, Map, Span, Value};
use crate::diag::{Bag, Finding, Label, Place};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::yaml;

/// The objects of a file that has faults, where a reading in which templates count as text finds no others. What that
/// reading finds is known already.
pub fn objects(sources: &SourceMap, id: FileId, limits: &yaml::Limits) -> Option<Vec<Value>> {
    let file = sources.file(id)?;
    let open = unquoted(&file.text);
    if open.is_empty() {
        return None;
    }
    let mut bytes = file.text.clone().into_bytes();
    for range in &open {
        // A text of letters only, of the same length.
        bytes.get_mut(range.clone()).into_iter().flatten().for_each(|byte| *byte = b'x');
    }
    let repaired = file.with_text(String::from_utf8(bytes).ok()?)?;
    let mut bag = Bag::new();
    let read = yaml::read_text(&repaired, &mut bag, limits);
    (bag.errors() == 0).then(|| read.iter().map(|value| restored(value, file, &open)).collect())
}

/// The objects of a file that ends in one fault of syntax, as they are without the lines that do not fit, and where these
/// stand: whatever is said about the part that they were to belong to may be wrong. `found` are the findings of the file.
pub fn without_fault(
    sources: &SourceMap,
    id: FileId,
    found: &Bag,
    limits: &yaml::Limits,
) -> Option<(Vec<Value>, Span)> {
    let file = sources.file(id)?;
    let [Finding { code, primary: Label { place: Place::Span(at), .. }, .. }] = found.findings() else { return None };
    let line = file.line_of(file.range(*at).0);
    let (start, depth) = (file.line_range(line)?.0, indent(file, line)?);
    let lines = file.text.lines().count();
    let last = (line + 1..=lines).find(|n| indent(file, *n).is_some_and(|i| i < depth));
    let end = last.and_then(|n| Some(file.line_range(n)?.0)).unwrap_or(file.text.len());
    // The lines of the part that they were to belong to begin below the last line that is less indented.
    let outer = (1..line).rev().find(|n| indent(file, *n).is_some_and(|i| i < depth))?;
    let mut bytes = file.text.clone().into_bytes();
    let cut = bytes.get_mut(start..end)?;
    cut.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    let mut bag = Bag::new();
    let docs = yaml::read_text(&file.with_text(String::from_utf8(bytes).ok()?)?, &mut bag, limits);
    let clean = code.id == yaml::SYNTAX.id && bag.errors() == 0;
    clean.then(|| (docs, file.span(file.line_range(outer + 1).map_or(start, |(lo, _)| lo), end)))
}

/// How far a line is indented; nothing for one without content.
fn indent(file: &SourceFile, line: usize) -> Option<usize> {
    let (lo, hi) = file.line_range(line)?;
    let text = file.text.get(lo..hi)?;
    let content = text.trim_start_matches(' ');
    (!content.trim().is_empty() && !content.starts_with('#')).then(|| text.len() - content.len())
}

/// Where templates stand at the beginning of a value, without quotes: from `{{` to `}}`.
fn unquoted(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let value = line.find(": {{").map(|n| n + 2).or_else(|| line.find("- {{").map(|n| n + 2));
        let range = value.and_then(|start| Some(at + start..at + start + line.get(start..)?.rfind("}}")? + 2));
        out.extend(range.filter(|r| !text.get(r.clone()).is_some_and(|t| t.contains(['"', '\'', '#']))));
        at += line.len();
    }
    out
}

/// The value with the text that really stands there.
fn restored(value: &Value, file: &SourceFile, open: &[Range<usize>]) -> Value {
    let kind = match &value.kind {
        Kind::Str(_) => return text(value, file, open),
        Kind::List(items) => Kind::List(Arc::new(items.iter().map(|v| restored(v, file, open)).collect())),
        Kind::Map(map) => {
            let entry = |e: &Entry| Entry { value: restored(&e.value, file, open), ..e.clone() };
            Kind::Map(Arc::new(Map::from_unique(map.iter().map(entry).collect())))
        }
        other => other.clone(),
    };
    Value { kind, span: value.span }
}

fn text(value: &Value, file: &SourceFile, open: &[Range<usize>]) -> Value {
    if value.span == Span::NONE {
        return value.clone();
    }
    let (lo, hi) = file.range(value.span);
    let touched = open.binary_search_by(|range| range.start.cmp(&lo)).is_ok();
    match file.text.get(lo..hi).filter(|_| touched) {
        Some(written) => Value::from(written).at(value.span),
        None => value.clone(),
    }
}
