//! Tokens of an expression, with the boundaries that minijinja sees.

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
    after_dot: bool,
}

const OPS: [&str; 24] = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", ".", ",", ":", "~", "|", "=", ">", "<", "(", ")", "[",
    "]", "{",
];

impl<'s> Lexer<'s> {
    pub(in crate::template) fn new(source: &'s str, at: usize) -> Lexer<'s> {
        Lexer { source, at, after_dot: false }
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

    fn number(&mut self) -> Token<'s> {
        let bytes = self.rest().as_bytes();
        let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
        let mut len = 0;
        let mut whole = self.after_dot;
        loop {
            match at(len) {
                b'.' if !(whole || at(len + 1).is_ascii_alphabetic() || at(len + 1) == b'_') => whole = true,
                b'+' | b'-' if len > 0 && !self.after_dot && matches!(at(len - 1), b'e' | b'E') && at(1) != b'x' => {}
                c if c.is_ascii_digit() || (!self.after_dot && (c.is_ascii_alphanumeric() || c == b'_')) => {}
                _ => break,
            }
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
        let token = match first {
            '"' | '\'' => self.string(first),
            '0'..='9' => self.number(),
            _ => match OPS.iter().chain(&["}"]).find(|op| rest.starts_with(**op)) {
                Some(op) => Token { tok: Tok::Op(op), range: self.take(op.len()).1 },
                None => match self.ident() {
                    Some(token) => token,
                    None => Token { tok: Tok::Bad, range: self.take(first.len_utf8()).1 },
                },
            },
        };
        self.after_dot = token.tok == Tok::Op(".");
        Some(token)
    }
}
