//! Which revisions and versions stay what they are.

/// Whether a text is one version in full: three numbers, with whatever stands before or behind them.
#[must_use]
pub fn is_version(text: &str) -> bool {
    let start = text.rfind(['/', '@']).map_or(0, |i| i + 1);
    let name = text.get(start..).unwrap_or_default();
    let numbers = name.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-' || c == '_');
    parts(numbers) == Some(3) && !name.contains([' ', '^', '~', '<', '>', '=', '*', ','])
}

/// How many numbers with dots between them stand before a suffix, if nothing else does.
fn parts(text: &str) -> Option<usize> {
    let parts: Vec<&str> = text.split(['-', '+']).next()?.split('.').collect();
    let digits = |p: &&str| !p.is_empty() && p.chars().all(|c| c.is_ascii_digit());
    parts.iter().all(digits).then_some(parts.len())
}

/// Whether a revision of git is a commit or, as far as its name tells, a tag.
#[must_use]
pub fn is_pinned(revision: &str) -> bool {
    let commit = revision.len() >= 40 && revision.chars().all(|c| c.is_ascii_hexdigit());
    commit || revision.starts_with("refs/tags/") || is_version(revision)
}

/// Whether the revision of an OCI artifact can only be one thing: a digest, or a tag with three numbers.
#[must_use]
pub fn is_exact(revision: &str) -> bool {
    revision.starts_with("sha256:") || is_version(revision)
}

/// Whether the version of a chart is one, and no range (Argo CD 3.x, `util/versions`: `1.10` is taken as it is).
#[must_use]
pub fn is_one_chart(version: &str) -> bool {
    let numbers = parts(version.strip_prefix('v').unwrap_or(version));
    is_exact(version) || numbers.is_some_and(|count| count <= 3)
}
