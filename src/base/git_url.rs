//! URLs of repositories, compared as Argo CD compares them.

/// The form in which Argo CD compares two URLs, of git as of charts (Argo CD 3.x, `util/git`, `NormalizeGitURL`): in lower
/// case, without `.git` at the end and without `ssh://`; the colon of `user@host:path` becomes a slash.
#[must_use]
pub fn normal(url: &str) -> String {
    let lower = url.trim().to_lowercase();
    let lower = match is_ssh(&lower) && !lower.starts_with("ssh://") {
        true => lower.replacen(':', "/", 1),
        false => lower,
    };
    let bare = lower.strip_suffix(".git").unwrap_or(&lower);
    bare.strip_prefix("ssh://").unwrap_or(bare).to_owned()
}

/// A form that is equal too where only a slower reader would see a difference: slashes at the end, `.git` before
/// them, the scheme `oci://`, the name of a user.
#[must_use]
pub fn loose(url: &str) -> String {
    let normal = normal(url);
    let bare = normal.trim_end_matches('/');
    let bare = bare.strip_suffix(".git").unwrap_or(bare).trim_end_matches('/');
    let bare = bare.strip_prefix("oci://").unwrap_or(bare);
    match bare.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", after_user(rest)),
        None => bare.to_owned(),
    }
}

fn after_user(rest: &str) -> &str {
    let host = rest.find('/').unwrap_or(rest.len());
    let at = rest.get(..host).and_then(|h| h.rfind('@'));
    at.and_then(|at| rest.get(at + 1..)).unwrap_or(rest)
}

/// Whether a URL is one of ssh: `ssh://…` or `user@host:path` (Argo CD 3.x, `util/git`, `IsSSHURL`).
#[must_use]
pub fn is_ssh(url: &str) -> bool {
    let rest = url.strip_prefix("ssh://").unwrap_or(url);
    let user = rest.split_once('@').filter(|(user, host)| !user.contains(['/', ':']) && !host.is_empty());
    url.starts_with("ssh://") || user.is_some_and(|(_, host)| !host.contains('@'))
}

/// The host of a URL in lower case, without user and port, and the path behind it without slashes around.
#[must_use]
pub fn host_and_path(url: &str) -> Option<(String, &str)> {
    let url = url.trim();
    let rest = match url.split_once("://") {
        Some((_, rest)) => after_user(rest),
        None if is_ssh(url) => after_user(url),
        None => return None,
    };
    let end = rest.find(['/', ':']).unwrap_or(rest.len());
    let (host, path) = (rest.get(..end)?, rest.get(end..).unwrap_or_default());
    let path = match path.strip_prefix(':') {
        // Either a port, or the colon of `user@host:path`.
        Some(after) => after.trim_start_matches(|c: char| c.is_ascii_digit() && url.contains("://")),
        None => path,
    };
    (!host.is_empty()).then(|| (host.to_lowercase(), path.trim_matches('/')))
}
