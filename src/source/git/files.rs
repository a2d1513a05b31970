//! The files of a revision or of the index.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use git2::{ObjectFormat, ObjectType, Oid};

use super::error::words;
use super::{GitError, lfs};
use crate::base::Day;
use crate::source::entries::{Entries, Entry, check};
use crate::source::{Disk, FileKind, World, WorldError};

/// Kinds of entries in trees and in the index.
const FILE_TYPE: u32 = 0o170_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
const CONFLICT: &str = "it is in conflict in the index: resolve it, then `git add` it";

/// The files below one folder of a repository, in a revision or in the index. They can't be written.
///
/// Contents are those of the blobs: what attributes such as `eol`, `ident` or `working-tree-encoding`
/// do to files of a work tree is not done. A pointer of Git LFS stands for the content that it points at.
pub struct GitFiles {
    entries: Entries<Blob>,
    /// Where the repository is; libgit2 has one thread at a time in each that is open.
    git_folder: PathBuf,
    common_folder: PathBuf,
    format: ObjectFormat,
    idle: Mutex<Vec<git2::Repository>>,
    today: Option<Day>,
}

/// Where the content of a file is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Blob {
    Id(Oid),
    /// Several contents in the index.
    Conflict,
}

impl GitFiles {
    pub(super) fn new(repository: git2::Repository, entries: Vec<Found>) -> Result<GitFiles, GitError> {
        let entry = |found: Found| match found.mode & FILE_TYPE {
            _ if found.conflict => Ok((found.path, Entry::File(Blob::Conflict))),
            LINK => link_target(&repository, found.id).map(|target| (found.path, Entry::Link(target))),
            SUBMODULE => Ok((found.path, Entry::Other("it is a submodule, whose files are in another repository"))),
            _ => Ok((found.path, Entry::File(Blob::Id(found.id)))),
        };
        Ok(GitFiles {
            entries: entries.into_iter().map(entry).collect::<Result<_, _>>()?,
            git_folder: repository.path().to_owned(),
            common_folder: repository.commondir().to_owned(),
            format: repository.object_format(),
            idle: Mutex::new(vec![repository]),
            today: None,
        })
    }

    /// The same files, looked at on a day.
    #[must_use]
    pub fn on(mut self, today: Day) -> GitFiles {
        self.today = Some(today);
        self
    }

    /// Does something with a repository that no other thread uses.
    fn with<T>(&self, act: impl FnOnce(&git2::Repository) -> Result<T, git2::Error>) -> Result<T, git2::Error> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let repository = taken.map_or_else(|| git2::Repository::open(&self.git_folder), Ok)?;
        let done = act(&repository);
        idle().push(repository);
        done
    }

    fn blob(&self, path: &str, id: Oid) -> Result<Vec<u8>, WorldError> {
        let read = |repository: &git2::Repository| repository.find_blob(id).map(|blob| blob.content().to_vec());
        self.with(read).map_err(|e| WorldError::refused(path, &missing(&e)))
    }

    /// The bytes of a small blob that may be a pointer.
    fn small(&self, id: Oid) -> Option<Vec<u8>> {
        let read = |repository: &git2::Repository| {
            let (size, _) = repository.odb()?.read_header(id)?;
            if size < lfs::POINTER_MAX {
                repository.find_blob(id).map(|b| b.content().to_vec())
            } else {
                Ok(Vec::new())
            }
        };
        self.with(read).ok()
    }
}

/// One entry of a tree or of the index.
pub(super) struct Found {
    /// Below the folder.
    pub path: String,
    pub mode: u32,
    pub id: Oid,
    pub conflict: bool,
}

fn link_target(repository: &git2::Repository, id: Oid) -> Result<String, GitError> {
    let blob = repository.find_blob(id).map_err(|e| GitError::of("can't read a symbolic link", &e))?;
    Ok(String::from_utf8_lossy(blob.content()).into_owned())
}

fn missing(e: &git2::Error) -> String {
    match e.code() {
        git2::ErrorCode::NotFound => "this clone lacks its content, as partial clones do".to_owned(),
        _ => words(e),
    }
}

impl World for GitFiles {
    fn today(&self) -> Option<Day> {
        self.today
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let id = match self.entries.file(path)? {
            Blob::Id(id) => *id,
            Blob::Conflict => return Err(WorldError::refused(path, CONFLICT)),
        };
        let bytes = self.blob(path, id)?;
        let Some(content) = lfs::pointed(&bytes) else { return Ok(bytes) };
        Disk::new(&self.common_folder).read(&lfs::stored(content)).map_err(|_| {
            WorldError::refused(
                path,
                "it is a pointer of Git LFS whose content is not in this clone: run `git lfs fetch`",
            )
        })
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> Result<bool, WorldError> {
        check(path)?;
        let id = match self.entries.plain(path) {
            Some(Blob::Id(id)) => *id,
            Some(Blob::Conflict) => return Err(WorldError::refused(path, CONFLICT)),
            None => return Ok(false),
        };
        let ours = Oid::hash_object_ext(ObjectType::Blob, bytes, self.format)
            .map_err(|e| WorldError::refused(path, &words(&e)))?;
        if ours == id {
            return Ok(true);
        }
        let pointer = self.small(id).unwrap_or_default();
        Ok(lfs::pointed(&pointer).is_some_and(|content| content == lfs::id_of(bytes)))
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        self.entries.kind(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        self.entries.list(dir)
    }

    fn write(&self, path: &str, _: &[u8]) -> Result<(), WorldError> {
        Err(WorldError::refused(path, READ_ONLY))
    }

    fn remove(&self, path: &str) -> Result<(), WorldError> {
        Err(WorldError::refused(path, READ_ONLY))
    }
}

const READ_ONLY: &str = "files of a revision or of the index are only read";
