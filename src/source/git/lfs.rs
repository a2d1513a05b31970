//! Files that Git LFS keeps outside the repository.

use sha2::{Digest as _, Sha256};

/// Pointers are shorter than this many bytes (git-lfs, `docs/spec.md`).
pub(super) const POINTER_MAX: usize = 1024;
const FIRST_LINE: &str = "version https://git-lfs.github.com/spec/v1\n";

/// The SHA-256 of the content, in hex, if these bytes are a pointer to it.
pub(super) fn pointed(bytes: &[u8]) -> Option<&str> {
    if bytes.len() >= POINTER_MAX {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix(FIRST_LINE)?;
    let id = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
    (id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit())).then_some(id)
}

/// Where a clone keeps a content, below its git folder.
pub(super) fn stored(id: &str) -> String {
    let part = |range: std::ops::Range<usize>| id.get(range).unwrap_or_default();
    format!("lfs/objects/{}/{}/{id}", part(0..2), part(2..4))
}

/// The name that Git LFS has for these bytes.
pub(super) fn id_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut id, byte| {
        // Writing to a string can't fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}
