//! A line of text that was not, or could not be, parsed.

use std::ops::Range;

use super::{head, literal, shapes};

/// The secrets in a line, in bytes: the value of `key: value`, and whatever has the shape of one. For
/// lines that are shown while nobody knows what they mean, as where a file does not parse.
#[must_use]
pub fn in_line(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = shapes(line).into_iter().map(|shape| shape.range).collect();
    found.extend(pair(line));
    found
}

fn pair(line: &str) -> Option<Range<usize>> {
    let colon = line.find(": ")?;
    let (left, right) = line.split_at(colon);
    let start = left.rfind(['{', ',', ' ', '\t']).map_or(0, |i| i + 1);
    let key = left.get(start..)?.trim_matches(['"', '\'', '-']);
    let head = head(key)?;
    let value = right.get(2..)?;
    let lo = colon + 2 + (value.len() - value.trim_start().len());
    let value = value.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        // A mapping, a list, an alias, or a block that follows.
        '{' | '[' | '*' | '&' | '|' | '>' | '!' | '#' => return None,
        _ => value.split(" #").next()?.split([',', '}']).next()?.trim_end(),
    };
    let quoted = usize::from(line.get(lo..)?.starts_with(['"', '\'']));
    literal(head, value).then(|| lo + quoted..lo + quoted + value.len())
}
