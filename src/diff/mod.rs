//! Compares two trees: objects by what they are, values by where they stand, and what the difference will do.
//!
//! | file | holds |
//! |---|---|
//! | `files` | which files differ |
//! | `read` | a file as objects and data |
//! | `found` | the objects of two files, put together |
//! | `compare` | the edits that lead from one value to another |
//! | `scene` | the Applications of both trees, and what they read |
//! | `pair`, `leaves` | what was moved or renamed |
//! | `impact` | what comes of a change, as far as the object shows it |
//! | `context` | what comes of it for others |
//! | `mask` | covers secrets |
//! | `group` | the same edit in many objects, once |
//! | `environments`, `made` | the apps of one environment under the names of another |
//! | `lines` | lines of text, on request |

mod affected;
mod compare;
mod context;
mod environments;
mod files;
mod found;
mod group;
mod impact;
mod leaves;
mod lines;
mod made;
mod mask;
mod pair;
mod read;
mod scene;

pub use affected::{Affected, Home, affected};
pub use environments::{Aligned, align};

use context::Context;
use found::{Draft, Loose, Piece};
use rayon::prelude::*;
use scene::Scenes;

use crate::model::changes::{Change, Changes, Class, Side, What};

/// What a comparison is to do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Path of the tree's root in the repository that Argo CD reads (`platform.repo.path`), so that sources of
    /// Applications are found in the tree. Empty where the tree is the whole repository.
    pub root: String,
    /// Whether lines are wanted too.
    pub lines: bool,
}

/// Compares two states of a tree. Equal files are never parsed, except Applications where something is gone, new or
/// moved, or an AppProject changes: then they say what will come of it.
#[must_use]
pub fn diff(before: &dyn Side, after: &dyn Side, options: &Options) -> Changes {
    let (pairs, counts) = files::differing(before, after);
    let pieces: Vec<Piece> = pairs.par_iter().map(|pair| found::file(before, after, *pair, &options.root)).collect();
    let (mut drafts, mut gone, mut new, mut apps) = (Vec::new(), Vec::new(), Vec::new(), (Vec::new(), Vec::new()));
    for piece in pieces {
        drafts.extend(piece.drafts);
        gone.extend(piece.before);
        new.extend(piece.after);
        apps.0.extend(piece.apps.0);
        apps.1.extend(piece.apps.1);
    }
    let asks = |draft: &Draft| draft.permits.is_some();
    if !gone.is_empty() || !new.is_empty() || drafts.iter().any(asks) {
        let scenes = Scenes::of(before, after, &pairs, apps, &options.root);
        let context = Context { scenes: &scenes, paths: &before.paths() };
        drafts.extend(unpaired(before, after, gone, new, &context));
        drafts.iter_mut().for_each(|draft| context.refused(draft));
    }
    let mut all: Vec<Change> = drafts.into_iter().map(|draft| draft.change).collect();
    all.par_iter_mut().for_each(finish);
    all.sort_by(|a, b| {
        a.path().cmp(b.path()).then_with(|| a.before.cmp(&b.before)).then_with(|| a.after.cmp(&b.after))
    });
    if options.lines {
        lines::attach(&mut all, before, after);
    }
    let counts = counts.recount(&all);
    Changes { hunks: group::hunks(&all), all, counts, between: None }
}

/// What is gone and what is new: moved, renamed, or nothing of it.
fn unpaired(before: &dyn Side, after: &dyn Side, gone: Vec<Loose>, new: Vec<Loose>, context: &Context) -> Vec<Draft> {
    let matches = pair::pair(&gone, &new, context.scenes);
    let (mut gone, mut new): (Vec<_>, Vec<_>) =
        (gone.into_iter().map(Some).collect(), new.into_iter().map(Some).collect());
    let mut take = |found: &pair::Match| {
        let old = gone.get_mut(found.before)?.take()?;
        let later = new.get_mut(found.after)?.take()?;
        Some((found.what, old, later))
    };
    let pairs: Vec<(What, Loose, Loose)> = matches.iter().filter_map(&mut take).collect();
    let joined =
        pairs.into_par_iter().flat_map_iter(|(what, old, later)| joined(before, after, what, old, later, context));
    let mut out: Vec<Draft> = joined.collect();
    out.extend(gone.into_iter().flatten().map(|loose| context.removed(loose)));
    out.extend(new.into_iter().flatten().map(|loose| context.added(loose)));
    out
}

fn joined(before: &dyn Side, after: &dyn Side, what: What, old: Loose, new: Loose, context: &Context) -> Vec<Draft> {
    let values = old.find(before).zip(new.find(after));
    let draft = values.map(|(a, b)| found::compared(what, old.subject.clone(), new.subject.clone(), &a, &b));
    match draft {
        None => vec![context.removed(old), context.added(new)],
        Some(mut draft) => {
            match what {
                What::Renamed => context.renamed(&mut draft.change, &old, &new),
                _ => context.moved(&mut draft.change, &old),
            }
            vec![draft]
        }
    }
}

/// The gravest first, each once.
fn finish(change: &mut Change) {
    change.impacts.sort_by_key(|impact| std::cmp::Reverse(impact.class));
    let mut seen = std::collections::BTreeSet::new();
    change.impacts.retain(|impact| seen.insert((impact.class, impact.reason.clone())));
    if !change.is_cosmetic() {
        change.impacts.retain(|impact| impact.class != Class::Cosmetic);
    }
}
