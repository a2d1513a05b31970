//! The door to the outside: the only way in which any stage reads, lists or writes.

use std::fmt;

use super::path::folders;
use crate::base::Day;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link, which no stage follows when it writes.
    Link,
    /// Something else: a socket, a device.
    Other,
}

/// Why the outside refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldError {
    /// The path as it was asked for.
    pub path: String,
    /// What the system said, without the path.
    pub reason: String,
    /// Whether nothing stands at that path.
    pub not_found: bool,
}

impl WorldError {
    /// A refusal for another reason than that nothing is there.
    #[must_use]
    pub fn refused(path: &str, reason: &str) -> WorldError {
        WorldError { path: path.to_owned(), reason: reason.to_owned(), not_found: false }
    }
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for WorldError {}

/// The files below one root folder: that of the spec, or that of the output. Paths are relative, use
/// `/`, and never leave the root: an implementation refuses `..`, absolute paths, a symbolic link
/// that leads out of the root when it reads, and any symbolic link on the way when it writes.
///
/// The same trait over memory serves tests, fuzzers and the plugin, so that they run the same code.
pub trait World: Sync {
    /// The day that expiry dates are compared with. Without one, nothing expires: what is rendered must not depend
    /// on the clock.
    fn today(&self) -> Option<Day> {
        None
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When there is no such file, or it can't be read, or the path leaves the root.
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError>;

    /// Whether a plain file with exactly these bytes stands at the path, and no symbolic link there or on the way.
    /// `false` says nothing of what stands there instead.
    ///
    /// # Errors
    /// When that can't be told.
    fn holds(&self, path: &str, bytes: &[u8]) -> Result<bool, WorldError> {
        let plain = folders(path).all(|folder| self.kind(folder) == Some(FileKind::Dir));
        Ok(plain && self.kind(path) == Some(FileKind::File) && self.read(path)? == bytes)
    }

    /// What stands at the path, without following a link; `None` when nothing does.
    fn kind(&self, path: &str) -> Option<FileKind>;

    /// All files below a folder (`""` for the root), as paths relative to the root, in byte order.
    /// Symbolic links to files are listed, those to folders are not followed. Folders named `.git`
    /// are passed over.
    ///
    /// # Errors
    /// When the folder can't be listed. A folder that is not there has no files.
    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError>;

    /// Replaces a file as a whole: after a crash it holds the old bytes or the new ones.
    ///
    /// # Errors
    /// When it can't be written, or a link stands on the way.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError>;

    /// Removes a file, and the folders above it that became empty.
    ///
    /// # Errors
    /// When it can't be removed. A file that is gone already is no error.
    fn remove(&self, path: &str) -> Result<(), WorldError>;
}
