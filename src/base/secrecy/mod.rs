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

/// Longest key that is looked at, in bytes.
const LONGEST_KEY: usize = 200;

/// The last bytes of a text, about so many: hostile texts are long and have no spaces.
fn last(text: &str, bytes: usize) -> &str {
    let from = text.len().saturating_sub(bytes);
    let from = (from..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len());
    text.get(from..).unwrap_or_default()
}

/// Whether a text has a key that names a secret, so that it is worth being parsed: `password:` anywhere,
/// or `name: PASSWORD`.
#[must_use]
pub fn mentions(text: &str) -> bool {
    let outside = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '{' | '[' | ',');
    text.match_indices(':').any(|(at, _)| {
        let before = last(text.get(..at).unwrap_or_default(), LONGEST_KEY).trim_end_matches(['"', '\'']);
        let key = before.get(before.rfind(outside).map_or(0, |i| i + 1)..).unwrap_or_default();
        let after = || {
            let rest = text.get(at + 1..).unwrap_or_default().trim_start_matches([' ', '"', '\'']);
            let word = rest.split(|c: char| outside(c) || c == '}').next().unwrap_or_default();
            word.get(..word.len().min(LONGEST_KEY)).unwrap_or_default()
        };
        head(key).is_some()
            || (matches!(key, "name" | "path") && head(after().rsplit('/').next().unwrap_or_default()).is_some())
    })
}
