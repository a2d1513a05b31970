//! What stands in an output folder, path by path. Reads only.
//!
//! `write` decides by it what to do, and `drift` says by it what was done by hand, so that both have one
//! understanding of whose a file is.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::diag::{Finding, Place};
use crate::model::ownership::{Hash, Ownership, TREE_FILE};
use crate::model::tree::{Tree, TreeFile};
use crate::source::path::{folders, parent};
use crate::source::{FileKind, World};

crate::codes! {
    /// A file of the output folder was not written by the program, and the spec wants another there.
    ///
    /// Somebody's work would be lost, so `render` writes nothing at all. Move the file away, or give the
    /// output another folder. When the file is an earlier hand-made version of what the spec now
    /// makes, `render --adopt` overwrites it once and owns it from then on.
    NOT_OURS = "not-ours": error warning note outside;
    /// A file that the program had written was changed by hand.
    ///
    /// The output belongs to the spec: `render` overwrites the change, and says so. Make it in the spec: in the entry, in
    /// its `overrides`, or in a template of your own. `diff` shows what was changed and, where a patch can express it, the
    /// `overrides` that keep it. What was overwritten is in the history of git.
    EDITED_BY_HAND = "edited-by-hand": warning outside;
    /// A file that the spec no longer makes was changed by hand, and is kept.
    ///
    /// The program removes only what it wrote itself. The file stays listed, and is named in each
    /// run, until you delete it or the spec makes it again.
    ORPHAN_EDITED = "orphan-edited": warning outside;
}

/// What was found.
pub struct Survey<'a> {
    /// Every file of the tree, in byte order of the paths.
    pub files: Vec<Found<'a>>,
    /// Every path that may be ours and is not in the tree, in byte order.
    pub orphans: Vec<Orphan>,
    /// Places that must be folders and are something else -> what stands there.
    pub faults: BTreeMap<String, &'static str>,
}

/// A file of the tree.
pub struct Found<'a> {
    /// Its path.
    pub path: &'a str,
    /// What the tree has there.
    pub file: &'a TreeFile,
    /// What stands there.
    pub state: State,
}

impl Found<'_> {
    /// The finding, with what it is about beside its place.
    pub fn finding(&self, mut finding: Finding) -> Finding {
        finding.environment.clone_from(&self.file.tags.environment);
        finding.also(self.file.origin, "this entry makes the file")
    }
}

/// A file that the spec no longer makes, and that is not what was rendered.
pub fn orphan_edited(path: &str) -> Finding {
    let message = "the spec no longer makes this file, but it was edited by hand, so `render` keeps it";
    let help = "delete it when it is no longer needed; this warning ends with it";
    Finding::warning(&ORPHAN_EDITED, Place::File(path.to_owned()), message, help)
}

/// What stands where a file of the tree must go.
pub enum State {
    /// The bytes of the tree.
    Same,
    /// Nothing.
    Absent,
    /// A file that we wrote.
    Ours(Hash),
    /// A file that we wrote, changed since.
    Edited,
    /// A file that is not ours.
    Foreign(Hash),
    /// A folder.
    Folder,
    /// Something else; in words.
    Blocked(String),
}

/// A path that may be ours and is not in the tree.
pub struct Orphan {
    /// Its path.
    pub path: String,
    /// What stands there.
    pub state: OrphanState,
}

/// What stands at the path of an orphan.
#[derive(Clone, Copy, PartialEq)]
pub enum OrphanState {
    /// Nothing of ours.
    Gone,
    /// The file that we wrote.
    Ours(Hash),
    /// Something else than what we wrote.
    Edited,
}

/// Every folder above the paths, each once. Fast when neighbours share a folder, as sorted paths do.
pub fn all_folders<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut all = BTreeSet::new();
    let mut last = "";
    for path in paths {
        if parent(path) != last {
            last = parent(path);
            all.extend(folders(path));
        }
    }
    all
}

/// Compares every path that the tree has or that may be ours with what stands there.
pub fn survey<'a>(tree: &'a Tree, owned: &Ownership, world: &dyn World) -> Survey<'a> {
    let found = |(path, file): (&'a String, &'a TreeFile)| Found { path, file, state: state(path, file, owned, world) };
    let files: Vec<Found> = tree.par_iter().map(found).collect();
    let mut listed = owned.paths();
    let mut made = tree.keys().map(String::as_str).peekable();
    // Both are in byte order.
    listed.retain(|path| {
        while made.next_if(|made| made < path).is_some() {}
        made.peek() != Some(path)
    });
    let orphans = listed;
    // Above a file that is as it should be, nothing is but folders.
    let others = files.iter().filter(|found| !matches!(found.state, State::Same)).map(|found| found.path);
    let needed: Vec<&str> = all_folders(others.chain(orphans.iter().copied()).chain([TREE_FILE])).into_iter().collect();
    let fault = |folder: &&str| folder_fault(world, folder).map(|fault| ((*folder).to_owned(), fault));
    let faults: BTreeMap<String, &'static str> = needed.par_iter().filter_map(fault).collect();
    let orphan = |path: &&str| Orphan { path: (*path).to_owned(), state: orphan_state(path, &faults, owned, world) };
    let orphans = orphans.par_iter().map(orphan).collect();
    Survey { files, orphans, faults }
}

/// The first folder above a path that is none.
pub fn fault_above<'f>(faults: &'f BTreeMap<String, &'static str>, path: &str) -> Option<&'f str> {
    match faults.is_empty() {
        true => None,
        false => folders(path).find_map(|folder| faults.get_key_value(folder)).map(|(folder, _)| folder.as_str()),
    }
}

fn folder_fault(world: &dyn World, folder: &str) -> Option<&'static str> {
    match world.kind(folder)? {
        FileKind::Dir => None,
        kind => Some(name(kind)),
    }
}

fn name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::File => "a file",
        FileKind::Dir => "a folder",
        FileKind::Link => "a symbolic link",
        FileKind::Other => "something that is neither a file nor a folder",
    }
}

fn state(path: &str, file: &TreeFile, owned: &Ownership, world: &dyn World) -> State {
    if matches!(world.holds(path, &file.bytes), Ok(true)) {
        return State::Same;
    }
    match world.kind(path) {
        None => return State::Absent,
        Some(FileKind::File) => {}
        Some(FileKind::Dir) => return State::Folder,
        Some(kind) => return State::Blocked(format!("{} stands there", name(kind))),
    }
    let bytes = match world.read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.not_found => return State::Absent,
        Err(e) => return State::Blocked(format!("what stands there can't be read: {}", e.reason)),
    };
    match Hash::of(&bytes) {
        hash if owned.wrote(path, hash) => State::Ours(hash),
        _ if owned.listed(path).is_some() => State::Edited,
        hash => State::Foreign(hash),
    }
}

fn orphan_state(
    path: &str,
    faults: &BTreeMap<String, &'static str>,
    owned: &Ownership,
    world: &dyn World,
) -> OrphanState {
    // A file that was never listed is ours only as long as it has the bytes that we meant to write.
    let other = if owned.listed(path).is_some() { OrphanState::Edited } else { OrphanState::Gone };
    match world.kind(path) {
        None | Some(FileKind::Dir) => OrphanState::Gone,
        Some(FileKind::File) if fault_above(faults, path).is_none() => match world.read(path) {
            Ok(bytes) => match Hash::of(&bytes) {
                hash if owned.wrote(path, hash) => OrphanState::Ours(hash),
                _ => other,
            },
            Err(e) if e.not_found => OrphanState::Gone,
            Err(_) => other,
        },
        Some(_) => other,
    }
}
