//! The canonical writer: block style, two spaces, keys in the order given, line feeds, no folding.
//!
//! The hot path of a render. It allocates nothing but what `out` grows by.

use std::fmt::Write as _;

use super::quote::{Found, one_line};
use crate::base::{Entry, Kind, Map, Value};

const STEP: usize = 2;
/// Readers look no further than 1,024 characters for the colon of a key.
const LONGEST_KEY: usize = 1000;

/// Writes one document, with a final line feed. The same value always gives the same bytes.
pub fn write(out: &mut String, value: &Value) {
    match &value.kind {
        Kind::Map(map) if !map.is_empty() => entries(out, map, 0),
        Kind::List(list) if !list.is_empty() => items(out, list, 0),
        _ => leaf(out, value, 0),
    }
}

/// Writes several documents, with `---` between them.
pub fn write_all<'v>(out: &mut String, docs: impl IntoIterator<Item = &'v Value>) {
    for (i, doc) in docs.into_iter().enumerate() {
        if i > 0 {
            out.push_str("---\n");
        }
        write(out, doc);
    }
}

/// The entries of a mapping whose first line is already indented.
fn entries(out: &mut String, map: &Map, indent: usize) {
    for (i, entry) in map.iter().enumerate() {
        if i > 0 {
            spaces(out, indent);
        }
        one_entry(out, entry, indent);
    }
}

fn one_entry(out: &mut String, entry: &Entry, indent: usize) {
    let start = out.len();
    one_line(out, &entry.key, Found::scan(&entry.key));
    if out.len() - start > LONGEST_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        spaces(out, indent);
        out.push_str(": ");
        return inline(out, &entry.value, indent);
    }
    out.push(':');
    match &entry.value.kind {
        Kind::Map(map) if !map.is_empty() => {
            out.push('\n');
            spaces(out, indent + STEP);
            entries(out, map, indent + STEP);
        }
        Kind::List(list) if !list.is_empty() => {
            out.push('\n');
            spaces(out, indent + STEP);
            items(out, list, indent + STEP);
        }
        _ => {
            out.push(' ');
            leaf(out, &entry.value, indent + STEP);
        }
    }
}

/// The items of a list whose first line is already indented.
fn items(out: &mut String, list: &[Value], indent: usize) {
    for (i, item) in list.iter().enumerate() {
        if i > 0 {
            spaces(out, indent);
        }
        out.push_str("- ");
        inline(out, item, indent);
    }
}

/// A value behind an indicator of two columns that stands at `indent`.
fn inline(out: &mut String, value: &Value, indent: usize) {
    match &value.kind {
        Kind::Map(map) if !map.is_empty() => entries(out, map, indent + STEP),
        Kind::List(list) if !list.is_empty() => items(out, list, indent + STEP),
        _ => leaf(out, value, indent + STEP),
    }
}

/// A scalar or an empty collection, to the end of its line. `indent` is where further lines start.
fn leaf(out: &mut String, value: &Value, indent: usize) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        // Writing to a string can't fail.
        Kind::Int(n) => _ = write!(out, "{n}"),
        Kind::UInt(n) => _ = write!(out, "{n}"),
        Kind::Float(n) => float(out, *n),
        Kind::Str(text) => return string(out, text, indent.max(STEP)),
        Kind::List(_) => out.push_str("[]"),
        Kind::Map(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// The shortest text that gives the same number back. `PyYAML` takes it for a number only with a dot,
/// and with a sign in the exponent.
fn float(out: &mut String, n: f64) {
    if n.is_nan() {
        return out.push_str(".nan");
    }
    if n.is_infinite() {
        return out.push_str(if n > 0.0 { ".inf" } else { "-.inf" });
    }
    let start = out.len();
    _ = write!(out, "{n:?}");
    let Some(e) = out.get(start..).and_then(|t| t.find('e')).map(|i| start + i) else { return };
    if out.get(e + 1..).is_some_and(|t| !t.starts_with('-')) {
        out.insert(e + 1, '+');
    }
    if out.get(start..e).is_some_and(|t| !t.contains('.')) {
        out.insert_str(e, ".0");
    }
}

fn string(out: &mut String, text: &str, indent: usize) {
    let found = Found::scan(text);
    if found.multi_line() && found.printable() && fits_block(text) {
        return block(out, text, indent);
    }
    one_line(out, text, found);
    out.push('\n');
}

/// Whether a text of several lines can be a literal block that every reader, and every editor that
/// trims blank lines, leaves alone.
fn fits_block(text: &str) -> bool {
    let Some(first) = text.split('\n').find(|line| !line.is_empty()) else { return false };
    let blank = |line: &str| !line.is_empty() && line.bytes().all(|b| b == b' ' || b == b'\t');
    !first.starts_with('\t') && !text.split('\n').any(blank)
}

fn block(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.trim_start_matches('\n').starts_with(' ') {
        out.push('2');
    }
    let body = text.strip_suffix('\n');
    match body {
        None => out.push('-'),
        Some(body) if body.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    out.push('\n');
    for line in body.unwrap_or(text).split('\n') {
        if !line.is_empty() {
            spaces(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn spaces(out: &mut String, n: usize) {
    const BLANK: &str = "                                                                ";
    match BLANK.get(..n) {
        Some(blank) => out.push_str(blank),
        None => out.extend(std::iter::repeat_n(' ', n)),
    }
}
