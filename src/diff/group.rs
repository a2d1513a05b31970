//! The same edit in many objects, once.

use crate::base::hash::HashMap;
use std::collections::BTreeMap;
use std::hash::Hash as _;

use super::leaves::{feed, hash};
use crate::model::changes::{Change, Edit, Hunk};

/// The edits of all changes, each once: those that the same changes share lie together. In the order of their first
/// member, those with more members first.
#[must_use]
pub fn hunks(changes: &[Change]) -> Vec<Hunk> {
    let mut distinct: Vec<(&Change, &Edit, Vec<usize>)> = Vec::new();
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::default();
    for (number, change) in changes.iter().enumerate() {
        for edit in change.real_edits() {
            let same = by_hash.entry(fingerprint(change, edit)).or_default();
            let known = same
                .iter()
                .copied()
                .find(|i| distinct.get(*i).is_some_and(|(of, other, _)| *other == edit && kind(of) == kind(change)));
            match known.and_then(|i| distinct.get_mut(i)) {
                Some((_, _, members)) if members.last() == Some(&number) => {}
                Some((_, _, members)) => members.push(number),
                None => {
                    same.push(distinct.len());
                    distinct.push((change, edit, vec![number]));
                }
            }
        }
    }
    let mut by_members: BTreeMap<Vec<usize>, Vec<Edit>> = BTreeMap::new();
    for (_, edit, members) in distinct {
        by_members.entry(members).or_default().push(edit.clone());
    }
    let mut hunks: Vec<Hunk> = by_members.into_iter().map(|(members, edits)| Hunk { edits, members }).collect();
    hunks.sort_by_key(|hunk| (hunk.members.first().copied(), std::cmp::Reverse(hunk.members.len())));
    hunks
}

fn kind(change: &Change) -> Option<&str> {
    change.subject()?.object.as_ref().map(|object| &*object.kind)
}

fn fingerprint(change: &Change, edit: &Edit) -> u64 {
    hash(|state| {
        kind(change).hash(state);
        (&edit.place, edit.kind).hash(state);
        for value in [&edit.before, &edit.after] {
            value.is_some().hash(state);
            value.iter().for_each(|value| feed(value, state));
        }
    })
}
