//! One record of comma-separated values, read the way Go's `encoding/csv` reads it.
//!
//! Argo CD sets `TrimLeadingSpace` and leaves the rest alone (Argo CD 3.x, `util/rbac` loadPolicyLine): a quote
//! inside a bare field is an error, and so is anything but a comma after the closing quote, even a blank.

use std::ops::Range;

/// One field: its text without quotes, and the bytes of the line that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub text: String,
    pub range: Range<usize>,
}

/// What is wrong with the quotes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// One stands inside a field that does not start with one.
    Inside,
    /// Text follows a closing one.
    NotLast,
    /// One is never closed.
    Open,
}

/// Why a line is no record, and at which bytes of it.
pub(super) type CsvFault = (Quotes, Range<usize>);

/// Reads a line that has no line feed. An empty line has one empty field.
pub(super) fn record(line: &str) -> Result<Vec<Field>, CsvFault> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        let start = at + (rest.len() - rest.trim_start().len());
        let rest = line.get(start..).unwrap_or_default();
        let (text, end) =
            if rest.starts_with('"') { quoted(line, start)? } else { (bare(rest, start)?, start + width(rest)) };
        fields.push(Field { text, range: start..end });
        if line.as_bytes().get(end) != Some(&b',') {
            return Ok(fields);
        }
        at = end + 1;
    }
}

/// Bytes up to the next comma, or all.
fn width(rest: &str) -> usize {
    rest.find(',').unwrap_or(rest.len())
}

fn bare(rest: &str, start: usize) -> Result<String, CsvFault> {
    let text = rest.get(..width(rest)).unwrap_or_default();
    match text.find('"') {
        Some(quote) => Err((Quotes::Inside, start + quote..start + quote + 1)),
        None => Ok(text.to_owned()),
    }
}

/// A field that starts with a quote at `start`: its text, and where it ends.
fn quoted(line: &str, start: usize) -> Result<(String, usize), CsvFault> {
    let mut text = String::new();
    let mut at = start + 1;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        let Some(quote) = rest.find('"') else {
            return Err((Quotes::Open, start..line.len()));
        };
        text.push_str(rest.get(..quote).unwrap_or_default());
        at += quote + 1;
        match line.as_bytes().get(at) {
            None | Some(b',') => return Ok((text, at)),
            Some(b'"') => {
                text.push('"');
                at += 1;
            }
            Some(_) => {
                let rest = line.get(at..).unwrap_or_default();
                return Err((Quotes::NotLast, at..at + width(rest)));
            }
        }
    }
}
