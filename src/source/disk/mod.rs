//! Files on disk: the one place in this crate that touches `std::fs`, with `regular`.

mod regular;

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

use walkdir::{DirEntry, WalkDir};

use super::path::{folders, parent, path_fault, slashed};
use super::{FileKind, World, WorldError};
use crate::base::Day;
use crate::base::hash::HashSet;

/// Where new files take shape before they are renamed to their place.
const TEMPORARY: &str = ".sailplan/tmp";

/// The files below one folder of the disk.
///
/// Folders that were found free of symbolic links are remembered, so that many files cost one look
/// at each folder. This guards against links that were put there before the run, not against
/// somebody who swaps folders while it runs.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    real_root: OnceLock<PathBuf>,
    /// Folders whose real location was found to be below the root.
    inside: RwLock<HashSet<String>>,
    /// Folders that exist with no link on the way.
    plain: RwLock<HashSet<String>>,
    session: OnceLock<Result<(), WorldError>>,
    today: Option<Day>,
}

impl Disk {
    /// The files below `root`. The folder need not exist; the first write makes it. A link as the
    /// root itself is followed.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Disk {
        Disk {
            root: root.into(),
            real_root: OnceLock::new(),
            inside: RwLock::default(),
            plain: RwLock::default(),
            session: OnceLock::new(),
            today: None,
        }
    }

    /// The same files, looked at on a day.
    #[must_use]
    pub fn on(mut self, today: Day) -> Disk {
        self.today = Some(today);
        self
    }

    /// Removes the folder where new files take shape, for whoever wrote a few files and keeps no record beside them.
    pub fn tidy(&self) {
        self.remove_empty(TEMPORARY);
    }

    /// Replaces a file wherever it is, for results that a user wants in one.
    ///
    /// # Errors
    /// Those of the system.
    pub fn save(path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }

    fn full(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }

    fn real_root(&self) -> io::Result<&Path> {
        if self.real_root.get().is_none() {
            let real = fs::canonicalize(&self.root)?;
            return Ok(self.real_root.get_or_init(|| real));
        }
        Ok(self.real_root.get().unwrap_or(&self.root))
    }

    /// The path on disk whose folder lies below the root, whatever links lead there.
    fn located(&self, path: &str) -> Result<PathBuf, WorldError> {
        check(path)?;
        let folder = parent(path);
        if !folder.is_empty() && !has(&self.inside, folder) {
            self.look_inside(folder).map_err(|e| error(path, &e))?;
        }
        Ok(self.full(path))
    }

    fn look_inside(&self, folder: &str) -> io::Result<()> {
        for above in folders(folder).chain([folder]) {
            if has(&self.inside, above) {
                continue;
            }
            let full = self.full(above);
            let mut meta = fs::symlink_metadata(&full)?;
            if meta.is_symlink() {
                meta = fs::metadata(self.real(&full)?)?;
            }
            if !meta.is_dir() {
                return Err(io::Error::from(ErrorKind::NotADirectory));
            }
            put(&self.inside, above);
        }
        Ok(())
    }

    /// The real location of a path, refused when it is not below the root.
    fn real(&self, full: &Path) -> io::Result<PathBuf> {
        let real = fs::canonicalize(full)?;
        match real.starts_with(self.real_root()?) {
            true => Ok(real),
            false => Err(io::Error::other("a symbolic link leads out of the root folder")),
        }
    }

    /// Walks to a folder with no link on the way. `Ok(false)` when it is not there and `make` is not
    /// asked for.
    fn walk_to(&self, folder: &str, make: bool) -> Result<bool, WorldError> {
        if folder.is_empty() || has(&self.plain, folder) {
            return Ok(true);
        }
        for above in folders(folder).chain([folder]) {
            if has(&self.plain, above) {
                continue;
            }
            match plain_folder(&self.full(above), make) {
                Ok(true) => put(&self.plain, above),
                Ok(false) => return Ok(false),
                Err(e) => return Err(error(above, &e)),
            }
        }
        Ok(true)
    }

    /// Makes the root and the folder for new files, and clears what a crashed run left in it. Once.
    fn open_session(&self) -> Result<(), WorldError> {
        let open = || {
            fs::create_dir_all(&self.root).map_err(|e| error("", &e))?;
            self.walk_to(TEMPORARY, true)?;
            let left = fs::read_dir(self.full(TEMPORARY)).map_err(|e| error(TEMPORARY, &e))?;
            for entry in left.flatten() {
                // Another run's leftovers in the way are reported when a new file meets them.
                let _ = fs::remove_file(entry.path());
            }
            Ok(())
        };
        self.session.get_or_init(open).clone()
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        self.walk_to(TEMPORARY, true)?;
        self.walk_to(parent(path), true)?;
        let target = self.full(path);
        let old = match fs::symlink_metadata(&target) {
            Ok(old) => Some(old),
            Err(e) if e.kind() == ErrorKind::NotFound => None,
            Err(e) => return Err(error(path, &e)),
        };
        if let Some(fault) = old.as_ref().and_then(|old| write_fault(old)) {
            return Err(WorldError::refused(path, fault));
        }
        let temporary = self.root.join(TEMPORARY).join(fresh_name());
        let done = fill(&temporary, bytes, old.as_ref()).and_then(|()| fs::rename(&temporary, &target));
        if done.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        done.map_err(|e| error(path, &e))
    }

    /// Removes the folder and those above it as long as they are empty.
    fn remove_empty(&self, mut folder: &str) {
        while !folder.is_empty() && fs::remove_dir(self.full(folder)).is_ok() {
            drop_folder(&self.plain, folder);
            drop_folder(&self.inside, folder);
            folder = parent(folder);
        }
    }

    fn walk_error(&self, dir: &str, e: &walkdir::Error) -> WorldError {
        let below = e.path().and_then(|full| full.strip_prefix(&self.root).ok()).map(slashed);
        let path = below.unwrap_or_else(|| dir.to_owned());
        e.io_error().map_or_else(|| WorldError::refused(&path, "it can't be listed"), |e| error(&path, e))
    }

    /// Whether an entry of a listing is a file or leads to one.
    fn is_file(entry: &DirEntry) -> bool {
        let kind = entry.file_type();
        kind.is_file() || (kind.is_symlink() && fs::metadata(entry.path()).is_ok_and(|m| m.is_file()))
    }
}

