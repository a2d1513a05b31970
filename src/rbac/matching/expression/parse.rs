//! The grammar of Go's expressions.

use super::super::PatternFault;
use super::escape::{Reader, character, fault, literal};
use super::{Part, class};

const MAX_DEPTH: usize = 100;
/// Counts above it are refused (Go, ErrInvalidRepeatSize).
const MAX_REPEAT: u32 = 1000;

#[derive(Debug, Clone, Copy)]
struct Flags {
    fold: bool,
    lines: bool,
    dot_all: bool,
}

/// An open group: the alternatives before the current one, the current one, and the flags outside.
struct Open {
    choices: Vec<Part>,
    row: Vec<Part>,
    outside: Flags,
}

struct Parser<'a> {
    reader: Reader<'a>,
    flags: Flags,
    open: Vec<Open>,
}

/// Reads an expression.
pub(super) fn parse(pattern: &str) -> Result<Part, PatternFault> {
    let flags = Flags { fold: false, lines: false, dot_all: false };
    let mut parser = Parser { reader: Reader { text: pattern }, flags, open: Vec::new() };
    parser.enter()?;
    let mut repeated = false;
    while let Some(c) = parser.reader.peek() {
        let was = std::mem::take(&mut repeated);
        match c {
            '(' => parser.group()?,
            ')' => {
                parser.reader.next();
                if parser.open.len() < 2 {
                    return fault("a `)` closes no group");
                }
                parser.leave();
            }
            '|' => {
                parser.reader.next();
                parser.next_choice();
            }
            '*' | '+' | '?' | '{' => repeated = parser.repetition(c, was)?,
            _ => parser.leaf(c)?,
        }
    }
    if parser.open.len() > 1 {
        return fault("a `(` is never closed");
    }
    Ok(parser.open.pop().map_or(Part::Row(Vec::new()), Open::finish))
}

impl Open {
    fn finish(mut self) -> Part {
        self.choices.push(Part::Row(self.row));
        Part::Choice(self.choices)
    }
}

