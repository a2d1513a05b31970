//! Trees that no file system could hold.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::codes::{FILE_AND_FOLDER, PATH_CASE, RESERVED_PATH};
use crate::base::Span;
use crate::diag::{Bag, Finding, Place};
use crate::model::ownership::tree_path_fault;
use crate::model::tree::Tree;
use crate::survey::all_folders;

/// Refuses paths that are not ours to write, and paths that exclude each other on some file system.
pub(super) fn check(tree: &Tree) -> Result<(), Bag> {
    let mut bag = Bag::new();
    for (path, file) in tree {
        if let Some(fault) = tree_path_fault(path) {
            let message = format!("the output path {path:?} can't be written: {fault}");
            let help = "change the name or the template that this path comes from";
            bag.push(Finding::error(&RESERVED_PATH, place(path, file.origin), message, help));
        }
    }
    // Only a path with upper case can equal another one ignoring case, and most have none.
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for path in tree.keys() {
        let Cow::Owned(lower) = fold(path) else { continue };
        let twin = tree.get_key_value(&lower).map(|(twin, _)| twin.as_str());
        if let Some(twin) = twin.or_else(|| folded.get(&lower).copied()) {
            bag.push(clash(tree, path, twin));
        }
        folded.insert(lower, path);
    }
    for folder in all_folders(tree.keys().map(String::as_str)) {
        let lower = fold(folder);
        let exact = tree.get_key_value(folder).or_else(|| tree.get_key_value(&*lower));
        let file = exact.map(|(path, _)| path.as_str()).or_else(|| folded.get(&*lower).copied());
        if let Some(file) = file {
            bag.push(both(tree, file, folder));
        }
    }
    if bag.errors() == 0 { Ok(()) } else { Err(bag) }
}

/// The path as file systems see it that ignore case. Borrowed when that is the path itself.
pub(super) fn fold(path: &str) -> Cow<'_, str> {
    match path.chars().any(|c| c.is_ascii_uppercase() || !c.is_ascii()) {
        false => Cow::Borrowed(path),
        true => match path.to_lowercase() {
            lower if lower == path => Cow::Borrowed(path),
            lower => Cow::Owned(lower),
        },
    }
}

fn clash(tree: &Tree, path: &str, twin: &str) -> Finding {
    let message = format!("the output paths `{path}` and `{twin}` differ only in case");
    let help = "rename one of the entries: macOS and Windows keep only one of two such files";
    let finding = Finding::error(&PATH_CASE, place(path, origin(tree, path)), message, help);
    finding.label(format!("makes `{path}`")).also(origin(tree, twin), format!("makes `{twin}`"))
}

fn both(tree: &Tree, file: &str, folder: &str) -> Finding {
    let below = tree.range(format!("{folder}/")..).next().map_or(folder, |(path, _)| path);
    let message = format!("the output path `{file}` is needed as a file and as the folder of `{below}`");
    let help = "rename one of the entries that these paths come from";
    let finding = Finding::error(&FILE_AND_FOLDER, place(file, origin(tree, file)), message, help);
    finding.label(format!("makes `{file}`")).also(origin(tree, below), format!("makes `{below}`"))
}

fn origin(tree: &Tree, path: &str) -> Span {
    tree.get(path).map_or(Span::NONE, |file| file.origin)
}

fn place(path: &str, origin: Span) -> Place {
    if origin.is_none() { Place::File(path.to_owned()) } else { Place::Span(origin) }
}
