//! Our words for what is wrong with a text, and what to write instead.

use super::build::Bytes;
use super::layout::{find_between, line_at};

/// What the parser stumbled over, reduced to what a writer of YAML can mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooDeep,
    Tab,
    OpenQuote,
    AfterQuote,
    Escape,
    OpenBracket(char),
    WrongBracket { open: char, close: char },
    StrayBracket,
    InBrackets,
    Colon,
    NoColon,
    Indentation,
    DocumentStart,
    Dash,
    Character(char),
    NoName,
    BlockHeader,
    Comment,
    Tag,
    Other,
}

/// A fault with its place and words.
pub(super) struct Explained {
    pub(super) bytes: Bytes,
    pub(super) message: String,
    pub(super) label: &'static str,
    pub(super) help: String,
}

/// Finds the place a reader would look at, and the words.
///
/// `at` is where the parser gave up, `last_end` the end of the last token it understood, and
/// `last_scalar` the last scalar before it.
pub(super) fn explain(text: &str, fault: &Fault, at: usize, last_end: usize, last_scalar: Bytes) -> Explained {
    let here = char_at(text, at);
    let at = here.lo;
    match fault {
        Fault::OpenQuote => {
            let open = find_between(text, last_end, text.len(), b"\"'");
            let open = open.map_or(here, |lo| Bytes { lo, hi: lo + 1 });
            said(
                open,
                "this quote never closes",
                "opens here",
                "close it on the same line, or use a block (`|`) for text of several lines",
            )
        }
        Fault::Colon if text.get(last_scalar.lo..last_scalar.hi).is_some_and(|s| s.contains('\n')) => {
            run_on(text, last_scalar)
        }
        Fault::Colon => second_colon(text, here, last_scalar),
        Fault::NoColon => no_colon(text, here),
        Fault::DocumentStart if text.get(..at).is_some_and(|before| before.starts_with('%')) => said(
            here,
            "a line that begins with `%` must be followed by `---`",
            "not expected",
            "remove that line, or put `---` on a line of its own after it",
        ),
        Fault::Indentation | Fault::DocumentStart | Fault::Character(_) | Fault::NoName | Fault::Other => {
            template(text, here).unwrap_or_else(|| plain(fault, text, here))
        }
        _ => plain(fault, text, here),
    }
}

fn said(bytes: Bytes, message: impl Into<String>, label: &'static str, help: impl Into<String>) -> Explained {
    Explained { bytes, message: message.into(), label, help: help.into() }
}

/// The faults whose place needs no search.
fn plain(fault: &Fault, text: &str, here: Bytes) -> Explained {
    match fault {
        Fault::Tab => said(tab_near(text, here), "a tab can't indent YAML", "tab", "indent with spaces"),
        Fault::Character(c) => character(*c, here),
        Fault::OpenBracket(open) => {
            said(here, format!("this `{open}` never closes"), "opens here", format!("add the `{}`", partner(*open)))
        }
        Fault::WrongBracket { open, close } => {
            let help = format!("close it with `{}`", partner(*open));
            said(here, format!("this `{open}` is closed by `{close}`"), "opens here", help)
        }
        Fault::Escape => {
            let help = "write a backslash as `\\\\`, or use single quotes, which have no escapes";
            said(here, "this text has an escape that does not exist", "in this text", help)
        }
        _ => {
            let (message, help) = words(fault);
            said(here, message, "not expected", help)
        }
    }
}

/// Message and help of the faults that need no more than that.
fn words(fault: &Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::AfterQuote => (
            "text follows the closing quote",
            "put the whole value in quotes; inside '…' write '' for a quote, inside \"…\" write \\\"",
        ),
        Fault::StrayBracket => ("this bracket closes nothing", "remove it, or put the value in double quotes"),
        Fault::InBrackets => (
            "inside brackets, a comma or the closing bracket is missing before this",
            "separate items with `, ` and close each `[` with `]` and each `{` with `}`",
        ),
        Fault::Dash => (
            "a list can't start on the line of its key",
            "put each `- item` on a line of its own below the key; quote a text that begins with `- `",
        ),
        Fault::NoName => {
            ("`&` and `*` must be followed by a name", "put a text that begins with `&` or `*` in double quotes")
        }
        Fault::BlockHeader => (
            "text follows `|` or `>` on the same line",
            "start the text on the next line, indented; quote a text that begins with `|` or `>`",
        ),
        Fault::Comment => ("a comment is not possible here", "put a space before the `#`, or quote the text"),
        Fault::Tag => ("this is not a tag", "put a text that begins with `!` in double quotes"),
        Fault::Indentation | Fault::DocumentStart => (
            "this line does not fit what stands above it",
            "align keys of one mapping, and the dashes of one list, in one column; don't mix both",
        ),
        _ => ("this is not valid YAML", "put the value in double quotes if it is text"),
    }
}

