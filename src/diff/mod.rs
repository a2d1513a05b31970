//! Compares two trees: objects by what they are, values by where they stand, and what the difference will do.

mod files;

use crate::model::changes::{Change, Changes, Class, Counts, Impact, Side, Subject, What};

/// What a comparison is to do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Path of the tree's root in the repository that Argo CD reads (`platform.repo.path`), so that sources of
    /// Applications are found in the tree. Empty where the tree is the whole repository.
    pub root: String,
    /// Whether lines are wanted too.
    pub lines: bool,
}

/// Compares two states of a tree. Equal files are never parsed.
#[must_use]
pub fn diff(before: &dyn Side, after: &dyn Side, _options: &Options) -> Changes {
    let (pairs, files_before, files_after) = files::differing(before, after);
    let files_differ = pairs.len();
    let all: Vec<Change> = pairs.into_iter().map(whole).collect();
    let mut counts = Counts { files_before, files_after, files_differ, ..Counts::default() };
    for change in &all {
        *counts.of.entry(change.what).or_default() += 1;
        *counts.classes.entry(change.class()).or_default() += 1;
    }
    Changes { all, hunks: Vec::new(), counts }
}

fn whole(pair: files::Pair) -> Change {
    let subject = || Subject { path: pair.path.into(), object: None, owner: None };
    let (what, class) = match (pair.before, pair.after) {
        (false, _) => (What::Added, Class::Added),
        (_, false) => (What::Removed, Class::Removed),
        _ => (What::Changed, Class::InPlace),
    };
    Change {
        what,
        before: pair.before.then(subject),
        after: pair.after.then(subject),
        edits: Vec::new(),
        impacts: vec![Impact::new(class, "the file is not the same")],
        opaque: None,
        lines: None,
    }
}
