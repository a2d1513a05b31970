//! The drift stage: what stands in an output folder and is not what the spec makes, and whose doing that is.
//!
//! Whose a file is, [`survey`](crate::survey) tells. That a tree differs from an earlier state is no drift: `diff` shows
//! it. Drift is what `render` would overwrite, refuse or miss.

mod codes;
mod edits;
mod suggest;

pub use codes::*;

use rayon::prelude::*;

use crate::diag::{Bag, Finding, Place};
use crate::model::about::About;
use crate::model::ownership::{Hash, Ownership, PENDING_FILE};
use crate::source::World;
use crate::survey::{EDITED_BY_HAND, Found, NOT_OURS, OrphanState, State, Survey, orphan_edited};

/// What drift is read from.
pub struct Input<'a> {
    /// The tree beside what stands in the output folder.
    pub survey: &'a Survey<'a>,
    /// Whose the files there are.
    pub owned: &'a Ownership,
    /// The output folder.
    pub world: &'a dyn World,
    /// What the spec says of itself.
    pub about: &'a About,
    /// Whether the folder is to be what this very spec makes. Where it is an earlier state, nothing is wrong with what
    /// was not rendered yet.
    pub current: bool,
}

/// Findings about all that was done by hand, or not done.
pub fn drift(input: &Input, bag: &mut Bag) {
    if input.owned.has_pending() {
        bag.push(unfinished());
    }
    let edited = |found: &&Found| matches!(found.state, State::Edited);
    let foreign = |found: &&Found| matches!(found.state, State::Foreign(_));
    let gone = |found: &&Found| matches!(found.state, State::Absent) && input.owned.listed(found.path).is_some();
    let files = &input.survey.files;
    let by_hand = files.par_iter().filter(edited).map(|found| edited_by_hand(found, input));
    by_hand.collect::<Vec<_>>().into_iter().for_each(|finding| bag.push(finding));
    if input.owned.paths().is_empty() {
        nothing_owned(files.iter().filter(foreign).count(), bag);
    } else {
        files.iter().filter(foreign).for_each(|found| bag.push(not_ours(found)));
    }
    files.iter().filter(gone).for_each(|found| bag.push(missing(found)));
    let orphans = input.survey.orphans.iter();
    let kept = orphans.filter(|orphan| orphan.state == OrphanState::Edited);
    kept.for_each(|orphan| bag.push(orphan_edited(&orphan.path)));
    files.iter().for_each(|found| unreadable(found, bag));
    if input.current {
        not_rendered(input, bag);
    }
}

fn unfinished() -> Finding {
    let message = "a `render` was cut off: some of its files are written, others are not";
    let help = "run `sailplan render`, which completes it; then commit what it wrote";
    Finding::warning(&UNFINISHED_RENDER, Place::File(PENDING_FILE.to_owned()), message, help)
}

fn edited_by_hand(found: &Found, input: &Input) -> Finding {
    let rendered_as_now = input.owned.listed(found.path) == Some(Hash::of(&found.file.bytes));
    let (what, help) = match input.world.read(found.path) {
        Ok(bytes) if rendered_as_now => {
            let edits = edits::between(&found.file.bytes, &bytes);
            (edits::in_words(&edits), suggest::help(found, &edits, input))
        }
        // What the spec changed since can't be told from what a hand changed.
        _ => {
            let help = "`git log -p` of the file shows the edit; make it in the spec, then run `sailplan render`, \
                        which overwrites it";
            (", and the spec has changed too".to_owned(), help.to_owned())
        }
    };
    let message = format!("this file was edited by hand since it was rendered{what}");
    found.finding(Finding::warning(&EDITED_BY_HAND, Place::File(found.path.to_owned()), message, help))
}

fn not_ours(found: &Found) -> Finding {
    let message = "this file was not written by sailplan, and the spec makes another one here";
    let help = "move it away, or run `sailplan render --adopt` to overwrite it and own it from then on";
    found.finding(Finding::warning(&NOT_OURS, Place::File(found.path.to_owned()), message, help))
}

/// A folder that `render` has never written into is no heap of single faults.
fn nothing_owned(foreign: usize, bag: &mut Bag) {
    if foreign == 0 {
        return;
    }
    let message =
        format!("none of the files there was written by sailplan; the spec makes others for {foreign} of them");
    let help = "run `sailplan render --adopt` once, when the difference is what you want";
    bag.push(Finding::note(&NOT_OURS, Place::File(crate::model::ownership::TREE_FILE.to_owned()), message, help));
}

fn missing(found: &Found) -> Finding {
    let message = "this file was rendered, and is gone";
    let help = "run `sailplan render` to have it again; to be rid of it, take the entry out of the spec";
    found.finding(Finding::warning(&OUTPUT_MISSING, Place::File(found.path.to_owned()), message, help))
}

fn unreadable(found: &Found, bag: &mut Bag) {
    let reason = match &found.state {
        State::Folder => "a folder stands where the spec makes a file",
        State::Blocked(reason) => reason,
        _ => return,
    };
    let help = "mend that, or compare with another state";
    let message = format!("this file can't be compared: {reason}");
    bag.push(Finding::error(&BASE_UNREADABLE, Place::File(found.path.to_owned()), message, help));
}

fn not_rendered(input: &Input, bag: &mut Bag) {
    let is_new = |found: &Found| matches!(found.state, State::Absent) && input.owned.listed(found.path).is_none();
    let stale = |found: &&Found| matches!(found.state, State::Ours(_)) || is_new(found);
    let mut stale = input.survey.files.iter().filter(stale).map(|found| found.path);
    let first = stale.next();
    let mut leaving = input.survey.orphans.iter().filter(|o| matches!(o.state, OrphanState::Ours(_)));
    let Some(first) = first.or_else(|| leaving.next().map(|orphan| orphan.path.as_str())) else { return };
    let (more, going) = (stale.count(), leaving.count());
    let others = match more + going {
        0 => String::new(),
        1 => ", nor 1 other file".to_owned(),
        n => format!(", nor {n} other files"),
    };
    let message = format!("the spec was changed, and this file was not rendered since{others}");
    let help = "run `sailplan render`, then commit what it wrote";
    bag.push(Finding::note(&NOT_RENDERED, Place::File(first.to_owned()), message, help));
}