fn character(c: char, here: Bytes) -> Explained {
    if c.is_ascii() && !c.is_control() {
        let help = "put the value in double quotes";
        return said(here, format!("a value can't begin with {c:?}"), "not expected", help);
    }
    let code = u32::from(c);
    let escape = if code < 256 { format!("\\x{code:02x}") } else { format!("\\u{code:04x}") };
    let help = format!("remove it, or write it as `{escape}` inside double quotes");
    said(here, format!("the character U+{code:04X} can't stand in YAML"), "here", help)
}

/// A `{{ … }}` at the start of a value on this line.
fn template(text: &str, here: Bytes) -> Option<Explained> {
    let (start, line) = line_at(text, here.lo);
    let line = uncommented(line);
    let value = value_on(line);
    let found = line.get(value..)?;
    if !found.starts_with("{{") {
        return None;
    }
    let bytes = Bytes { lo: start + value, hi: start + line.len() };
    let help = format!("put the whole value in quotes: {}", quoted(found));
    Some(said(bytes, "a template at the start of a value must be quoted", "read as a mapping", help))
}

/// A line, or a part of one, without a comment at its end.
fn uncommented(line: &str) -> &str {
    line.split(" #").next().unwrap_or(line).trim_end()
}

/// Where the value of a `key: value` or `- value` line begins.
fn value_on(line: &str) -> usize {
    let after_key = line.find(": ").map_or(0, |i| i + 2);
    let rest = line.get(after_key..).unwrap_or_default();
    let trimmed = rest.trim_start_matches(['-', ' ']);
    after_key + rest.len() - trimmed.len()
}

/// A second `: ` in an unquoted value.
fn second_colon(text: &str, here: Bytes, value: Bytes) -> Explained {
    let (start, line) = line_at(text, here.lo);
    let from = if value.lo >= start && value.hi <= here.lo { value.lo - start } else { value_on(line) };
    let help = match line.get(from..).map(uncommented).filter(|v| !v.is_empty() && !v.starts_with(['"', '\''])) {
        Some(value) => format!("put the value in quotes: {}", quoted(value)),
        None => "put the nested mapping on lines of its own below the key, indented".to_owned(),
    };
    said(here, "a second `: ` on this line", "not expected", help)
}

/// A key that was read as the continuation of the lines above it.
fn run_on(text: &str, scalar: Bytes) -> Explained {
    let (start, line) = line_at(text, scalar.lo);
    let shown = short(line.trim());
    let end = start + line.trim_end().len();
    let bytes = Bytes { lo: scalar.lo, hi: end.max(scalar.lo) };
    let before = text.get(start..scalar.lo).unwrap_or_default().trim_end();
    if before.ends_with([':', '-']) {
        let message = "the next line is indented below a line that already has a value";
        let help = "align it with the lines it belongs to, or remove this value";
        return said(bytes, message, "this value runs on to the next line", help);
    }
    let help = match line.trim_start_matches(['-', ' ']).split_once(':') {
        Some((key, value)) => format!("put a space after the colon: `{}: {}`", short(key), short(value)),
        None => format!("end it with a colon, `{shown}: …`, or remove it"),
    };
    said(bytes, format!("`{shown}` is no `key: value`"), "the next line is read as part of it", help)
}

fn no_colon(text: &str, here: Bytes) -> Explained {
    let (start, line) = line_at(text, here.lo);
    let end = start + line.trim_end().len();
    let bytes = Bytes { lo: here.lo, hi: end.max(here.hi) };
    let shown = text.get(here.lo..end).unwrap_or_default();
    if shown.len() > 1024 {
        return said(here, "a key has more than 1024 characters", "not expected", "write it as `? key` and `: value`");
    }
    let help = match shown.split_once(':') {
        Some((key, value)) if !value.is_empty() => {
            format!("put a space after the colon: `{}: {}`", short(key), short(value.trim_start()))
        }
        _ => "write `key: value`, or indent the line if it continues the text above".to_owned(),
    };
    said(bytes, format!("`{}` is no `key: value`", short(shown)), "a key is expected", help)
}

/// The first tab in the indentation of this line or the one after it.
fn tab_near(text: &str, here: Bytes) -> Bytes {
    let (start, _) = line_at(text, here.lo);
    let rest = text.get(start..).unwrap_or_default();
    let mut at = start;
    for line in rest.split_inclusive('\n').take(3) {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indent).and_then(|s| s.find('\t')) {
            return Bytes { lo: at + tab, hi: at + tab + 1 };
        }
        at += line.len();
    }
    here
}

fn partner(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// A text in the quotes that suit it.
fn quoted(text: &str) -> String {
    let quote = if text.contains('"') { '\'' } else { '"' };
    format!("{quote}{}{quote}", short(text))
}

/// At most 60 characters of a text, for a help line.
fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The character that holds byte `at`; nothing at the end of the text.
pub(super) fn char_at(text: &str, at: usize) -> Bytes {
    let at = at.min(text.len());
    let lo = (0..4).map(|n| at.saturating_sub(n)).find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let len = text.get(lo..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
    Bytes { lo, hi: lo + len }
}
