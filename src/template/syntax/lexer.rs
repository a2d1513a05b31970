//! Tokens of an expression, with the boundaries that minijinja sees (its `compiler/lexer.rs`, 3.0.5).

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::template) enum Tok<'s> {
    Ident(&'s str),
    /// The text between the quotes, escapes not resolved.
    Str(&'s str),
    Number(&'s str),
    Op(&'static str),
    /// A character that begins no token, or a string that does not end.
    Bad,
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(in crate::template) struct Token<'s> {
    pub(in crate::template) tok: Tok<'s>,
    pub(in crate::template) range: Range<usize>,
}

/// Reads tokens of `source` from a position on.
#[derive(Clone, Debug)]
pub(in crate::template) struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

/// The part of a number that is being read.
#[derive(Clone, Copy)]
enum Part {
    /// The digits after `0x`, `0o` or `0b`.
    Radix,
    Whole,
    Fraction,
    /// The `e` before the power of ten.
    Exponent,
    Power,
}

/// Whether a dot in front of these bytes begins a lookup and not a fraction: `1.e5` is a number, `1.e` is not.
fn names_follow(bytes: &[u8]) -> bool {
    let power = matches!(bytes, [b'e' | b'E', b'+' | b'-' | b'0'..=b'9', ..]);
    !power && bytes.first().is_some_and(|c| c.is_ascii_alphabetic() || *c == b'_')
}

const OPS: [&str; 24] = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", ".", ",", ":", "~", "|", "=", ">", "<", "(", ")", "[",
    "]", "{",
];

impl<'s> Lexer<'s> {
    pub(in crate::template) fn new(source: &'s str, at: usize) -> Lexer<'s> {
        Lexer { source, at }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn take(&mut self, len: usize) -> (&'s str, Range<usize>) {
        let range = self.at..(self.at + len).min(self.source.len());
        self.at = range.end;
        (self.source.get(range.clone()).unwrap_or(""), range)
    }

    fn string(&mut self, quote: char) -> Token<'s> {
        let mut escaped = false;
        let end = self.rest().char_indices().skip(1).find(|&(_, c)| {
            let ends = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some((len, _)) = end else {
            let (_, range) = self.take(self.rest().len());
            return Token { tok: Tok::Bad, range };
        };
        let (text, range) = self.take(len + 1);
        Token { tok: Tok::Str(text.get(1..len).unwrap_or("")), range }
    }

    /// A number as minijinja delimits it. One right after a dot is an index and has no fraction:
    /// `x.1.0` is `x[1][0]`.
    fn number(&mut self) -> Token<'s> {
        let bytes = self.rest().as_bytes();
        let index = self.source.as_bytes().get(..self.at).is_some_and(|before| before.ends_with(b"."));
        let radix = matches!(bytes.get(..2), Some(b"0b" | b"0B" | b"0o" | b"0O" | b"0x" | b"0X"));
        let hex = matches!(bytes.get(..2), Some(b"0x" | b"0X"));
        let mut part = if radix { Part::Radix } else { Part::Whole };
        let mut len = if radix { 2 } else { 0 };
        while let Some(c) = bytes.get(len) {
            part = match (c, part) {
                (b'.', Part::Whole) if !index && !names_follow(bytes.get(len + 1..).unwrap_or(b"")) => Part::Fraction,
                (b'e' | b'E', Part::Whole | Part::Fraction) => Part::Exponent,
                (b'+' | b'-' | b'0'..=b'9', Part::Exponent) => Part::Power,
                (b'0'..=b'9' | b'_', part) => part,
                (b'a'..=b'f' | b'A'..=b'F', Part::Radix) if hex => part,
                _ => break,
            };
            len += 1;
        }
        let (text, range) = self.take(len);
        Token { tok: Tok::Number(text), range }
    }

    fn ident(&mut self) -> Option<Token<'s>> {
        let len = self.rest().bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        (len > 0).then(|| {
            let (text, range) = self.take(len);
            Token { tok: Tok::Ident(text), range }
        })
    }
}

impl<'s> Iterator for Lexer<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).len();
        let rest = self.rest();
        let first = rest.chars().next()?;
        Some(match first {
            '"' | '\'' => self.string(first),
            '0'..='9' => self.number(),
            _ => match OPS.iter().chain(&["}"]).find(|op| rest.starts_with(**op)) {
                Some(op) => Token { tok: Tok::Op(op), range: self.take(op.len()).1 },
                None => match self.ident() {
                    Some(token) => token,
                    None => Token { tok: Tok::Bad, range: self.take(first.len_utf8()).1 },
                },
            },
        })
    }
}
