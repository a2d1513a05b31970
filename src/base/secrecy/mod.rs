//! What looks like a secret that stands in plain text: names of keys, shapes of values, and what only
//! refers to a secret.
//!
//! | file | holds |
//! |---|---|
//! | `words` | what the name of a key says about its value |
//! | `values` | which values are references, names or switches, and no secrets |
//! | `shapes` | tokens and keys that are known by their shape, wherever they stand |
//! | `encoded` | base64 |
//! | `line` | a line of text that was not, or could not be, parsed |
//!
//! Nothing here guesses by how random a text looks: a rule that cries wolf is switched off.

mod encoded;
mod line;
mod shapes;
mod values;
mod words;

pub use encoded::decode;
pub use line::in_line;
pub use shapes::{Shape, shapes};
pub use values::{is_certificate, is_key_name, is_reference, is_switch, literal};
pub use words::{Head, head};

/// Whether a text may name a secret at all, so that it is worth being parsed.
#[must_use]
pub fn mentions(text: &str) -> bool {
    const NOUNS: [&[u8]; 7] = [b"passw", b"passphr", b"_pass", b"token", b"secret", b"key", b"pwd"];
    let bytes = text.as_bytes();
    let starts =
        |i: usize, noun: &[u8]| bytes.get(i..i + noun.len()).is_some_and(|found| found.eq_ignore_ascii_case(noun));
    (0..bytes.len()).any(|i| match bytes.get(i).map(u8::to_ascii_lowercase) {
        Some(b'p' | b'_' | b't' | b's' | b'k') => NOUNS.iter().any(|noun| starts(i, noun)),
        _ => false,
    })
}
