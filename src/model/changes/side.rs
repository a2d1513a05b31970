//! A state of a tree, as the comparison reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::tree::TreeFile;

/// One of the two states that are compared. Files are read only where they have to be.
pub trait Side: Sync {
    /// Paths of all files, in byte order, each once.
    fn paths(&self) -> Vec<&str>;

    /// Whether a file has exactly these bytes. A state of git knows by the name of the blob, without reading it.
    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.read(path).is_some_and(|own| *own == *bytes)
    }

    /// The bytes of a file. `None` when there is no such file, or it can't be read.
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>>;
}

impl Side for BTreeMap<String, TreeFile> {
    fn paths(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }

    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.get(path).map(|file| Cow::Borrowed(file.bytes.as_slice()))
    }
}

impl Side for BTreeMap<String, Vec<u8>> {
    fn paths(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }

    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.get(path).map(|bytes| Cow::Borrowed(bytes.as_slice()))
    }
}
