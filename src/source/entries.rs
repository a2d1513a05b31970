//! Files and links by their paths, as they are kept where there is no file system.

use std::collections::BTreeMap;

use super::path::{folders, joined, parent, path_fault};
use super::{FileKind, WorldError};

/// How many links one path may lead through (`MAXSYMLINKS` of Linux).
const LINKS_MAX: usize = 40;
const OUTSIDE: &str = "a symbolic link leads out of the root folder";
const LINK: &str = "it is a symbolic link, which is not followed";

/// What stands at each path. Folders exist by the files in them.
#[derive(Debug)]
pub(super) struct Entries<F>(BTreeMap<String, Entry<F>>);

/// What stands at one path; `F` tells the content of a file.
#[derive(Clone, Debug)]
pub(super) enum Entry<F> {
    File(F),
    /// Relative to the folder of the link, or absolute, which always leads out of the root.
    Link(String),
    /// Neither; in words.
    Other(&'static str),
}

impl<F> Default for Entries<F> {
    fn default() -> Entries<F> {
        Entries(BTreeMap::new())
    }
}

impl<F> FromIterator<(String, Entry<F>)> for Entries<F> {
    fn from_iter<I: IntoIterator<Item = (String, Entry<F>)>>(iter: I) -> Entries<F> {
        Entries(iter.into_iter().collect())
    }
}

impl<F> Entries<F> {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Entry<F>)> {
        self.0.iter()
    }

    pub(super) fn insert(&mut self, path: String, entry: Entry<F>) {
        self.0.insert(path, entry);
    }

    pub(super) fn remove(&mut self, path: &str) {
        self.0.remove(path);
    }

    /// What stands at exactly this path, where no link is on the way to it.
    pub(super) fn plain(&self, path: &str) -> Option<&F> {
        match self.0.get(path) {
            Some(Entry::File(file)) => Some(file),
            _ => None,
        }
    }

    /// The file that a path leads to through all links.
    pub(super) fn file(&self, path: &str) -> Result<&F, WorldError> {
        check(path)?;
        let real = self.real(path).map_err(|reason| WorldError::refused(path, reason))?;
        match self.0.get(&real) {
            Some(Entry::File(file)) => Ok(file),
            Some(Entry::Other(what)) => Err(WorldError::refused(path, what)),
            _ if self.is_folder(&real) => Err(WorldError::refused(path, "it is a folder")),
            _ if folders(&real).any(|f| self.0.contains_key(f)) => Err(WorldError::refused(path, "not a directory")),
            _ => Err(WorldError { path: path.to_owned(), reason: "there is no such file".to_owned(), not_found: true }),
        }
    }

    /// As [`World::kind`](super::World::kind).
    pub(super) fn kind(&self, path: &str) -> Option<FileKind> {
        if path.is_empty() {
            return Some(FileKind::Dir);
        }
        check(path).ok()?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let place = joined(&self.real(folder).ok()?, name);
        match self.0.get(&place) {
            Some(Entry::File(_)) => Some(FileKind::File),
            Some(Entry::Link(_)) => Some(FileKind::Link),
            Some(Entry::Other(_)) => Some(FileKind::Other),
            None => self.is_folder(&place).then_some(FileKind::Dir),
        }
    }

    /// As [`World::list`](super::World::list).
    pub(super) fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        if !dir.is_empty() {
            check(dir)?;
            self.walk_to(dir)?;
        }
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let below = self.0.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        let hidden = |path: &str| path.get(prefix.len()..).is_some_and(|below| folders(below).any(is_git));
        let wanted = |path: &str, entry: &Entry<F>| match entry {
            _ if hidden(path) => false,
            Entry::File(_) => true,
            Entry::Link(_) => self.leads_to_file(path),
            Entry::Other(_) => false,
        };
        Ok(below.filter(|(path, entry)| wanted(path, entry)).map(|(path, _)| path.clone()).collect())
    }

    /// Goes through the folders down to `folder` and refuses what is none.
    pub(super) fn walk_to(&self, folder: &str) -> Result<(), WorldError> {
        for above in folders(folder).chain([folder]) {
            match self.0.get(above) {
                Some(Entry::Link(_)) => return Err(WorldError::refused(above, LINK)),
                Some(Entry::File(_) | Entry::Other(_)) => return Err(WorldError::refused(above, "not a directory")),
                None => {}
            }
        }
        Ok(())
    }

    /// Refuses a path where no file can be written or removed.
    pub(super) fn check_target(&self, path: &str) -> Result<(), WorldError> {
        check(path)?;
        self.walk_to(parent(path))?;
        match self.0.get(path) {
            Some(Entry::Link(_)) => Err(WorldError::refused(path, LINK)),
            Some(Entry::Other(what)) => Err(WorldError::refused(path, what)),
            None if self.is_folder(path) => Err(WorldError::refused(path, "it is a folder")),
            _ => Ok(()),
        }
    }

    fn is_folder(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        self.0.range(prefix.clone()..).next().is_some_and(|(p, _)| p.starts_with(&prefix))
    }

    /// Whether a link leads to a file, inside or outside: nobody can tell here what is outside, so that
    /// counts as one, as `file` refuses it in words.
    fn leads_to_file(&self, link: &str) -> bool {
        self.real(link).map_or_else(|e| e == OUTSIDE, |real| matches!(self.0.get(&real), Some(Entry::File(_))))
    }

    /// Where a path leads when all links are followed.
    fn real(&self, path: &str) -> Result<String, &'static str> {
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
            let Some(Entry::Link(target)) = self.0.get(&real) else { continue };
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
}

fn is_git(folder: &str) -> bool {
    folder.rsplit('/').next() == Some(".git")
}

pub(super) fn check(path: &str) -> Result<(), WorldError> {
    path_fault(path).map_or(Ok(()), |fault| Err(WorldError::refused(path, fault)))
}
