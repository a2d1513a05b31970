//! Cutting a text template into its tags, with the boundaries that minijinja sees.

use std::ops::Range;

use super::fault::Fault;
use super::formula;
use super::syntax::{Lexer, Tok, Token};

/// Most blocks inside each other. An `elif` counts as one: minijinja recurses over them.
const MAX_BLOCKS: usize = 100;

/// A tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Whether it is `{{ … }}` and not `{% … %}`.
    pub(super) prints: bool,
    /// What stands inside, without the spaces around and the signs that trim them.
    pub(super) inner: Range<usize>,
}

/// The tags of a text template. Comments and raw blocks are passed over.
pub(super) fn tags(source: &str) -> Tags<'_> {
    Tags { source, at: 0 }
}

/// The tags of a text template.
pub(super) struct Tags<'s> {
    source: &'s str,
    at: usize,
}

/// What makes a template too large or too deep to be given to minijinja.
pub(super) fn bounded(source: &str) -> Result<(), Fault> {
    let mut open = Vec::new();
    for Tag { prints, inner } in tags(source) {
        let tag = source.get(inner.clone()).unwrap_or("");
        formula::bounded(tag).map_err(|fault| fault.shifted(inner.start))?;
        match word(tag).filter(|_| !prints) {
            Some("if" | "for") => open.push(1_usize),
            Some("elif") => open.iter_mut().last().into_iter().for_each(|block| *block += 1),
            Some("endif" | "endfor") => open.truncate(open.len().saturating_sub(1)),
            _ => {}
        }
        if open.iter().sum::<usize>() > MAX_BLOCKS {
            let message = format!("there are more than {MAX_BLOCKS} blocks and `elif` inside each other here");
            return Err(Fault::expression(inner, message, "loop over a list, or split the file"));
        }
    }
    Ok(())
}

fn word(tag: &str) -> Option<&str> {
    match Lexer::new(tag, 0).next() {
        Some(Token { tok: Tok::Ident(word), .. }) => Some(word),
        _ => None,
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            let rest = self.source.get(self.at..)?;
            let start = self.at + next_open(rest)?;
            // The sign directly behind an opening belongs to it.
            let signed = self.source.get(start + 2..).is_some_and(|after| after.starts_with(['-', '+']));
            let from = start + 2 + usize::from(signed);
            let prints = match self.source.get(start..start + 2) {
                Some("{#") => {
                    self.at = find(self.source, from, "#}");
                    continue;
                }
                Some("{%") => {
                    if let Some(after) = basic_tag(self.source, from, "raw") {
                        self.at = raw_end(self.source, after);
                        continue;
                    }
                    false
                }
                _ => true,
            };
            let end = tag_end(self.source, from);
            self.at = end + 2;
            return Some(Tag { prints, inner: inner(self.source, from, end) });
        }
    }
}

fn next_open(rest: &str) -> Option<usize> {
    rest.match_indices('{').map(|(i, _)| i).find(|&i| {
        let marker = rest.get(i + 1..).unwrap_or("");
        marker.starts_with(['{', '%', '#'])
    })
}

/// The place after the next `what`, or the end.
fn find(source: &str, from: usize, what: &str) -> usize {
    source.get(from..).and_then(|rest| rest.find(what)).map_or(source.len(), |i| from + i + what.len())
}

/// The place after a tag that holds one word and nothing else, from after its opening.
fn basic_tag(source: &str, from: usize, word: &str) -> Option<usize> {
    let space = |c: char| c.is_ascii_whitespace();
    let rest = source.get(from..)?.trim_start_matches(space).strip_prefix(word)?.trim_start_matches(space);
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest).strip_prefix("%}")?;
    Some(source.len() - rest.len())
}

/// The end of a raw block whose content begins at `from`: after the tag that holds `endraw` alone.
fn raw_end(source: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        at = find(source, at, "{%");
        let signed = source.get(at..).is_some_and(|rest| rest.starts_with(['-', '+']));
        match basic_tag(source, at + usize::from(signed), "endraw") {
            Some(after) => return after,
            None if at >= source.len() => return at,
            None => {}
        }
    }
}

/// Where the tag that began before `from` closes: at the first `}}` or `%}` outside of its brackets.
fn tag_end(source: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for token in Lexer::new(source, from) {
        match token.tok {
            Tok::Op("%") if depth == 0 && source.get(token.range.end..).is_some_and(|r| r.starts_with('}')) => {
                return token.range.start;
            }
            Tok::Op("}") if depth == 0 => return token.range.start,
            Tok::Op("(" | "[" | "{") => depth += 1,
            Tok::Op(")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    source.len()
}

/// The tag without the spaces around, and without the sign before its closing.
fn inner(source: &str, from: usize, to: usize) -> Range<usize> {
    let tag = source.get(from..to).unwrap_or("");
    let tag = tag.strip_suffix(['-', '+']).unwrap_or(tag);
    let start = from + tag.len() - tag.trim_start().len();
    start..(from + tag.trim_end().len()).max(start)
}
