//! How a text is written so that every reader gets it back.
//!
//! A text stays plain only if Go's YAML readers (v2 and v3), `PyYAML` (YAML 1.1) and ruamel.yaml (1.2)
//! all read it as that very text. Quoting one text too many costs two characters; one too few turns
//! a version into a number.

/// What a scan of the bytes of a text found.
#[derive(Clone, Copy, Default)]
pub(super) struct Found(u8);

const COLON: u8 = 1;
const HASH: u8 = 2;
const BREAK: u8 = 4;
const TAB: u8 = 8;
/// Characters that readers refuse, change or hide unless they are escaped.
const ESCAPE: u8 = 16;
const QUOTE: u8 = 32;
const HIGH: u8 = 64;

/// Class of each byte: 0 for those that never matter inside a text.
static CLASS: [u8; 256] = classes();

#[allow(clippy::indexing_slicing)] // Evaluated by the compiler.
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b {
            0x09 => TAB,
            0x0a => BREAK,
            0..0x20 | 0x7f => ESCAPE,
            0x22 | 0x5c => QUOTE,
            0x23 => HASH,
            0x3a => COLON,
            0x80..=0xff => HIGH,
            _ => 0,
        };
        b += 1;
    }
    table
}

impl Found {
    /// Looks at every byte, and at the neighbours of those that may matter.
    pub(super) fn scan(text: &str) -> Found {
        let class = |b: u8| CLASS.get(usize::from(b)).copied().unwrap_or(ESCAPE);
        let mut found = text.bytes().fold(0, |all, b| all | class(b));
        if found & (COLON | HASH) != 0 {
            found = found & !(COLON | HASH) | indicators(text.as_bytes());
        }
        if found & HIGH != 0 && text.chars().any(|c| !c.is_ascii() && hidden(c)) {
            found |= ESCAPE;
        }
        Found(found)
    }

    fn has(self, classes: u8) -> bool {
        self.0 & classes != 0
    }

    /// Whether the text has a line break.
    pub(super) fn multi_line(self) -> bool {
        self.has(BREAK)
    }

    /// Whether the text can be a literal block, as far as its characters go.
    pub(super) fn printable(self) -> bool {
        !self.has(ESCAPE)
    }
}

/// The colons and hashes that mean something: a colon ends a key only before a blank, a hash starts a
/// comment only after one.
fn indicators(bytes: &[u8]) -> u8 {
    let blank = |b: Option<&u8>| b.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n'));
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    let mut before = None;
    let mut found = 0;
    for (b, next) in bytes.iter().zip(next) {
        found |= match b {
            b':' if blank(next) => COLON,
            b'#' if blank(before) => HASH,
            _ => 0,
        };
        before = Some(b);
    }
    found
}

/// Characters beyond ASCII that are escaped: line breaks to some reader, refused by some reader, or
/// invisible to whoever reviews the file.
fn hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}

/// Writes a text of one line, or as one line: plain, or in quotes.
pub(super) fn one_line(out: &mut String, text: &str, found: Found) {
    if found.has(ESCAPE | BREAK | TAB) {
        double(out, text);
    } else if !found.has(COLON | HASH) && is_plain(text) {
        out.push_str(text);
    } else if found.has(QUOTE) {
        single(out, text);
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

fn single(out: &mut String, text: &str) {
    out.push('\'');
    for (i, part) in text.split('\'').enumerate() {
        if i > 0 {
            out.push_str("''");
        }
        out.push_str(part);
    }
    out.push('\'');
}

fn double(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\u{1b}' => out.push_str("\\e"),
            c if c.is_control() => hex(out, 'x', 2, c),
            c if !c.is_ascii() && hidden(c) => hex(out, 'u', 4, c),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn hex(out: &mut String, letter: char, digits: u32, c: char) {
    out.push('\\');
    out.push(letter);
    for i in (0..digits).rev() {
        out.push(char::from_digit((u32::from(c) >> (4 * i)) & 15, 16).unwrap_or('0'));
    }
}

/// Whether a text without colons, hashes and characters that matter inside a text can stand as it is.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if last == b' ' {
        return false;
    }
    match first {
        b' ' | b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => false,
        b'-' => match bytes {
            [_, b'-', third, ..] => third.is_ascii_alphabetic(),
            [_, b' ', ..] => false,
            _ => !maybe_number(bytes),
        },
        b'0'..=b'9' | b'+' | b'.' => !maybe_number(bytes),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => !is_word(text),
        b'=' => bytes.len() > 1,
        b'<' => bytes != b"<<",
        _ => true,
    }
}

/// Words that some reader takes for null or a boolean, in any case.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"];
    text.len() <= 5 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether some reader may take a text for a number or a time: one that begins with a digit, a sign
/// or a dot. Wide: what it lets through has a character no number has, or is a version.
fn maybe_number(bytes: &[u8]) -> bool {
    let rest = match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    };
    let special = matches!(
        rest,
        [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]
            | [b'.', b'i' | b'I' | b'n' | b'N', b'n' | b'N' | b'a' | b'A', _]
            | [b'.', b'.', b'.', ..]
    );
    if special {
        return true;
    }
    let mut dots = 0;
    let mut others = false;
    for &b in rest {
        match b {
            b'0'..=b'9' => {}
            b'.' => dots += 1,
            // Some readers drop underscores before they look for a prefix such as `0x`.
            b'_' => return true,
            b'+' | b'-' | b':' | b'e' | b'E' | b't' | b'T' | b'z' | b'Z' | b' ' => others = true,
            _ => return bytes.contains(&b'_'),
        }
    }
    others || dots < 2 || bytes.len() != rest.len()
}
