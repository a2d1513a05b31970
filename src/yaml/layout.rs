//! Looks at the text between two tokens, where the parser's spans leave things out.

/// The first byte of `wanted` between two tokens, at or after `from` and before `to`: past blanks,
/// line breaks, comments, anchors, tags and the indicators `:`, `-`, `?` and `,`.
pub(super) fn find_between(text: &str, from: usize, to: usize, wanted: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes().get(..to)?;
    let mut at = from;
    let mut after_blank = false;
    while let Some(&b) = bytes.get(at) {
        if wanted.contains(&b) {
            return Some(at);
        }
        match b {
            b'#' if after_blank => at = skip_until(bytes, at, |b| b == b'\n'),
            b'&' | b'!' => at = skip_until(bytes, at, |b| b.is_ascii_whitespace()),
            b' ' | b'\t' | b'\n' | b'\r' | b':' | b'-' | b'?' | b',' | b'[' | b'{' => at += 1,
            _ => return None,
        }
        after_blank = matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    }
    None
}

fn skip_until(bytes: &[u8], from: usize, stop: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|&b| stop(b)).map_or(bytes.len(), |n| from + n)
}

/// The end of a block scalar's content: `hi` without the line breaks and blanks before it, but not
/// before `lo`.
pub(super) fn trim_end(text: &str, lo: usize, hi: usize) -> usize {
    let content = text.get(lo..hi).unwrap_or_default();
    lo + content.trim_end_matches(['\n', '\r', ' ', '\t']).len()
}

/// The line that holds byte `at`, without its break, and where it starts.
pub(super) fn line_at(text: &str, at: usize) -> (usize, &str) {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    (start, line.strip_suffix('\r').unwrap_or(line))
}
