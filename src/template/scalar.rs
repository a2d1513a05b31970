//! Cutting a scalar into text and expressions, and finding its parts in the file.

use std::ops::Range;

use super::fault::Fault;
use super::syntax::{Lexer, Tok};
use crate::base::Span;
use crate::source::SourceMap;

/// A piece of a scalar.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text, escapes resolved.
    Text(String),
    /// An expression: the bytes between `${{` and `}}`, without the spaces around.
    Expr(Range<usize>),
}

const OPEN: &str = "${{";
const ESCAPED: &str = "$${{";

/// Cuts a scalar.
pub(super) fn cut(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let Some(open) = rest.find(OPEN) else {
            literal.push_str(rest);
            break;
        };
        let escaped = open.checked_sub(1).is_some_and(|before| rest.get(before..).unwrap_or("").starts_with(ESCAPED));
        if escaped {
            literal.push_str(rest.get(..open - 1).unwrap_or(""));
            literal.push_str(OPEN);
            at += open + OPEN.len();
            continue;
        }
        literal.push_str(rest.get(..open).unwrap_or(""));
        if !literal.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
        }
        let from = at + open + OPEN.len();
        let (inner, after) = expression(text, from)?;
        pieces.push(Piece::Expr(inner));
        at = after;
    }
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Ok(pieces)
}

/// The trimmed bytes of the expression that begins at `from`, and the place after its `}}`.
fn expression(text: &str, from: usize) -> Result<(Range<usize>, usize), Fault> {
    let mut depth = 0_usize;
    for token in Lexer::new(text, from) {
        match token.tok {
            Tok::Op("(" | "[" | "{") => depth += 1,
            Tok::Op("}") if depth == 0 => {
                let end = token.range.start;
                if !text.get(end..).unwrap_or("").starts_with("}}") {
                    break;
                }
                return match trimmed(text, from, end) {
                    inner if inner.is_empty() => {
                        let open = from - OPEN.len()..end + 2;
                        Err(Fault::expression(open, "there is no expression between `${{` and `}}`", HELP))
                    }
                    inner => Ok((inner, end + 2)),
                };
            }
            Tok::Op(")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let open = from - OPEN.len()..text.len();
    Err(Fault::expression(open, "the expression has no closing `}}`", HELP))
}

const HELP: &str = "write `${{ name }}`; a literal `${{` is written `$${{`";

fn trimmed(text: &str, from: usize, to: usize) -> Range<usize> {
    let inner = text.get(from..to).unwrap_or("");
    let start = from + inner.len() - inner.trim_start().len();
    let end = from + inner.trim_end().len();
    start..end.max(start)
}

/// Where a scalar stands: its content and, where the file's text is at hand, how it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
    pub(super) written: Option<&'a str>,
}

/// The place of a part of a scalar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The place.
    pub(super) span: Span,
    /// Whether the bytes there are the bytes of the part, so that a part of it can be located too.
    pub(super) exact: bool,
}

impl<'a> Scalar<'a> {
    pub(super) fn new(text: &'a str, span: Span, sources: Option<&'a SourceMap>) -> Scalar<'a> {
        Scalar { text, span, written: sources.and_then(|s| s.text_of(span)) }
    }

    /// The place of some bytes of the content. Quotes, indentation and escapes shift them, so they are
    /// looked for in what was written; the whole scalar when they do not stand there as they are.
    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        self.find(range).map_or(Place { span: self.span, exact: false }, |span| Place { span, exact: true })
    }

    fn find(&self, range: &Range<usize>) -> Option<Span> {
        let part = self.text.get(range.clone()).filter(|p| !p.is_empty())?;
        let written = self.written?;
        let before = self.text.get(..range.start)?;
        let nth = before.match_indices(part).count();
        let (at, _) = written.match_indices(part).nth(nth)?;
        let lo = self.span.lo + u32::try_from(at).ok()?;
        Some(Span::new(lo, lo + u32::try_from(part.len()).ok()?))
    }
}

impl Place {
    /// The place of some bytes of this part.
    pub(super) fn part(self, range: &Range<usize>) -> Span {
        if !self.exact {
            return self.span;
        }
        let at = |n: usize| self.span.lo.saturating_add(u32::try_from(n).unwrap_or(u32::MAX)).min(self.span.hi);
        Span::new(at(range.start), at(range.end))
    }
}
