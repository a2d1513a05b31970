//! Where exactly a part of a value stands in the input: a line of a text, a key of what was written anew.

use crate::base::Span;
use crate::source::SourceMap;

/// The place of a text inside the place of the value that holds it, and whether it was found there. A
/// value may be a whole block of text, or have been written anew from a mapping; then the line is looked for
/// that has the key too.
pub fn locate(sources: &SourceMap, holder: Span, key: &str, text: &str) -> (Span, bool) {
    let Some(file) = sources.file_of(holder) else { return (holder, false) };
    let (lo, hi) = file.range(holder);
    let source = file.text.get(lo..hi).unwrap_or_default();
    let needle = text.trim();
    let first_line = needle.lines().next().unwrap_or_default();
    if first_line.is_empty() {
        return (holder, false);
    }
    let with_key = |at: &usize| {
        let line = source.get(..*at).unwrap_or_default();
        line.get(line.rfind('\n').map_or(0, |n| n + 1)..).is_some_and(|line| line.contains(key))
    };
    // Whatever is in front of a value by itself is not part of it.
    let own = source.trim_matches(['"', '\'']).trim() == needle;
    let places = || source.match_indices(first_line).map(|(at, _)| at);
    let at = if own || key.is_empty() { places().next() } else { places().find(with_key).or_else(|| places().next()) };
    let Some(at) = at else { return (holder, false) };
    let end = match needle.lines().next_back().filter(|last| *last != first_line) {
        None => at + first_line.len(),
        // Lines are indented in the source: the last one tells where it ends.
        Some(last) => {
            let rest = source.get(at..).unwrap_or_default();
            rest.find(last).map_or(source.len(), |found| at + found + last.len())
        }
    };
    (file.span(lo + at, lo + end), true)
}

/// The place of a whole word, such as a key, inside the place of the value that holds it.
pub fn locate_word(sources: &SourceMap, holder: Span, word: &str) -> Span {
    let Some(file) = sources.file_of(holder) else { return holder };
    let (lo, hi) = file.range(holder);
    let source = file.text.get(lo..hi).unwrap_or_default();
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let alone = |at: &usize| {
        let (before, after) =
            (source.get(..*at).unwrap_or_default(), source.get(at + word.len()..).unwrap_or_default());
        !part(before.chars().next_back()) && !part(after.chars().next())
    };
    let found = source.match_indices(word).map(|(at, _)| at).find(alone);
    found.map_or(holder, |at| file.span(lo + at, lo + at + word.len()))
}

/// The place of a key, by that of its value: on the same line before it, or the value's own.
pub fn key_of(sources: &SourceMap, value: Span, key: &str) -> Span {
    let Some(file) = sources.file_of(value) else { return value };
    let (start, _) = file.line_range(file.line_col(value).line).unwrap_or_default();
    let (lo, _) = file.range(value);
    let before = file.text.get(start..lo).unwrap_or_default();
    before.rfind(key).map_or(value, |at| file.span(start + at, start + at + key.len()))
}
