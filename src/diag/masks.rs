//! What no report may show: secrets that stand in the input.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::{Finding, Label, Place};
use crate::base::Span;

/// What stands in the place of a hidden text in messages.
const COVER: &str = "•••";
/// So many characters of a text are enough to know it by: what is quoted may be cut.
const KNOWN_BY: usize = 16;
/// Shorter texts are replaced only between quotes: they stand in any sentence.
const SHORT: usize = 4;

/// A range of the input that is not shown, and its text.
#[derive(Clone)]
pub(super) struct Hidden {
    span: Span,
    text: Arc<str>,
}

impl Hidden {
    pub(super) fn new(span: Span, text: &str) -> Hidden {
        Hidden { span, text: text.trim().into() }
    }
}

/// Without the text, so that it does not get into logs of tests and panics either.
impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hidden({:?})", self.span)
    }
}

/// The hidden ranges of all findings of a report.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    /// In order, without overlaps.
    spans: Vec<Span>,
}

impl Masks {
    /// Those of some findings.
    #[must_use]
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Masks {
        let mut all: Vec<Span> = findings.into_iter().flat_map(|f| f.hidden.iter().map(|h| h.span)).collect();
        all.retain(|span| !span.is_none());
        all.sort();
        let mut spans: Vec<Span> = Vec::with_capacity(all.len());
        for span in all {
            match spans.last_mut().filter(|last| span.lo <= last.hi) {
                Some(last) => last.hi = last.hi.max(span.hi),
                None => spans.push(span),
            }
        }
        Masks { spans }
    }

    /// Whether a range of the input holds something hidden.
    #[must_use]
    pub fn touches(&self, range: Span) -> bool {
        let after = self.spans.partition_point(|span| span.hi <= range.lo);
        self.spans.get(after).is_some_and(|span| span.lo < range.hi)
    }

    /// Whether a position of the input is hidden.
    #[must_use]
    pub fn hides(&self, position: u32) -> bool {
        let after = self.spans.partition_point(|span| span.lo <= position);
        after.checked_sub(1).and_then(|i| self.spans.get(i)).is_some_and(|span| position < span.hi)
    }
}

/// Takes hidden texts out of the words of all findings: a fault of another kind may quote one. What might
/// be any word is taken out only where the finding points at it.
pub(super) fn cover(findings: &mut [Finding]) {
    let all: Vec<Hidden> = findings.iter().flat_map(|f| f.hidden.iter().cloned()).collect();
    let distinct: BTreeSet<&str> = all.iter().map(|h| &*h.text).filter(|text| is_unmistakable(text)).collect();
    // Longer ones first: one may be part of another.
    let mut texts: Vec<&str> = distinct.into_iter().collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let words: Vec<&Hidden> = all.iter().filter(|h| !h.text.is_empty() && !is_unmistakable(&h.text)).collect();
    if all.is_empty() {
        return;
    }
    // Those that hide something don't quote it.
    for finding in findings.iter_mut().filter(|f| f.hidden.is_empty()) {
        let places: Vec<Span> = std::iter::once(&finding.primary).chain(&finding.secondary).filter_map(span).collect();
        let near = words.iter().filter(|h| places.iter().any(|p| p.lo < h.span.hi && h.span.lo < p.hi));
        let wanted: Vec<&str> = texts.iter().copied().chain(near.map(|h| &*h.text)).collect();
        let labels = finding.secondary.iter_mut().chain([&mut finding.primary]).map(|label| &mut label.text);
        for words in labels.chain([&mut finding.message, &mut finding.help]) {
            wanted.iter().for_each(|text| cover_one(words, text));
        }
    }
}

fn span(label: &Label) -> Option<Span> {
    match label.place {
        Place::Span(span) => Some(span),
        Place::File(_) => None,
    }
}

/// Whether a text is one that nobody writes by chance. `admin` is also a name.
fn is_unmistakable(text: &str) -> bool {
    let odd = |c: char| c.is_ascii_digit() || c.is_uppercase() || !(c.is_alphanumeric() || c == '-' || c == '_');
    text.chars().count() >= KNOWN_BY || (text.len() >= SHORT && text.contains(odd))
}

fn cover_one(words: &mut String, text: &str) {
    if text.chars().count() < SHORT {
        for quote in ['`', '"', '\''] {
            let quoted = format!("{quote}{text}{quote}");
            if words.contains(&quoted) {
                *words = words.replace(&quoted, &format!("{quote}{COVER}{quote}"));
            }
        }
        return;
    }
    let known: String = text.chars().take(KNOWN_BY).map(flat).collect();
    let mut from = 0;
    while let Some(at) = find_flat(words, from, &known) {
        let rest = words.get(at..).unwrap_or_default();
        let same = rest.char_indices().zip(text.chars()).take_while(|((_, a), b)| flat(*a) == flat(*b));
        let len = same.last().map_or(0, |((i, c), _)| i + c.len_utf8());
        words.replace_range(at..at + len, COVER);
        from = at + COVER.len();
    }
}

/// Line ends and spaces are the same: messages have one line.
fn flat(c: char) -> char {
    if c.is_whitespace() { ' ' } else { c }
}

fn find_flat(words: &str, from: usize, known: &str) -> Option<usize> {
    let rest = words.get(from..)?;
    let flattened: String = rest.chars().map(flat).collect();
    let at = flattened.find(known)?;
    let chars = flattened.get(..at)?.chars().count();
    rest.char_indices().nth(chars).map(|(i, _)| from + i)
}
