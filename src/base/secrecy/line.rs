//! A line of text that was not, or could not be, parsed.

use std::ops::Range;

use super::{Head, LONGEST_KEY, head, last, literal, shapes};

/// The secrets in a line, in bytes: the values of `key: value` and `"key":"value"`, and whatever has the shape of one. For
/// lines that are shown while nobody knows what they mean, as where a file does not parse.
#[must_use]
pub fn in_line(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = shapes(line).into_iter().map(|shape| shape.range).collect();
    pairs(line, &mut found);
    found
}

fn pairs(line: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(colon) = line.get(at..).and_then(|rest| rest.find(':')).map(|i| at + i) {
        at = colon + 1;
        let (left, right) = (line.get(..colon).unwrap_or_default(), line.get(at..).unwrap_or_default());
        // Without a blank behind it, a colon ends a key only where that is quoted.
        if !(left.ends_with('"') || right.starts_with([' ', '\t'])) {
            continue;
        }
        let Some(head) = key(left) else { continue };
        let start = at + right.len() - right.trim_start().len();
        let value = value(line.get(start..).unwrap_or_default());
        let range = start + value.start..start + value.end;
        at = range.end;
        found.extend(Some(range).filter(|range| literal(head, line.get(range.clone()).unwrap_or_default())));
    }
}

/// What the key at the end of a text says.
fn key(text: &str) -> Option<Head> {
    let near = last(text, LONGEST_KEY).trim_end();
    let start = near.rfind(['{', '[', ',', ' ', '\t']).map_or(0, |i| i + 1);
    head(near.get(start..)?.trim_matches(['"', '\'', '-', '\\']))
}

/// The scalar at the beginning of a text, without quotes; nothing where another node begins, or a block that follows.
fn value(text: &str) -> Range<usize> {
    match text.chars().next() {
        None | Some('{' | '[' | '*' | '&' | '|' | '>' | '!' | '#') => 0..0,
        Some(quote @ ('"' | '\'')) => 1..quoted(text, quote),
        Some(_) => {
            let comment = text.find(" #").unwrap_or(text.len());
            let end = text.find([',', '}']).unwrap_or(text.len()).min(comment);
            0..text.get(..end).map_or(0, |text| text.trim_end().len())
        }
    }
}

/// Where a quoted text ends: at its quote, but for one that stands behind `\`, or twice in single quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((i, c)) = rest.next() {
        let next = rest.peek().map(|(_, next)| *next);
        match (c, quote, next) {
            ('\\', '"', _) | ('\'', '\'', Some('\'')) => drop(rest.next()),
            _ if c == quote => return i,
            _ => {}
        }
    }
    text.len()
}
