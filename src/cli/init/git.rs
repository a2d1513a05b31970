//! The git repository around a folder.

use std::path::{Path, PathBuf};

use crate::source::{Disk, FileKind, World as _};

/// A repository: its work tree, and the URL that it is fetched from.
#[derive(Debug)]
pub struct Repository {
    /// Root of the work tree.
    pub root: PathBuf,
    /// URL of the remote `origin`, or of the first one; without user and password.
    pub url: Option<String>,
}

impl Repository {
    /// The repository that a folder is in.
    pub fn around(folder: &Path) -> Option<Repository> {
        let root = folder.ancestors().find(|folder| Disk::new(*folder).kind(".git").is_some())?;
        Some(Repository { root: root.to_owned(), url: config(root).and_then(|text| remote(&text)) })
    }
}

/// The configuration. In a further work tree `.git` is a file, which names a folder below that of the first one
/// (git, "gitrepository-layout").
fn config(root: &Path) -> Option<String> {
    let disk = Disk::new(root);
    if disk.kind(".git")? == FileKind::Dir {
        return String::from_utf8(disk.read(".git/config").ok()?).ok();
    }
    let text = String::from_utf8(disk.read(".git").ok()?).ok()?;
    let folder = root.join(text.strip_prefix("gitdir:")?.trim());
    let first = folder.ancestors().find(|f| f.ends_with(".git")).unwrap_or(&folder);
    String::from_utf8(Disk::new(first).read("config").ok()?).ok()
}

/// The URL of the remote `origin`, or of the first one (git, "git-config": sections and keys in any case).
pub fn remote(config: &str) -> Option<String> {
    let mut found: Option<(bool, String)> = None;
    let mut section: Option<&str> = None;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            let inside = line.trim_start_matches('[').split(']').next().unwrap_or_default();
            let named = inside.split_once(char::is_whitespace).filter(|(kind, _)| kind.eq_ignore_ascii_case("remote"));
            section = named.map(|(_, name)| name.trim().trim_matches('"'));
            continue;
        }
        let (Some(name), Some((key, value))) = (section, line.split_once('=')) else { continue };
        let origin = name == "origin";
        let better = found.as_ref().is_none_or(|(is_origin, _)| origin && !is_origin);
        if key.trim().eq_ignore_ascii_case("url") && better {
            found = Some((origin, without_user(value.trim().trim_matches('"'))));
        }
    }
    found.map(|(_, url)| url).filter(|url| !url.is_empty())
}

/// A URL without user and password, which are no part of a spec. The user of ssh stays.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| scheme.starts_with("http")) else {
        return url.to_owned();
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or(host);
    format!("{scheme}://{host}/{path}")
}