impl World for Disk {
    fn today(&self) -> Option<Day> {
        self.today
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let full = self.located(path)?;
        let open = || match regular::open(&full)? {
            Some(open) => Ok(Some(open)),
            None => regular::open(&self.real(&full)?),
        };
        with_path(path, || match open()? {
            Some((file, meta)) => regular::read(file, &meta),
            // The link was put there just now.
            None => Err(io::Error::other("it is a symbolic link")),
        })
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> Result<bool, WorldError> {
        check(path)?;
        if !matches!(self.walk_to(parent(path), false), Ok(true)) {
            return Ok(false);
        }
        with_path(path, || match regular::open(&self.full(path)) {
            Ok(Some((file, meta))) => regular::holds(file, &meta, bytes),
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(false),
        })
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        let full = if path.is_empty() { self.root.clone() } else { self.located(path).ok()? };
        let kind = fs::symlink_metadata(full).ok()?.file_type();
        if kind.is_dir() {
            put(&self.inside, path);
        }
        Some(match kind {
            _ if kind.is_symlink() && path.is_empty() => FileKind::Dir,
            _ if kind.is_symlink() => FileKind::Link,
            _ if kind.is_dir() => FileKind::Dir,
            _ if kind.is_file() => FileKind::File,
            _ => FileKind::Other,
        })
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, WorldError> {
        if !dir.is_empty() {
            check(dir)?;
        }
        if !self.walk_to(dir, false)? || (dir.is_empty() && !self.root.exists()) {
            return Ok(Vec::new());
        }
        let walk = WalkDir::new(self.full(dir)).into_iter();
        let mut files = Vec::new();
        let wanted = |e: &DirEntry| !(e.depth() > 0 && e.file_type().is_dir() && e.file_name() == ".git");
        for entry in walk.filter_entry(wanted) {
            let entry = entry.map_err(|e| self.walk_error(dir, &e))?;
            if !Disk::is_file(&entry) {
                continue;
            }
            if let Ok(below) = entry.path().strip_prefix(&self.root) {
                files.push(slashed(below));
            }
        }
        files.sort_unstable();
        Ok(files)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        check(path)?;
        self.open_session()?;
        let first = self.replace(path, bytes);
        match first {
            // A folder went away since it was last looked at: look again.
            Err(e) if e.not_found => {
                for folder in folders(path).chain(folders(TEMPORARY)).chain([TEMPORARY]) {
                    drop_folder(&self.plain, folder);
                }
                self.replace(path, bytes)
            }
            done => done,
        }
    }

    fn remove(&self, path: &str) -> Result<(), WorldError> {
        check(path)?;
        if !self.walk_to(parent(path), false)? {
            return Ok(());
        }
        let full = self.full(path);
        match fs::symlink_metadata(&full) {
            Ok(meta) => match write_fault(&meta) {
                Some(fault) => return Err(WorldError::refused(path, fault)),
                None => fs::remove_file(&full).map_err(|e| error(path, &e))?,
            },
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(error(path, &e)),
        }
        self.remove_empty(parent(path));
        Ok(())
    }
}

fn has(set: &RwLock<HashSet<String>>, folder: &str) -> bool {
    set.read().unwrap_or_else(PoisonError::into_inner).contains(folder)
}

fn put(set: &RwLock<HashSet<String>>, folder: &str) {
    set.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
}

fn drop_folder(set: &RwLock<HashSet<String>>, folder: &str) {
    set.write().unwrap_or_else(PoisonError::into_inner).remove(folder);
}

/// Whether a folder stands there that is no link; makes it when asked.
fn plain_folder(full: &Path, make: bool) -> io::Result<bool> {
    match fs::symlink_metadata(full) {
        Ok(meta) if meta.is_dir() => Ok(true),
        Ok(meta) if meta.is_symlink() => Err(io::Error::other("it is a symbolic link, which is not followed")),
        Ok(_) => Err(io::Error::from(ErrorKind::NotADirectory)),
        Err(e) if e.kind() == ErrorKind::NotFound && make => match fs::create_dir(full) {
            Ok(()) => Ok(true),
            // Another thread was faster.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => plain_folder(full, false),
            Err(e) => Err(e),
        },
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Why what stands at a path may not be replaced or removed.
fn write_fault(meta: &Metadata) -> Option<&'static str> {
    match meta {
        _ if meta.is_symlink() => Some("it is a symbolic link, which is not followed"),
        _ if meta.is_dir() => Some("it is a folder"),
        _ if meta.is_file() => None,
        _ => Some("it is not a regular file"),
    }
}

/// A name that no other file of this or another process has.
fn fresh_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Writes a new file; it keeps the permissions of the one it will replace, as a script may have
/// been made executable.
fn fill(temporary: &Path, bytes: &[u8], old: Option<&Metadata>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(bytes)?;
    old.map_or(Ok(()), |old| file.set_permissions(old.permissions()))
}

fn check(path: &str) -> Result<(), WorldError> {
    path_fault(path).map_or(Ok(()), |fault| Err(WorldError::refused(path, fault)))
}

fn with_path<T>(path: &str, act: impl FnOnce() -> io::Result<T>) -> Result<T, WorldError> {
    act().map_err(|e| error(path, &e))
}

/// The system's words without the error number, which says nothing to a reader.
fn error(path: &str, e: &io::Error) -> WorldError {
    let text = e.to_string();
    let reason = text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words);
    WorldError { path: path.to_owned(), reason: reason.to_owned(), not_found: e.kind() == ErrorKind::NotFound }
}
