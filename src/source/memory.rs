//! Files in memory.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::entries::{Entries, Entry};
use super::{FileKind, World, WorldError};
use crate::base::Day;

/// Files that live in memory, with the same refusals as those on disk. Folders exist by the files in
/// them.
#[derive(Debug, Default)]
pub struct Memory {
    entries: RwLock<Entries<Vec<u8>>>,
    today: Option<Day>,
}

impl Memory {
    /// No files.
    #[must_use]
    pub fn new() -> Memory {
        Memory::default()
    }

    /// The same files, looked at on a day.
    #[must_use]
    pub fn on(mut self, today: Day) -> Memory {
        self.today = Some(today);
        self
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
        let file = |(path, entry): (&String, &Entry<Vec<u8>>)| match entry {
            Entry::File(bytes) => Some((path.clone(), bytes.clone())),
            Entry::Link(_) | Entry::Other(_) => None,
        };
        files.iter().filter_map(file).collect()
    }

    fn entries(&self) -> RwLockReadGuard<'_, Entries<Vec<u8>>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn entries_mut(&self) -> RwLockWriteGuard<'_, Entries<Vec<u8>>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(iter: I) -> Memory {
        let file = |(path, bytes): (P, B)| (path.into(), Entry::File(bytes.into()));
        Memory { entries: RwLock::new(iter.into_iter().map(file).collect()), today: None }
    }
}

impl World for Memory {
    fn today(&self) -> Option<Day> {
        self.today
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.entries().file(path).cloned()
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        self.entries().kind(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        self.entries().list(dir)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        let mut entries = self.entries_mut();
        entries.check_target(path)?;
        entries.insert(path.to_owned(), Entry::File(bytes.to_vec()));
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), WorldError> {
        let mut entries = self.entries_mut();
        entries.check_target(path)?;
        entries.remove(path);
        Ok(())
    }
}
