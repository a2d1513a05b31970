//! Files in memory.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::path::{folders, parent, path_fault};
use super::{FileKind, World, WorldError};

/// How many links one path may lead through (`MAXSYMLINKS` of Linux).
const LINKS_MAX: usize = 40;

/// Files that live in memory, with the same refusals as those on disk. Folders exist by the files in
/// them.
#[derive(Debug, Default)]
pub struct Memory {
    entries: RwLock<Entries>,
}

type Entries = BTreeMap<String, Entry>;

#[derive(Clone, Debug)]
enum Entry {
    File(Vec<u8>),
    Link(String),
}

impl Memory {
    /// No files.
    #[must_use]
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Sets a symbolic link. The target is relative to the folder of the link, or absolute, which
    /// here always leads out of the root.
    pub fn link(&self, path: impl Into<String>, target: impl Into<String>) {
        self.entries_mut().insert(path.into(), Entry::Link(target.into()));
    }

    /// All files with their bytes, without the links.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        let files = self.entries();
        let file = |(path, entry): (&String, &Entry)| match entry {
            Entry::File(bytes) => Some((path.clone(), bytes.clone())),
            Entry::Link(_) => None,
        };
        files.iter().filter_map(file).collect()
    }

    fn entries(&self) -> RwLockReadGuard<'_, Entries> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn entries_mut(&self) -> RwLockWriteGuard<'_, Entries> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(iter: I) -> Memory {
        let file = |(path, bytes): (P, B)| (path.into(), Entry::File(bytes.into()));
        Memory { entries: RwLock::new(iter.into_iter().map(file).collect()) }
    }
}

impl World for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        check(path)?;
        let entries = self.entries();
        let real = real(&entries, path).map_err(|reason| refused(path, reason))?;
        match entries.get(&real) {
            Some(Entry::File(bytes)) => Ok(bytes.clone()),
            _ if is_folder(&entries, &real) => Err(refused(path, "it is a folder")),
            _ if folders(&real).any(|f| entries.contains_key(f)) => Err(refused(path, "not a directory")),
            _ => Err(WorldError { path: path.to_owned(), reason: "there is no such file".to_owned(), not_found: true }),
        }
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        if path.is_empty() {
            return Some(FileKind::Dir);
        }
        check(path).ok()?;
        let entries = self.entries();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let place = joined(&real(&entries, folder).ok()?, name);
        match entries.get(&place) {
            Some(Entry::File(_)) => Some(FileKind::File),
            Some(Entry::Link(_)) => Some(FileKind::Link),
            None => is_folder(&entries, &place).then_some(FileKind::Dir),
        }
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        let entries = self.entries();
        if !dir.is_empty() {
            check(dir)?;
            walk_to(&entries, dir)?;
        }
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let below = entries.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        let hidden = |path: &str| path.get(prefix.len()..).is_some_and(|below| folders(below).any(is_git));
        let wanted = |path: &str, entry: &Entry| match entry {
            _ if hidden(path) => false,
            Entry::File(_) => true,
            Entry::Link(_) => leads_to_file(&entries, path),
        };
        Ok(below.filter(|(path, entry)| wanted(path, entry)).map(|(path, _)| path.clone()).collect())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        check(path)?;
        let mut entries = self.entries_mut();
        walk_to(&entries, parent(path))?;
        check_target(&entries, path)?;
        entries.insert(path.to_owned(), Entry::File(bytes.to_vec()));
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), WorldError> {
        check(path)?;
        let mut entries = self.entries_mut();
        walk_to(&entries, parent(path))?;
        check_target(&entries, path)?;
        entries.remove(path);
        Ok(())
    }
}

/// Goes through the folders down to `folder` and refuses what is none.
fn walk_to(entries: &Entries, folder: &str) -> Result<(), WorldError> {
    for above in folders(folder).chain([folder]) {
        match entries.get(above) {
            Some(Entry::Link(_)) => return Err(refused(above, "it is a symbolic link, which is not followed")),
            Some(Entry::File(_)) => return Err(refused(above, "not a directory")),
            None => {}
        }
    }
    Ok(())
}

fn check_target(entries: &Entries, path: &str) -> Result<(), WorldError> {
    match entries.get(path) {
        Some(Entry::Link(_)) => Err(refused(path, "it is a symbolic link, which is not followed")),
        None if is_folder(entries, path) => Err(refused(path, "it is a folder")),
        _ => Ok(()),
    }
}

fn is_folder(entries: &Entries, path: &str) -> bool {
    let prefix = format!("{path}/");
    entries.range(prefix.clone()..).next().is_some_and(|(p, _)| p.starts_with(&prefix))
}

fn is_git(folder: &str) -> bool {
    folder.rsplit('/').next() == Some(".git")
}

/// Whether a link leads to a file, inside or outside: nobody can tell here what is outside, so that
/// counts as one, as `read` refuses it in words.
fn leads_to_file(entries: &Entries, link: &str) -> bool {
    real(entries, link).map_or_else(|e| e == OUTSIDE, |real| matches!(entries.get(&real), Some(Entry::File(_))))
}

const OUTSIDE: &str = "a symbolic link leads out of the root folder";

/// Where a path leads when all links are followed.
fn real(entries: &Entries, path: &str) -> Result<String, &'static str> {
    let mut real = String::new();
    let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
    let mut links = 0;
    while let Some(part) = rest.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." if real.is_empty() => return Err(OUTSIDE),
            ".." => real.truncate(parent(&real).len()),
            _ => real = joined(&real, &part),
        }
        let Some(Entry::Link(target)) = entries.get(&real) else { continue };
        links += 1;
        if links > LINKS_MAX {
            return Err("too many levels of symbolic links");
        }
        if target.starts_with('/') {
            return Err(OUTSIDE);
        }
        real.truncate(parent(&real).len());
        rest.extend(target.split('/').rev().map(str::to_owned));
    }
    Ok(real)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn check(path: &str) -> Result<(), WorldError> {
    path_fault(path).map_or(Ok(()), |fault| Err(refused(path, fault)))
}

fn refused(path: &str, reason: &str) -> WorldError {
    WorldError { path: path.to_owned(), reason: reason.to_owned(), not_found: false }
}
