//! Which paths the outside takes.

use std::path::Path;

/// Longest path, in bytes (`PATH_MAX` of Linux, less room for the root).
pub const LONGEST: usize = 3072;

/// Why no [`World`](super::World) takes a path; `None` when it does.
///
/// A path is relative to the root, in normal form (no empty part, no `.`), has `/` between its parts
/// on every system, and can't name anything above the root.
#[must_use]
pub fn path_fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("the path is empty");
    }
    if path.len() > LONGEST {
        return Some("the path is too long");
    }
    let odd = |c: char| c.is_control() || c == '\\';
    if path.bytes().any(|b| !b.is_ascii() || odd(char::from(b))) && path.chars().any(odd) {
        return Some("the path has a control character or a backslash");
    }
    if path.starts_with('/') {
        return Some("the path is absolute, it must be relative to the root folder");
    }
    path.split('/').find_map(part_fault)
}

fn part_fault(part: &str) -> Option<&'static str> {
    match part {
        "" => Some("the path has an empty part"),
        "." => Some("the path has a `.` part"),
        ".." => Some("the path has a `..` part, which could leave the root folder"),
        // A drive letter or an alternate stream.
        _ if cfg!(windows) && part.contains(':') => Some("the path has a `:`"),
        _ => None,
    }
}

/// The folder of a path; `""` for the root.
#[must_use]
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A name in a folder; `""` is the root.
#[must_use]
pub fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folders above a path from the outermost inwards, without the root.
pub fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(i, _)| path.get(..i))
}

/// A path as seen from a folder.
#[must_use]
pub fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(common).map(|_| "..");
    up.chain(to.iter().skip(common).copied()).collect::<Vec<_>>().join("/")
}

/// The path that one means when it is seen from a folder, both without what says nothing; `None` when it is empty or leads
/// above the root.
#[must_use]
pub fn below(folder: &str, path: &str) -> Option<String> {
    let mut out: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(out.pop()?),
            part => out.push(part),
        }
    }
    (!out.is_empty()).then(|| out.join("/"))
}

/// A path below the root with `/` between its parts.
#[must_use]
pub fn slashed(below: &Path) -> String {
    let text = below.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
