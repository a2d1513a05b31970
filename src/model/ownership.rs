//! What the program owns below an output root: the files it wrote, by hash.
//!
//! `.sailplan/tree.json` lists them. While files are being replaced, `.sailplan/pending.json` says
//! which hashes are about to stand there, so that a run after a crash knows its own files again.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};

use crate::diag::{Bag, Finding, Place};
use crate::source::path::path_fault;
use crate::source::{FileKind, World};

crate::codes! {
    /// A file in `.sailplan/` of the output folder can't be read as the list of owned files.
    ///
    /// Without that list nobody can tell which files the program wrote and may replace or remove, so
    /// it touches none. The usual cause is a merge conflict in `.sailplan/tree.json`, or a newer
    /// version of the program. Restore the file from git; or delete it and run `render --adopt` once,
    /// which takes over the files that the spec still makes and leaves all others alone.
    OWNERSHIP_FILE = "ownership-file";
}

/// The folder of our own records, below the output root.
pub const FOLDER: &str = ".sailplan";
/// The list of owned files.
pub const TREE_FILE: &str = ".sailplan/tree.json";
/// The intent of a run that has not finished.
pub const PENDING_FILE: &str = ".sailplan/pending.json";
/// The list of objects that something else makes, for whoever checks the tree without its spec.
pub const EXTERNAL_FILE: &str = ".sailplan/external.yaml";
const VERSION: u32 = 1;

/// SHA-256 of a file's bytes, in text as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Hash([u8; 32]);

/// Path below the output root -> hash.
pub type Hashes = BTreeMap<String, Hash>;

/// What is ours below an output root.
#[derive(Clone, Debug, Default)]
pub struct Ownership {
    listed: Hashes,
    /// The record of an unfinished run, unless that had finished all but removing it.
    pending: Option<Pending>,
    has_pending: bool,
    text: Vec<u8>,
}

/// What a run is about to do. Its paths count as ours where the file has one of these hashes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    version: u32,
    /// Hash of the list as it will be when the run is done, if that changes it: once that stands, this
    /// record is void.
    then: Option<Hash>,
    /// Files as they will be, as far as the list does not say so yet.
    files: Hashes,
    /// Files as an interrupted run left them, that the list does not tell to be ours.
    before: Hashes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed<H> {
    version: u32,
    files: H,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Ownership {
    /// Reads the records below an output root. Without any, nothing is owned.
    ///
    /// # Errors
    /// A finding `ownership-file` when a record can't be read or names impossible paths.
    pub fn load(world: &dyn World) -> Result<Ownership, Bag> {
        let text = bytes_of(world, TREE_FILE)?.unwrap_or_default();
        let listed = match text.is_empty() {
            true => Hashes::new(),
            false => parse(TREE_FILE, &text, |list: &Listed<Hashes>| list.version)?.files,
        };
        check_paths(TREE_FILE, listed.keys())?;
        let pending = bytes_of(world, PENDING_FILE)?;
        let has_pending = pending.is_some();
        let pending = pending.map(|bytes| parse(PENDING_FILE, &bytes, |p: &Pending| p.version)).transpose()?;
        if let Some(pending) = &pending {
            check_paths(PENDING_FILE, pending.paths())?;
        }
        let pending = pending.filter(|p| p.then.is_none_or(|then| then != Hash::of(&text)));
        Ok(Ownership { listed, pending, has_pending, text })
    }

    /// The hash that the list has for a path.
    #[must_use]
    pub fn listed(&self, path: &str) -> Option<Hash> {
        self.listed.get(path).copied()
    }

    /// Whether a file with these bytes is one that we wrote, in this or an interrupted run.
    #[must_use]
    pub fn wrote(&self, path: &str, hash: Hash) -> bool {
        let is = |hashes: &Hashes| hashes.get(path) == Some(&hash);
        is(&self.listed) || self.pending.as_ref().is_some_and(|p| is(&p.files) || is(&p.before))
    }

    /// Every path that may be ours, in byte order.
    #[must_use]
    pub fn paths(&self) -> Vec<&str> {
        let pending = self.pending.iter().flat_map(Pending::paths);
        let mut paths: Vec<&str> = self.listed.keys().chain(pending).map(String::as_str).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Whether a record of an unfinished run stands in the output folder.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        self.has_pending
    }

    /// The bytes of the list as they stand on disk; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The record to leave before the list turns into `next`, whose bytes are `text`. `found` are the
    /// hashes of those of our files that are about to be replaced or removed.
    #[must_use]
    pub fn intent(&self, next: &Hashes, text: &[u8], found: Hashes) -> Pending {
        let unlisted = |(path, hash): &(&String, &Hash)| self.listed(path) != Some(**hash);
        let files = next.iter().filter(unlisted).map(|(path, hash)| (path.clone(), *hash)).collect();
        let before = found.into_iter().filter(|(path, hash)| unlisted(&(path, hash))).collect();
        let then = (text != self.text).then(|| Hash::of(text));
        Pending { version: VERSION, then, files, before }
    }
}

impl Pending {
    /// The bytes of the record.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        lines(self)
    }

    fn paths(&self) -> impl Iterator<Item = &String> {
        self.files.keys().chain(self.before.keys())
    }
}

