//! Base64, which hides nothing.

/// Longest text that is looked into, in bytes.
const LONGEST: usize = 64 * 1024;

/// The text that a base64 value stands for, if it is one and gives readable text.
#[must_use]
pub fn decode(value: &str) -> Option<String> {
    let mut out = Vec::with_capacity(value.len() / 4 * 3);
    let (mut bits, mut count, mut padding, mut digits) = (0u32, 0u32, 0usize, 0usize);
    for b in value.bytes().take(LONGEST).filter(|b| !b.is_ascii_whitespace()) {
        digits += 1;
        if b == b'=' {
            padding += 1;
            continue;
        }
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(digit(b)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    let whole = value.len() > LONGEST || digits.is_multiple_of(4);
    if !whole || padding > 2 || out.is_empty() {
        return None;
    }
    let text = match String::from_utf8(out) {
        Ok(text) => text,
        // A character cut at the limit.
        Err(error) if value.len() > LONGEST => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        Err(_) => return None,
    };
    text.chars().all(|c| !c.is_control() || c.is_whitespace()).then_some(text)
}

fn digit(b: u8) -> Option<u8> {
    Some(match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}
