//! Objects behind templates that nobody quoted: `name: {{ app }}` is no YAML that can be used, but what else is wrong
//! with the object can still be said.

use std::ops::Range;
use std::sync::Arc;

use crate::base::{Entry, Kind, Map, Span, Value};
use crate::diag::Bag;
use crate::source::{FileId, SourceFile, SourceMap};
use crate::yaml;

/// The objects of a file that has faults: `docs` are those that could be read, and the others come of a reading in which
/// templates count as text. What that reading finds is known already.
pub fn objects(sources: &SourceMap, id: FileId, docs: Vec<Value>, limits: &yaml::Limits) -> Vec<Value> {
    let Some(file) = sources.file(id) else { return docs };
    let open = unquoted(&file.text);
    if open.is_empty() {
        return docs;
    }
    let mut bytes = file.text.clone().into_bytes();
    for range in &open {
        // A text of letters only, of the same length.
        bytes.get_mut(range.clone()).into_iter().flatten().for_each(|byte| *byte = b'x');
    }
    let repaired = String::from_utf8(bytes).ok().and_then(|text| file.with_text(text));
    let mut bag = Bag::new();
    let read = repaired.map(|file| yaml::read_text(&file, &mut bag, limits)).unwrap_or_default();
    match bag.errors() {
        0 => read.iter().map(|value| restored(value, file, &open)).collect(),
        _ => docs,
    }
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
