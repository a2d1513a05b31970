//! Our own filters.

use std::fmt::Write as _;

use minijinja::value::{Kwargs, Rest};
use minijinja::{Error, ErrorKind, Value as Jinja};
use sha2::{Digest, Sha256};

use super::wrap::{self, given};
use crate::base::names::LABEL_MAX;
use crate::base::{Kind, Value, json, names};

/// Longest text that a filter makes, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// Widest indentation.
const MAX_INDENT: usize = 64;

/// An error of a filter.
pub(super) fn refuse(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

/// An argument that may be left out. One that is written and not set is an error: minijinja's own
/// optional arguments would silently take it for left out.
fn optional(args: &[Jinja]) -> Result<Option<&Jinja>, Error> {
    match args {
        [] => Ok(None),
        [arg] if arg.is_undefined() => Err(Error::from(ErrorKind::UndefinedError)),
        [arg] => Ok(Some(arg)),
        _ => Err(Error::from(ErrorKind::TooManyArguments)),
    }
}

fn number(args: &[Jinja], otherwise: usize) -> Result<usize, Error> {
    optional(args)?.map_or(Ok(otherwise), |arg| usize::try_from(arg.clone()))
}

/// The text of a scalar, as YAML would show it.
pub(super) fn text(value: &Jinja) -> Result<String, Error> {
    let value = given(value)?;
    scalar_text(&value).ok_or_else(|| refuse(format!("this takes text, not {}", value.type_name())))
}

/// The text of a string, number or boolean; nothing for the others.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Str(s) => Some(s.to_string()),
        Kind::Bool(b) => Some(b.to_string()),
        Kind::Int(n) => Some(n.to_string()),
        Kind::UInt(n) => Some(n.to_string()),
        Kind::Float(n) => serde_json::Number::from_f64(*n).map(|n| n.to_string()),
        Kind::Null | Kind::List(_) | Kind::Map(_) => None,
    }
}

fn bounded(len: usize) -> Result<(), Error> {
    match len > MAX_TEXT {
        true => Err(refuse(format!("the text would be longer than {MAX_TEXT} bytes"))),
        false => Ok(()),
    }
}

/// A DNS-1123 label: lower case, other characters become `-`; what is too long is cut and ends in a hash.
pub(super) fn dns(value: &Jinja) -> Result<String, Error> {
    let text = text(value)?;
    let mapped = text.chars().map(|c| match c.to_ascii_lowercase() {
        c if c.is_ascii_lowercase() || c.is_ascii_digit() => c,
        _ => '-',
    });
    let mut label = mapped.collect::<String>().trim_matches('-').to_owned();
    if label.len() > LABEL_MAX {
        label.truncate(LABEL_MAX - 9);
        label = format!("{}-{}", label.trim_end_matches('-'), hash(&text, 8));
    }
    match names::label_fault(&label) {
        Some(_) => Err(refuse(format!("no DNS label can be made of {text:?}: it has no letter or digit"))),
        None => Ok(label),
    }
}

fn hash(text: &str, len: usize) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(len);
    hex
}

/// The SHA-256 of a text in hexadecimal, or its first `len` digits.
#[allow(clippy::needless_pass_by_value)] // minijinja hands arguments over.
pub(super) fn sha256(value: &Jinja, len: Rest<Jinja>) -> Result<String, Error> {
    Ok(hash(&text(value)?, number(&len, 64)?.clamp(1, 64)))
}

/// RFC 4648 base64 with padding.
pub(super) fn b64encode(value: &Jinja) -> Result<String, Error> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = text(value)?;
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * i) & 63) as usize).copied().unwrap_or(b'=');
            out.push(char::from(if i > chunk.len() { b'=' } else { digit }));
        }
    }
    Ok(out)
}

/// A text in double quotes, as JSON writes it.
pub(super) fn quote(value: &Jinja) -> Result<String, Error> {
    Ok(serde_json::Value::from(text(value)?).to_string())
}

/// JSON on one line, or indented with `pretty=true`.
#[allow(clippy::needless_pass_by_value)] // minijinja hands arguments over.
pub(super) fn to_json(value: &Jinja, options: Kwargs) -> Result<String, Error> {
    let pretty = options.get::<Option<bool>>("pretty")?.unwrap_or(false);
    options.assert_all_used()?;
    let json = json::to_json(&given(value)?);
    Ok(if pretty { format!("{json:#}") } else { json.to_string() })
}

/// A mapping with the entries of a second one over it; only the first level is merged.
pub(super) fn merge(value: &Jinja, over: &Jinja) -> Result<Jinja, Error> {
    let (base, over) = (given(value)?, given(over)?);
    let (Some(map), Some(more)) = (base.as_map(), over.as_map()) else {
        let message = format!("`merge` takes two mappings, not {} and {}", base.type_name(), over.type_name());
        return Err(refuse(message));
    };
    let mut merged = map.clone();
    more.iter().for_each(|entry| merged.put(entry.clone()));
    Ok(wrap::to_jinja(&Value::from(merged).at(base.span)))
}

/// The keys of a mapping in byte order.
pub(super) fn sorted_keys(value: &Jinja) -> Result<Jinja, Error> {
    let value = given(value)?;
    let Some(map) = value.as_map() else {
        return Err(refuse(format!("`sorted_keys` takes a mapping, not {}", value.type_name())));
    };
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let keys = entries.into_iter().map(|e| Value::from(e.key.clone()).at(e.key_span));
    Ok(wrap::to_jinja(&keys.collect::<Value>().at(value.span)))
}

/// The texts of a list with a separator between them.
#[allow(clippy::needless_pass_by_value)] // minijinja hands arguments over.
pub(super) fn join(value: &Jinja, separator: Rest<Jinja>) -> Result<String, Error> {
    let list = given(value)?;
    let Some(items) = list.as_list() else {
        return Err(refuse(format!("`join` takes a list, not {}", list.type_name())));
    };
    let separator = optional(&separator)?.map_or(Ok(String::new()), text)?;
    let mut out = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(&separator);
        }
        let Some(text) = scalar_text(item) else {
            return Err(refuse(format!("`join` takes a list of texts, and one item is {}", item.type_name())));
        };
        out.push_str(&text);
        bounded(out.len())?;
    }
    Ok(out)
}

/// Every occurrence of a text replaced.
pub(super) fn replace(value: &Jinja, from: &Jinja, to: &Jinja) -> Result<String, Error> {
    let (text, from, to) = (text(value)?, text(from)?, text(to)?);
    bounded(text.len().saturating_add(text.matches(&from).count().saturating_mul(to.len())))?;
    Ok(text.replace(&from, &to))
}

/// Every line but the first, and but empty ones, moved to the right.
#[allow(clippy::needless_pass_by_value)] // minijinja hands arguments over.
pub(super) fn indent(value: &Jinja, width: Rest<Jinja>) -> Result<String, Error> {
    let text = text(value)?;
    let width = number(&width, 2)?;
    if width > MAX_INDENT {
        return Err(refuse(format!("`indent` moves by at most {MAX_INDENT} columns")));
    }
    bounded(text.len().saturating_add(text.matches('\n').count() * width))?;
    let pad = " ".repeat(width);
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
            out.push_str(if line.is_empty() { "" } else { &pad });
        }
        out.push_str(line);
    }
    Ok(out)
}
