//! A state of a tree, as the comparison reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::tree::TreeFile;

/// A name of bytes: equal ids mean equal bytes. The blob id of git (SHA-1) where the state is one of git.
pub type BlobId = [u8; 20];

/// One of the two states that are compared. Files are read only where they have to be.
pub trait Side: Sync {
    /// Paths of all files, in byte order, each once.
    fn paths(&self) -> Vec<&str>;

    /// The name of a file's bytes, where it is known without reading them. Two files whose ids are both known are
    /// compared by them alone.
    fn id(&self, _path: &str) -> Option<BlobId> {
        None
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
