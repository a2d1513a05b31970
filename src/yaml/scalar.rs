//! What a plain scalar means: as the Go YAML reader of Kubernetes (`sigs.k8s.io/yaml`, checked
//! against kubectl 1.32) resolves it, so that a spec reads here as it would read there.

use std::borrow::Cow;

use crate::base::Kind;

/// The value of an unquoted scalar without a tag.
///
/// Beyond YAML 1.2: `y`, `yes`, `on` and their kin are booleans; `012`, `0o12`, `0x1F` and `0b101`
/// are whole numbers; underscores between digits don't count. Base 60 (`12:30:45`) and timestamps
/// are text. A whole number above 64 bits is a float; a float beyond the range of a double is text.
#[must_use]
pub fn resolve(text: &str) -> Kind {
    match text.as_bytes().first() {
        None => Some(Kind::Null),
        Some(b'0'..=b'9' | b'+' | b'-') => named(text).or_else(|| number(text)),
        Some(b'.') => named(text).or_else(|| dotted(text)),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => named(text),
        Some(_) => None,
    }
    .unwrap_or_else(|| Kind::Str(text.into()))
}

fn named(text: &str) -> Option<Kind> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Kind::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Kind::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Kind::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Kind::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Kind::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// Texts that begin with a digit or a sign.
fn number(text: &str) -> Option<Kind> {
    let plain = match text.contains('_') {
        true => Cow::Owned(text.replace('_', "")),
        false => Cow::Borrowed(text),
    };
    whole(&plain).or_else(|| is_decimal(&plain).then(|| float(&plain))?).or_else(|| signed_binary(&plain))
}

/// Go's `ParseInt` and `ParseUint` with base 0.
fn whole(plain: &str) -> Option<Kind> {
    let (negative, digits) = match plain.as_bytes().first()? {
        b'-' => (true, plain.get(1..)?),
        b'+' => (false, plain.get(1..)?),
        _ => (false, plain),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // `from_str_radix` would take another sign here.
    if !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    match negative {
        false => Some(i64::try_from(size).map_or(Kind::UInt(size), Kind::Int)),
        true => 0i64.checked_sub_unsigned(size).map(Kind::Int),
    }
}

/// A sign after the prefix: Go reads `0b-1` as -1, as it cuts the prefix off before it parses.
fn signed_binary(plain: &str) -> Option<Kind> {
    let digits = plain.strip_prefix("0b")?;
    let signed = digits.starts_with(['-', '+']);
    if !signed || !digits.get(1..)?.bytes().all(|b| matches!(b, b'0' | b'1')) {
        return None;
    }
    i64::from_str_radix(digits, 2).ok().map(Kind::Int)
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_decimal(plain: &str) -> bool {
    let text = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent_good = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    exponent_good
        && match mantissa.split_once('.') {
            Some((before, after)) => digits(before) && digits(after) && !(before.is_empty() && after.is_empty()),
            None => !mantissa.is_empty() && digits(mantissa),
        }
}

fn float(plain: &str) -> Option<Kind> {
    plain.parse().ok().filter(|n: &f64| n.is_finite()).map(Kind::Float)
}

/// Texts that begin with a dot: Go's `ParseFloat`, which wants each underscore between two digits.
fn dotted(text: &str) -> Option<Kind> {
    let bytes = text.as_bytes();
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let misplaced = |(i, _): (usize, &u8)| !(digit(i.checked_sub(1)) && digit(Some(i + 1)));
    if bytes.iter().enumerate().filter(|(_, b)| **b == b'_').any(misplaced) {
        return None;
    }
    let plain = text.replace('_', "");
    if is_decimal(&plain) { float(&plain) } else { None }
}