impl Hash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> String {
        let digit = |n: u8| char::from(if n < 10 { b'0' + n } else { b'a' + n - 10 });
        hash.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
}

impl Hash {
    fn parse(text: &str) -> Option<Hash> {
        let digit = |b: u8| match b {
            b'0'..=b'9' => Some(b - b'0'),
            b'a'..=b'f' => Some(b - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut hash = [0; 32];
        if pairs.len() != hash.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = (digit(*high)? << 4) | digit(*low)?;
        }
        Some(Hash(hash))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Hash;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 lower-case hex digits")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hash, E> {
                Hash::parse(text).ok_or_else(|| E::custom("a hash has 64 lower-case hex digits"))
            }
        }
        from.deserialize_str(Text)
    }
}

/// Why no file of the output tree may have a path; `None` when it may. Beyond what the outside
/// refuses, these are the folders of git at any depth, and of our own records.
#[must_use]
pub fn tree_path_fault(path: &str) -> Option<&'static str> {
    let git = |part: &str| part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case("git~1");
    let ours = |part: &str| part.eq_ignore_ascii_case(FOLDER);
    path_fault(path).or_else(|| match path.split('/').next() {
        _ if path.split('/').any(git) => Some("a part of the path is `.git`, which belongs to git"),
        Some(first) if ours(first) && path != EXTERNAL_FILE => {
            Some("`.sailplan/` holds the records of the program itself")
        }
        _ => None,
    })
}

/// The bytes of a list: sorted, one entry a line, so that git merges and shows it well.
#[must_use]
pub fn list_bytes(files: &Hashes) -> Vec<u8> {
    lines(&Listed { version: VERSION, files })
}

fn lines<T: Serialize>(record: &T) -> Vec<u8> {
    // Maps of strings always have a JSON form.
    let mut bytes = serde_json::to_vec_pretty(record).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn bytes_of(world: &dyn World, path: &str) -> Result<Option<Vec<u8>>, Bag> {
    if world.kind(path) == Some(FileKind::Link) {
        return Err(unreadable(path, "it is a symbolic link"));
    }
    match world.read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.not_found => Ok(None),
        Err(e) => Err(unreadable(path, &e.reason)),
    }
}

fn parse<T: DeserializeOwned>(path: &str, bytes: &[u8], version: impl Fn(&T) -> u32) -> Result<T, Bag> {
    let fault = match serde_json::from_slice::<T>(bytes) {
        Ok(record) if version(&record) == VERSION => return Ok(record),
        Ok(_) => None,
        Err(e) => Some(e.to_string()),
    };
    let reason = match (serde_json::from_slice::<Versioned>(bytes), fault) {
        (Ok(other), _) if other.version != VERSION => {
            format!("it has version {}, this program knows {VERSION}", other.version)
        }
        (_, fault) => fault.unwrap_or_default(),
    };
    Err(unreadable(path, &reason))
}

fn check_paths<'a>(record: &str, mut paths: impl Iterator<Item = &'a String>) -> Result<(), Bag> {
    let fault = paths.find_map(|path| tree_path_fault(path).map(|fault| format!("it names {path:?}: {fault}")));
    fault.map_or(Ok(()), |fault| Err(unreadable(record, &fault)))
}

fn unreadable(path: &str, reason: &str) -> Bag {
    let help = match path {
        TREE_FILE => "restore it from git, or delete it and run once with `--adopt`",
        _ => "delete it; files of the run that left it may then need `--adopt` once",
    };
    let message = format!("the record of owned files can't be read: {reason}");
    Bag::from_iter([Finding::error(&OWNERSHIP_FILE, Place::File(path.to_owned()), message, help)])
}
