//! Classes: `[a-z]`, `\d`, `[:alpha:]`, `\p{Greek}`.

use super::super::PatternFault;
use super::escape::{Reader, character, fault, literal};

const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
];
const NAMED: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

/// The class that a letter after a backslash names.
pub(super) fn perl(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => r"[\t\n\x0C\r ]",
        'S' => r"[^\t\n\x0C\r ]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

/// A class of Unicode; `p` or `P` was read.
pub(super) fn unicode(letter: char, reader: &mut Reader) -> Result<String, PatternFault> {
    let Some(c) = reader.next() else { return fault("a name is missing after `\\p`") };
    let name = if c == '{' {
        let Some((name, rest)) = reader.text.split_once('}') else {
            return fault("the `{` after `\\p` is never closed");
        };
        reader.text = rest;
        name.to_owned()
    } else {
        c.to_string()
    };
    let (name, not) = match name.strip_prefix('^') {
        Some(name) => (name, letter == 'p'),
        None => (&*name, letter == 'P'),
    };
    let letter = if not { 'P' } else { 'p' };
    let script = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.len() > 2;
    match name {
        "Any" => Ok(if not { r"[^\x{0}-\x{10FFFF}]" } else { r"[\x{0}-\x{10FFFF}]" }.to_owned()),
        _ if CATEGORIES.contains(&name) => Ok(format!("\\{letter}{{{name}}}")),
        _ if script && regex::Regex::new(&format!("\\p{{Script={name}}}")).is_ok() => {
            Ok(format!("\\{letter}{{Script={name}}}"))
        }
        _ => fault(format!("`{name}` is no class of characters")),
    }
}

/// What follows a `[`.
pub(super) fn bracketed(reader: &mut Reader) -> Result<String, PatternFault> {
    let mut class = String::from("[");
    if reader.skip("^") {
        class.push('^');
    }
    let mut empty = true;
    while empty || reader.peek() != Some(']') {
        empty = false;
        match item(reader)? {
            Some(whole) => class.push_str(&whole),
            None => class.push_str(&range(reader)?),
        }
    }
    reader.next();
    class.push(']');
    Ok(class)
}

/// A class in a class.
fn item(reader: &mut Reader) -> Result<Option<String>, PatternFault> {
    if let Some((name, rest)) = reader.text.strip_prefix("[:").and_then(|t| t.split_once(":]")) {
        if !NAMED.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return fault(format!("`[:{name}:]` is no class of characters"));
        }
        reader.text = rest;
        return Ok(Some(format!("[:{name}:]")));
    }
    let mut letters = reader.text.chars();
    if letters.next() != Some('\\') {
        return Ok(None);
    }
    match letters.next() {
        Some(letter @ ('p' | 'P')) => {
            reader.text = letters.as_str();
            unicode(letter, reader).map(Some)
        }
        Some(letter) if perl(letter).is_some() => {
            reader.text = letters.as_str();
            Ok(perl(letter).map(str::to_owned))
        }
        _ => Ok(None),
    }
}

fn range(reader: &mut Reader) -> Result<String, PatternFault> {
    let lo = one(reader)?;
    let mut ahead = reader.text.chars();
    let to = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
    if !to {
        return Ok(literal(lo));
    }
    reader.next();
    let hi = one(reader)?;
    match (char::from_u32(lo), char::from_u32(hi)) {
        _ if hi < lo => fault("a range of characters is empty"),
        (Some(_), Some(_)) => Ok(format!("{}-{}", literal(lo), literal(hi))),
        _ => fault("a range ends in half a surrogate pair"),
    }
}

fn one(reader: &mut Reader) -> Result<u32, PatternFault> {
    match reader.next() {
        Some('\\') => character(reader),
        Some(c) => Ok(c.into()),
        None => fault("the `[` is never closed"),
    }
}