impl Parser<'_> {
    fn enter(&mut self) -> Result<(), PatternFault> {
        if self.open.len() > MAX_DEPTH {
            return fault(format!("groups are nested more than {MAX_DEPTH} deep"));
        }
        self.open.push(Open { choices: Vec::new(), row: Vec::new(), outside: self.flags });
        Ok(())
    }

    fn leave(&mut self) {
        if let Some(open) = self.open.pop() {
            self.flags = open.outside;
            self.push(open.finish());
        }
    }

    fn next_choice(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.choices.push(Part::Row(std::mem::take(&mut open.row)));
        }
    }

    fn push(&mut self, part: Part) {
        if let Some(open) = self.open.last_mut() {
            open.row.push(part);
        }
    }

    /// Text that looks at upper and lower case as the flags say.
    fn folded(&mut self, text: &str) {
        let text = if self.flags.fold { format!("(?i:{text})") } else { text.to_owned() };
        self.push(Part::Leaf(text));
    }

    fn plain(&mut self, text: &str) {
        self.push(Part::Leaf(text.to_owned()));
    }

    fn leaf(&mut self, c: char) -> Result<(), PatternFault> {
        self.reader.next();
        match c {
            '^' => self.plain(if self.flags.lines { "(?m:^)" } else { r"\A" }),
            '$' => self.plain(if self.flags.lines { "(?m:$)" } else { r"\z" }),
            '.' => self.plain(if self.flags.dot_all { "(?s:.)" } else { r"[^\n]" }),
            '[' => {
                let class = class::bracketed(&mut self.reader)?;
                self.folded(&class);
            }
            '\\' => self.escape()?,
            c => self.folded(&literal(c.into())),
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternFault> {
        let letter = self.reader.peek();
        if let Some(class) = letter.and_then(class::perl) {
            self.reader.next();
            self.folded(class);
            return Ok(());
        }
        match letter {
            Some('A') => self.plain(r"\A"),
            Some('z') => self.plain(r"\z"),
            Some('b') => self.plain(r"(?-u:\b)"),
            // Of itself, `(?-u:\B)` also matches inside a character.
            Some('B') => self.plain(r"(?:(?:\b|\B)(?-u:\B))"),
            Some(letter @ ('p' | 'P')) => {
                self.reader.next();
                let class = class::unicode(letter, &mut self.reader)?;
                self.folded(&class);
                return Ok(());
            }
            Some('Q') => {
                self.reader.next();
                let text = self.reader.text;
                let (quoted, rest) = text.split_once(r"\E").unwrap_or((text, ""));
                self.reader.text = rest;
                quoted.chars().for_each(|c| self.folded(&literal(c.into())));
                return Ok(());
            }
            _ => {
                let code = character(&mut self.reader)?;
                self.folded(&literal(code));
                return Ok(());
            }
        }
        self.reader.next();
        Ok(())
    }

    /// A group, or flags for the rest of one.
    fn group(&mut self) -> Result<(), PatternFault> {
        self.reader.next();
        if !self.reader.skip("?") {
            return self.enter();
        }
        if self.reader.skip("P<") || self.reader.skip("<") {
            let text = self.reader.text;
            let Some((name, rest)) = text.split_once('>') else { return fault("the name of a group is never closed") };
            let letters = |c: char| c == '_' || c.is_ascii_alphanumeric();
            if name.is_empty() || !name.chars().all(letters) {
                return fault(format!("`{name}` can't be the name of a group"));
            }
            self.reader.text = rest;
            return self.enter();
        }
        self.flags()
    }

    fn flags(&mut self) -> Result<(), PatternFault> {
        let (mut flags, mut on, mut seen) = (self.flags, true, true);
        loop {
            let c = self.reader.next();
            match c {
                Some('i') => flags.fold = on,
                Some('m') => flags.lines = on,
                Some('s') => flags.dot_all = on,
                Some('U') => {}
                Some('-') if on => {
                    (on, seen) = (false, false);
                    continue;
                }
                Some(end @ (':' | ')')) if seen => {
                    if end == ':' {
                        self.enter()?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => return fault("flags after `(?` are `i`, `m`, `s` and `U`"),
            }
            seen = true;
        }
    }

    /// A `*`, `+`, `?` or count; false where a `{` is just itself.
    fn repetition(&mut self, c: char, repeated: bool) -> Result<bool, PatternFault> {
        let (min, max) = match c {
            '*' => (0, None),
            '+' => (1, None),
            '?' => (0, Some(1)),
            _ => match count(self.reader.text) {
                None => {
                    self.leaf(c)?;
                    return Ok(false);
                }
                Some((min, max, rest)) => {
                    if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || min > max) {
                        return fault("a count is over 1000, or its least is over its most");
                    }
                    self.reader.text = rest;
                    return self.repeat(min, max, repeated, true);
                }
            },
        };
        self.reader.next();
        self.repeat(min, max, repeated, false)
    }

    fn repeat(&mut self, min: u32, max: Option<u32>, repeated: bool, counts: bool) -> Result<bool, PatternFault> {
        self.reader.skip("?");
        if repeated {
            return fault("two repetitions follow each other");
        }
        let Some(part) = self.open.last_mut().and_then(|open| open.row.pop()) else {
            return fault("nothing stands before a repetition");
        };
        let part = Part::Repeat { part: Box::new(part), min, max };
        if counts && (min >= 2 || max.is_some_and(|m| m >= 2)) && !part.repeats_at_most(MAX_REPEAT) {
            return fault("counts of counts are over 1000");
        }
        self.push(part);
        Ok(true)
    }
}

/// `{2}`, `{2,}` or `{2,5}`, and what follows. A number that is too large for any use counts as `u32::MAX`.
fn count(text: &str) -> Option<(u32, Option<u32>, &str)> {
    let (min, rest) = number(text.strip_prefix('{')?)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((min, Some(min), rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((min, None, rest));
    }
    let (max, rest) = number(rest)?;
    Some((min, Some(max), rest.strip_prefix('}')?))
}

/// Digits without leading zeros.
fn number(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(len)?;
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}
