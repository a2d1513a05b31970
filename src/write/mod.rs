//! The write stage: makes the output folder hold the tree.
//!
//! | step | file | does |
//! |---|---|---|
//! | paths | `paths` | refuses trees that no file system could hold |
//! | survey | [`survey`] | compares each path with what stands on disk; reads only |
//! | plan | `plan` | decides what to write, remove and keep; findings for what must not happen |
//! | apply | `apply` | leaves a record of the intent, changes files, then lists what is owned |
//!
//! Nothing is changed before the last step, and that step can be cut off anywhere: each file is
//! replaced as a whole, and the record tells the next run which files are ours.

mod apply;
mod codes;
mod paths;
mod plan;

pub use codes::*;

use rayon::prelude::*;

use crate::diag::Bag;
use crate::model::ownership::{Hash, Ownership};
use crate::model::tree::Tree;
use crate::source::World;
use crate::survey;

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Overwrite files that are not ours where the tree has another file.
    pub adopt: bool,
    /// Remove files that we wrote and that are no longer in the tree.
    pub prune: bool,
}

/// What was done. Each file of the tree counts in exactly one of the first three.
#[derive(Debug, Default)]
pub struct Written {
    /// Files of ours made or replaced.
    pub written: usize,
    /// Files that had the right bytes already, and were not touched.
    pub unchanged: usize,
    /// Files that were not ours, and were overwritten.
    pub adopted: usize,
    /// Files that the tree no longer has, removed.
    pub removed: usize,
    /// Files that the tree no longer has, kept because they were edited by hand.
    pub kept: usize,
    /// What the user should know.
    pub warnings: Bag,
}

/// Makes the folder of `world` hold exactly the tree, apart from files that are not ours. Runs on the
/// current rayon pool. `settle` says how grave the warnings are, before anything is changed.
///
/// # Errors
/// Errors of the codes here and `ownership-file`, and what `settle` refuses. With any but `write-failed` nothing was
/// changed.
pub fn write(
    tree: &Tree,
    world: &dyn World,
    options: Options,
    settle: &mut dyn FnMut(Bag) -> Result<Bag, Bag>,
) -> Result<Written, Bag> {
    paths::check(tree)?;
    let owned = Ownership::load(world)?;
    let hashes: Vec<Hash> = tree.par_iter().map(|(_, file)| Hash::of(&file.bytes)).collect();
    let survey = survey::survey(tree, &owned, world);
    let mut plan = plan::plan(survey, hashes, &owned, world, options)?;
    plan.warnings = settle(plan.warnings)?;
    apply::apply(plan, &owned, world)
}
