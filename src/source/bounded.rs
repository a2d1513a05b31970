//! A world that gives only so much.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{FileKind, World, WorldError};

/// Another world, of which only so many bytes can be read in all, and nothing written.
pub struct Bounded<'w> {
    world: &'w dyn World,
    most: u64,
    read: AtomicU64,
}

impl<'w> Bounded<'w> {
    /// `world`, of which `most` bytes can be read.
    #[must_use]
    pub fn new(world: &'w dyn World, most: u64) -> Bounded<'w> {
        Bounded { world, most, read: AtomicU64::new(0) }
    }
}

impl World for Bounded<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let bytes = self.world.read(path)?;
        let len = bytes.len() as u64;
        match self.read.fetch_add(len, Ordering::Relaxed).saturating_add(len) > self.most {
            true => Err(WorldError::refused(
                path,
                &format!("with it, more than {} MiB of input would be read", self.most >> 20),
            )),
            false => Ok(bytes),
        }
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        self.world.kind(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        self.world.list(dir)
    }

    fn write(&self, path: &str, _: &[u8]) -> Result<(), WorldError> {
        Err(WorldError::refused(path, "nothing is written here"))
    }

    fn remove(&self, path: &str) -> Result<(), WorldError> {
        Err(WorldError::refused(path, "nothing is removed here"))
    }
}
