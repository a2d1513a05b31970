//! What is staged, for hooks.

use std::path::{Path, PathBuf};

use crate::source::git::{GitFiles, Repository};

/// The index that git names in a hook: with `git commit -a` and `git commit FILE` it is not the usual one.
pub fn index() -> Option<PathBuf> {
    std::env::var_os("GIT_INDEX_FILE").filter(|file| !file.is_empty()).map(PathBuf::from)
}

/// The staged files of a folder.
///
/// # Errors
/// In words, when it is in no repository or the index can't be read.
pub fn files(folder: &Path) -> Result<GitFiles, String> {
    let repository = Repository::discover(folder).map_err(String::from)?;
    let inside = repository.locate(folder).map_err(String::from)?;
    repository.staged(&inside, index().as_deref()).map_err(String::from)
}
