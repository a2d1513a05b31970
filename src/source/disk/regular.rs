//! Bytes of regular files, opened by one look at their path.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Largest file that is read, in bytes: a sparse file must not eat all memory.
const READ_MAX: u64 = 1 << 30;

/// A file that is open, and what it is. `None` for a symbolic link, which is not followed.
#[cfg(unix)]
pub(super) fn open(full: &Path) -> io::Result<Option<(File, Metadata)>> {
    use std::os::unix::fs::OpenOptionsExt;
    // A pipe that nobody writes to would be waited for otherwise.
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    match File::options().read(true).custom_flags(flags).open(full) {
        Ok(file) => file.metadata().map(|meta| Some((file, meta))),
        // The second is what FreeBSD says.
        Err(e) if [Some(libc::ELOOP), Some(libc::EMLINK)].contains(&e.raw_os_error()) => Ok(None),
        Err(e) => Err(e),
    }
}

/// A file that is open, and what it is. `None` for a symbolic link, which is not followed.
#[cfg(not(unix))]
pub(super) fn open(full: &Path) -> io::Result<Option<(File, Metadata)>> {
    let meta = std::fs::symlink_metadata(full)?;
    if meta.is_symlink() {
        return Ok(None);
    }
    if meta.is_dir() {
        return Err(io::Error::from(ErrorKind::IsADirectory));
    }
    File::open(full).map(|file| Some((file, meta)))
}

/// All bytes of a regular file; anything else is an error.
pub(super) fn read(file: File, meta: &Metadata) -> io::Result<Vec<u8>> {
    if meta.is_dir() {
        return Err(io::Error::from(ErrorKind::IsADirectory));
    }
    if !meta.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if meta.len() > READ_MAX {
        return Err(io::Error::from(ErrorKind::FileTooLarge));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 64);
    file.take(READ_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether it is a regular file with these bytes. It is read in pieces, up to the first that differs.
pub(super) fn holds(mut file: File, meta: &Metadata, bytes: &[u8]) -> io::Result<bool> {
    if !meta.is_file() || meta.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut buffer = [0; 8 << 10];
    let mut rest = bytes;
    while !rest.is_empty() {
        let read = match file.read(&mut buffer) {
            Ok(read) => buffer.get(..read).unwrap_or_default(),
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        match rest.strip_prefix(read) {
            Some(after) if !read.is_empty() => rest = after,
            _ => return Ok(false),
        }
    }
    Ok(true)
}
