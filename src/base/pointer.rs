//! JSON Pointers (RFC 6901) over [`Value`].

use super::{Kind, Value};

/// Adds a reference token to a pointer, escaped: `~` as `~0`, `/` as `~1`.
pub fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// The unescaped tokens of a pointer. `None` when it is not a pointer: not empty and without a
/// leading `/`, or with a `~` that is not `~0` or `~1`.
#[must_use]
pub fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    pointer.strip_prefix('/')?.split('/').map(unescape).collect()
}

fn unescape(token: &str) -> Option<String> {
    let mut out = String::with_capacity(token.len());
    let mut chars = token.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '~' => match chars.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

/// The value that a pointer names.
#[must_use]
pub fn find<'v>(root: &'v Value, pointer: &str) -> Option<&'v Value> {
    tokens(pointer)?.iter().try_fold(root, |at, token| step(at, token))
}

/// The deepest value on the way of a pointer that exists, with the number of tokens it took.
#[must_use]
pub fn deepest<'v>(root: &'v Value, tokens: &[String]) -> (&'v Value, usize) {
    let mut at = root;
    for (i, token) in tokens.iter().enumerate() {
        match step(at, token) {
            Some(next) => at = next,
            None => return (at, i),
        }
    }
    (at, tokens.len())
}

fn step<'v>(at: &'v Value, token: &str) -> Option<&'v Value> {
    match &at.kind {
        Kind::Map(map) => map.get(token),
        Kind::List(items) => items.get(index(token)?),
        _ => None,
    }
}

/// An array index: digits without a leading zero.
fn index(token: &str) -> Option<usize> {
    let plain = token == "0" || !token.starts_with('0');
    (plain && token.bytes().all(|b| b.is_ascii_digit())).then(|| token.parse().ok())?
}
