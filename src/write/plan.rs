//! What to do about what was found.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::codes::OUTPUT_BLOCKED;
use super::paths::fold;
use crate::diag::{Bag, Finding, Place};
use crate::model::ownership::{FOLDER, Hash, Hashes, Ownership};
use crate::source::World;
use crate::survey::{EDITED_BY_HAND, Found, NOT_OURS, Orphan, OrphanState, State, Survey, fault_above, orphan_edited};

/// What to do. Nothing in it can hurt what is not ours.
pub(super) struct Plan<'a> {
    /// Files to write.
    pub writes: Vec<Write<'a>>,
    /// Files to remove before the first is written, as they stand in its way.
    pub clear: Vec<String>,
    /// Files to remove at the end.
    pub remove: Vec<String>,
    /// Files that are gone already, whose folders may be left empty.
    pub gone: Vec<String>,
    /// What will be ours.
    pub next: Hashes,
    /// The hashes of our files that are about to be replaced or removed.
    pub found: Hashes,
    /// Files to leave as they are.
    pub unchanged: usize,
    /// Orphans that were edited by hand.
    pub kept: usize,
    /// Edited files.
    pub warnings: Bag,
}

/// A file to write.
pub(super) struct Write<'a> {
    pub path: &'a str,
    pub bytes: &'a [u8],
    /// Whether it replaces a file that is not ours.
    pub adopts: bool,
}

/// Decides. `hashes` are those of the files of the tree, in their order. Errors when one of the files can't be
/// written without harm.
pub(super) fn plan<'a>(
    survey: Survey<'a>,
    hashes: Vec<Hash>,
    owned: &Ownership,
    world: &dyn World,
    options: Options,
) -> Result<Plan<'a>, Bag> {
    let Survey { files, orphans, faults } = survey;
    let mut planner = Planner::new(&orphans, options);
    for (folder, what) in &faults {
        planner.folder(folder, what, &files);
    }
    for (found, hash) in files.iter().zip(hashes) {
        match fault_above(&faults, found.path) {
            // Already reported, or about to be cleared.
            Some(_) => planner.write(found, false),
            None => planner.file(found, world),
        }
        planner.plan.next.insert(found.path.to_owned(), hash);
    }
    for orphan in &orphans {
        planner.orphan(orphan, owned);
    }
    let Planner { plan, errors, .. } = planner;
    if errors.errors() == 0 { Ok(plan) } else { Err(errors) }
}

struct Planner<'a, 'o> {
    plan: Plan<'a>,
    errors: Bag,
    options: Options,
    /// Orphans that will be removed, by path.
    leaving: BTreeMap<&'o str, Hash>,
    /// The same, by the path that file systems see that ignore case.
    twins: BTreeMap<String, (&'o str, Hash)>,
    clear: BTreeSet<String>,
}

impl<'a, 'o> Planner<'a, 'o> {
    fn new(orphans: &'o [Orphan], options: Options) -> Self {
        let ours = orphans.iter().filter(|_| options.prune).filter_map(|o| match o.state {
            OrphanState::Ours(hash) => Some((o.path.as_str(), hash)),
            _ => None,
        });
        let leaving: BTreeMap<&str, Hash> = ours.collect();
        let twins = leaving.iter().map(|(path, hash)| (fold(path).into_owned(), (*path, *hash))).collect();
        let plan = Plan {
            writes: Vec::new(),
            clear: Vec::new(),
            remove: Vec::new(),
            gone: Vec::new(),
            next: Hashes::new(),
            found: Hashes::new(),
            unchanged: 0,
            kept: 0,
            warnings: Bag::new(),
        };
        Planner { plan, errors: Bag::new(), options, leaving, twins, clear: BTreeSet::new() }
    }

