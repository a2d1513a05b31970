//! Texts as bytes, and characters in them as Go finds them.

/// The first character and its width; as in Go, a byte that is none counts as U+FFFD.
pub(super) fn first(text: &[u8]) -> (char, usize) {
    let end = text.len().min(4);
    let head = text.get(..end).unwrap_or_default();
    match head.utf8_chunks().next() {
        Some(chunk) => match chunk.valid().chars().next() {
            Some(c) => (c, c.len_utf8()),
            None => (char::REPLACEMENT_CHARACTER, 1),
        },
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

/// Each character with its first byte.
pub(super) fn chars(text: &[u8]) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|r| !r.is_empty())?;
        let (c, width) = first(rest);
        at += width;
        Some((at - width, c))
    })
}

pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    text.windows(needle.len()).position(|w| w == needle)
}

pub(super) fn from(text: &[u8], at: usize) -> &[u8] {
    text.get(at..).unwrap_or_default()
}
