//! Files of objects, in which the line between two objects may be missing.

use super::{Limits, codes, read, read_text};
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::source::{FileId, SourceFile, SourceMap};

/// Reads all documents of a file of objects, as [`read`] does. Two objects without a line `---` between them are read
/// as the two that they are meant to be, and reported.
pub fn read_objects(sources: &SourceMap, id: FileId, bag: &mut Bag, limits: &Limits) -> Vec<Value> {
    let Some(file) = sources.file(id) else { return Vec::new() };
    let starts = joined(&file.text);
    if starts.is_empty() {
        return read(sources, id, bag, limits);
    }
    for start in &starts {
        let end =
            file.text.get(*start..).and_then(|rest| rest.find(['\n', '\r'])).map_or(file.text.len(), |n| start + n);
        let message = "a second object begins here in the same document, so most readers keep only this one";
        let help = "put a line `---` before this one";
        bag.push(Finding::error(&codes::MISSING_DOCUMENT_SEPARATOR, file.span(*start, end), message, help));
    }
    let ends: Vec<usize> = starts.iter().copied().chain([file.text.len()]).collect();
    let begins = std::iter::once(0).chain(starts);
    begins
        .zip(ends)
        .filter_map(|(begin, end)| only(file, begin, end))
        .flat_map(|f| read_text(&f, bag, limits))
        .collect()
}

/// A file of which only a part is left, at its place.
fn only(file: &SourceFile, begin: usize, end: usize) -> Option<SourceFile> {
    let keep = |(at, byte): (usize, u8)| if (begin..end).contains(&at) || byte == b'\n' { byte } else { b' ' };
    let bytes: Vec<u8> = file.text.bytes().enumerate().map(keep).collect();
    file.with_text(String::from_utf8(bytes).ok()?)
}

/// Where a second object begins in one document: at a second `apiVersion` of its own, or a `kind` right before that.
fn joined(text: &str) -> Vec<usize> {
    let mut out = Vec::new();
    let (mut seen, mut at) = (false, 0);
    let mut before: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            seen = false;
        }
        if line.starts_with("apiVersion:") {
            if seen {
                out.push(before.unwrap_or(at));
            }
            seen = true;
        }
        before = line.starts_with("kind:").then_some(at);
        at += line.len();
    }
    out
}
