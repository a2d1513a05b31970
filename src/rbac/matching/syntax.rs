//! The syntax of globs, which both versions of gobwas/glob share but for their faults.
//!
//! Facts: gobwas/glob 0.2.3 `syntax/lexer`, `syntax/ast`, and 1.0.0 `syntax`, `parse.go`. A class is one range or one
//! list of characters, never both; a `}` or `,` outside braces, and a `]`, are themselves; a backslash takes the
//! meaning from the next character, except for the first of a class that a `-` follows.

use super::PatternFault;

/// Braces in braces; deeper ones are refused here, and nowhere there.
const MAX_DEPTH: usize = 64;
/// Parts in one row, or alternatives in one pair of braces. 0.2.3 needs the cube of it.
const MAX_PARTS: usize = 256;

/// Which library reads the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// 0.2.3: braces may stay open, and a backslash may end the pattern.
    Old,
    /// 1.0.0: both are faults.
    New,
}

/// A part of a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    /// `*`
    Any,
    /// `**`, which is the same without separators.
    Super,
    /// `?`
    One,
    List {
        chars: String,
        not: bool,
    },
    Range {
        lo: char,
        hi: char,
        not: bool,
    },
    Braces(Vec<Vec<Node>>),
}

/// Reads a pattern.
pub(super) fn parse(pattern: &str, dialect: Dialect) -> Result<Vec<Node>, PatternFault> {
    if dialect == Dialect::Old
        && let Some(odd) = pattern.chars().find(|c| ['\0', char::REPLACEMENT_CHARACTER].contains(c))
    {
        return fault(format!("the character U+{:04X} can't stand in a pattern", u32::from(odd)));
    }
    let mut reader = Reader { chars: pattern.chars().collect(), at: 0, dialect };
    let mut open: Vec<Vec<Vec<Node>>> = Vec::new();
    let mut row = Vec::new();
    while let Some(c) = reader.next() {
        match c {
            '{' if open.len() == MAX_DEPTH => return fault(format!("braces are nested more than {MAX_DEPTH} deep")),
            '{' => open.push(vec![std::mem::take(&mut row)]),
            ',' if !open.is_empty() => {
                if let Some(rows) = open.last_mut() {
                    limited(rows)?.push(std::mem::take(&mut row));
                }
            }
            '}' if !open.is_empty() => row = closed(open.pop(), row),
            '[' => row.push(reader.class()?),
            '?' => row.push(Node::One),
            '*' if reader.peek() == Some('*') => {
                reader.at += 1;
                row.push(Node::Super);
            }
            '*' => row.push(Node::Any),
            _ => {
                reader.at -= 1;
                row.extend(reader.text(if open.is_empty() { "?*[{" } else { "?*[{}," })?.map(Node::Text));
            }
        }
        limited(&mut row)?;
    }
    if dialect == Dialect::New && !open.is_empty() {
        return fault("the `{` is never closed");
    }
    while let Some(rows) = open.pop() {
        row = closed(Some(rows), row);
    }
    Ok(row)
}

/// The row before the braces, with the braces at its end. Rows hold first that row, then the alternatives.
fn closed(rows: Option<Vec<Vec<Node>>>, last: Vec<Node>) -> Vec<Node> {
    let mut rows = rows.unwrap_or_default();
    rows.push(last);
    let mut before = rows.remove(0);
    before.push(Node::Braces(rows));
    before
}

fn limited<T>(parts: &mut Vec<T>) -> Result<&mut Vec<T>, PatternFault> {
    if parts.len() > MAX_PARTS {
        fault(format!("the pattern has more than {MAX_PARTS} parts in a row"))
    } else {
        Ok(parts)
    }
}

fn fault<T>(text: impl Into<String>) -> Result<T, PatternFault> {
    Err(PatternFault(text.into()))
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    dialect: Dialect,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Text up to a character that ends it; nothing where there is none.
    fn text(&mut self, ends: &str) -> Result<Option<String>, PatternFault> {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if c == '\\' {
                match self.next() {
                    Some(c) => text.push(c),
                    None if self.dialect == Dialect::New => return fault("a backslash ends the pattern"),
                    None => {}
                }
            } else if ends.contains(c) {
                self.at -= 1;
                break;
            } else {
                text.push(c);
            }
        }
        Ok(Some(text).filter(|t| !t.is_empty()))
    }

    /// What follows a `[`.
    fn class(&mut self) -> Result<Node, PatternFault> {
        let not = self.peek() == Some('!');
        self.at += usize::from(not);
        let range = self.chars.get(self.at + 1) == Some(&'-');
        let node = if range {
            let (lo, hi) = (self.next(), self.chars.get(self.at + 1).copied());
            self.at += 2;
            match (lo, hi) {
                (Some(lo), Some(hi)) if hi < lo => return fault(format!("the range `{lo}-{hi}` is empty")),
                (Some(lo), Some(hi)) => Node::Range { lo, hi, not },
                _ => return fault("the `[` is never closed"),
            }
        } else {
            let Some(chars) = self.text("]")? else {
                return fault(if self.peek().is_none() { "the `[` is never closed" } else { "the `[]` is empty" });
            };
            Node::List { chars, not }
        };
        match self.next() {
            Some(']') => Ok(node),
            None => fault("the `[` is never closed"),
            Some(c) => fault(format!("`]` was expected where `{c}` stands: a class is one range or one list")),
        }
    }
}
