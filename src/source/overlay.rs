//! Changes over other files that are not made yet.

use std::collections::BTreeMap;

use super::{FileKind, World, WorldError};
use crate::base::Day;

/// The files of another world, some of them with other contents. Nothing is written below.
pub struct Overlay<'w> {
    below: &'w dyn World,
    texts: BTreeMap<String, String>,
}

impl<'w> Overlay<'w> {
    /// No changes yet.
    #[must_use]
    pub fn new(below: &'w dyn World) -> Overlay<'w> {
        Overlay { below, texts: BTreeMap::new() }
    }

    /// The same changes and more: these files have these texts.
    #[must_use]
    pub fn with(&self, texts: BTreeMap<String, String>) -> Overlay<'w> {
        let mut all = self.texts.clone();
        all.extend(texts);
        Overlay { below: self.below, texts: all }
    }

    /// The files that have other contents.
    #[must_use]
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }
}

impl World for Overlay<'_> {
    fn today(&self) -> Option<Day> {
        self.below.today()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        match self.texts.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.below.read(path),
        }
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        self.below.kind(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        self.below.list(dir)
    }

    fn write(&self, path: &str, _: &[u8]) -> Result<(), WorldError> {
        Err(unwritten(path))
    }

    fn remove(&self, path: &str) -> Result<(), WorldError> {
        Err(unwritten(path))
    }
}

fn unwritten(path: &str) -> WorldError {
    WorldError { path: path.to_owned(), reason: "it is only looked at".to_owned(), not_found: false }
}