    /// Something stands where a folder must be.
    fn folder(&mut self, folder: &str, what: &str, files: &[Found]) {
        if self.leaving.contains_key(folder) {
            self.clear.insert(folder.to_owned());
            return;
        }
        let prefix = format!("{folder}/");
        let first = files.partition_point(|f| f.path < prefix.as_str());
        let below = files.get(first).filter(|f| f.path.starts_with(&prefix));
        // No file of the tree goes there; the orphans below it speak for themselves.
        if below.is_none() && folder != FOLDER {
            return;
        }
        let message = format!("{what} stands where the output needs a folder");
        let help = "remove it, or move the output to another folder; links are never followed when writing";
        let finding = Finding::error(&OUTPUT_BLOCKED, Place::File(folder.to_owned()), message, help);
        self.errors.push(match below {
            Some(file) => finding.also(file.file.origin, format!("makes `{}`", file.path)),
            None => finding,
        });
    }

    fn file(&mut self, found: &Found<'a>, world: &dyn World) {
        let twin = match self.twins.is_empty() {
            true => None,
            false => self.twins.get(&*fold(found.path)).copied(),
        };
        if let Some((path, hash)) = twin {
            // Where case is ignored these are one file: remove the old name, then write the new one.
            self.clear.insert(path.to_owned());
            match found.state {
                State::Same => return self.write(found, false),
                State::Foreign(disk) if disk == hash => return self.write(found, false),
                _ => {}
            }
        }
        match &found.state {
            State::Same => self.plan.unchanged += 1,
            State::Absent => self.write(found, false),
            State::Ours(hash) => {
                self.plan.found.insert(found.path.to_owned(), *hash);
                self.write(found, false);
            }
            State::Edited => {
                self.plan.warnings.push(edited(found));
                self.write(found, false);
            }
            State::Foreign(_) if self.options.adopt => self.write(found, true),
            State::Foreign(_) => self.errors.push(not_ours(found)),
            State::Folder => self.folder_in_the_way(found, world),
            State::Blocked(reason) => self.errors.push(blocked(found, reason)),
        }
    }

    /// A folder that holds nothing but files about to be removed makes room by itself.
    fn folder_in_the_way(&mut self, found: &Found<'a>, world: &dyn World) {
        match world.list(found.path) {
            Ok(files) if !files.is_empty() && files.iter().all(|f| self.leaving.contains_key(f.as_str())) => {
                self.clear.extend(files);
                self.write(found, false);
            }
            _ => self.errors.push(blocked(found, "a folder stands there")),
        }
    }

    fn write(&mut self, found: &Found<'a>, adopts: bool) {
        self.plan.writes.push(Write { path: found.path, bytes: &found.file.bytes, adopts });
    }

    fn orphan(&mut self, orphan: &Orphan, owned: &Ownership) {
        let path = orphan.path.clone();
        match orphan.state {
            OrphanState::Gone => self.plan.gone.push(path),
            OrphanState::Ours(hash) if !self.options.prune => {
                self.plan.next.insert(path, hash);
            }
            OrphanState::Ours(hash) => {
                self.plan.found.insert(path.clone(), hash);
                let list = if self.clear.contains(&path) { &mut self.plan.clear } else { &mut self.plan.remove };
                list.push(path);
            }
            OrphanState::Edited => {
                self.plan.kept += 1;
                self.plan.warnings.push(orphan_edited(&path));
                self.plan.next.extend(owned.listed(&path).map(|hash| (path, hash)));
            }
        }
    }
}

fn not_ours(found: &Found) -> Finding {
    let message = "this file was not written by sailplan, and the spec makes another one here";
    let help = "move it away, or run with `--adopt` to overwrite it and own it from now on";
    Finding::error(&NOT_OURS, Place::File(found.path.to_owned()), message, help)
        .also(found.file.origin, "this entry makes the file")
}

fn blocked(found: &Found, reason: &str) -> Finding {
    let message = format!("the output needs a file here, but {reason}");
    let help = "remove it, or move the output to another folder";
    Finding::error(&OUTPUT_BLOCKED, Place::File(found.path.to_owned()), message, help)
        .also(found.file.origin, "this entry makes the file")
}

fn edited(found: &Found) -> Finding {
    let message = "this file was edited by hand since it was rendered, and `render` overwrites it";
    let help = "make the change in the spec: in the entry, in its `overrides`, or in a template of your own";
    found.finding(Finding::warning(&EDITED_BY_HAND, Place::File(found.path.to_owned()), message, help))
}
