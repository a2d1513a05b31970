//! Filters that write a value in the syntax of another language, so that no value can leave its place.

use std::fmt::Write as _;

use minijinja::{Error, Value as Jinja};

use super::filters::{refuse, scalar_text};
use super::wrap::given;
use crate::base::{Kind, Value, json};

/// HCL (Terraform, Vault policies): strings in quotes with `${` and `%{` escaped, lists, objects.
pub(super) fn hcl(value: &Jinja) -> Result<String, Error> {
    let mut out = String::new();
    write_hcl(&given(value)?, &mut out);
    Ok(out)
}

fn write_hcl(value: &Value, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Str(s) => hcl_string(s, out),
        Kind::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write_hcl(item, out);
            }
            out.push(']');
        }
        Kind::Map(map) => {
            out.push('{');
            for (i, entry) in map.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { " " });
                hcl_string(&entry.key, out);
                out.push_str(" = ");
                write_hcl(&entry.value, out);
            }
            out.push_str(if map.is_empty() { "}" } else { " }" });
        }
        Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => {
            out.push_str(&scalar_text(value).unwrap_or_default());
        }
    }
}

/// Source: HCL native syntax specification, "Template Expressions" and "Quoted literals"; for version 1,
/// which reads Vault's policies, its `hcl/strconv/quote.go`. Version 2 would have `$${` for a literal
/// `${`, which version 1 takes as it stands; both read an escaped dollar as no more than a dollar.
fn hcl_string(text: &str, out: &mut String) {
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => escape(c, out),
            c if c.is_control() => escape(c, out),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    let mut units = [0_u16; 2];
    for unit in c.encode_utf16(&mut units) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// A word of a POSIX shell in single quotes; a list gives several words.
pub(super) fn sh(value: &Jinja) -> Result<String, Error> {
    let value = given(value)?;
    let words = value.as_list().unwrap_or(std::slice::from_ref(&value));
    let quoted: Result<Vec<String>, Error> = words.iter().map(sh_word).collect();
    Ok(quoted?.join(" "))
}

fn sh_word(value: &Value) -> Result<String, Error> {
    let text = plain(value, "sh")?;
    match text.contains('\0') {
        true => Err(refuse("a word of a shell can't hold a NUL character")),
        false => Ok(format!("'{}'", text.replace('\'', "'\\''"))),
    }
}

fn plain(value: &Value, filter: &str) -> Result<String, Error> {
    scalar_text(value).ok_or_else(|| refuse(format!("`{filter}` takes text, not {}", value.type_name())))
}

/// JSON on one line.
pub(super) fn json(value: &Jinja) -> Result<String, Error> {
    Ok(json::to_json(&given(value)?).to_string())
}

/// A field of CSV (RFC 4180); a list gives a record.
pub(super) fn csv(value: &Jinja) -> Result<String, Error> {
    let value = given(value)?;
    let fields = value.as_list().unwrap_or(std::slice::from_ref(&value));
    let quoted: Result<Vec<String>, Error> = fields.iter().map(csv_field).collect();
    Ok(quoted?.join(","))
}

/// Quotes also what only some readers misread: spaces at the ends (Casbin trims them) and a leading
/// `#` (a comment for Casbin and others).
fn csv_field(value: &Value) -> Result<String, Error> {
    let text = plain(value, "csv")?;
    let special = text.contains([',', '"', '\r', '\n']);
    let at_ends = text.starts_with([' ', '\t', '#']) || text.ends_with([' ', '\t']);
    Ok(if special || at_ends { format!("\"{}\"", text.replace('"', "\"\"")) } else { text })
}

/// YAML on one line: texts in double quotes, everything else in flow style.
pub(super) fn yaml(value: &Jinja) -> Result<String, Error> {
    let json = json::to_json(&given(value)?).to_string();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // YAML 1.1 takes these for line breaks, or refuses them; JSON writes them as they are.
        let breaks = matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
        if breaks { escape(c, &mut out) } else { out.push(c) }
    }
    Ok(out)
}
