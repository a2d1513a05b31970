//! Objects that are gone and objects that are new, where they are the same: moved to another file, or renamed.

use crate::base::hash::HashMap;
use std::collections::BTreeMap;

use super::found::Loose;
use super::leaves::likeness;
use super::scene::{self, Scene, Scenes};
use crate::model::changes::What;
use crate::model::document::Identity;

/// From so much likeness on an object of another name is taken for the same.
const ALIKE: f64 = 0.65;
/// The same, where it stands in the same file.
const ALIKE_IN_PLACE: f64 = 0.45;
/// Fewest leaves that have to be the same.
const FEWEST: usize = 3;
/// A leaf that more objects have than this says nothing about any of them.
const COMMON: usize = 48;
/// So many candidates are looked at closely.
const CANDIDATES: usize = 12;

/// Which of the first is which of the second, by number.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// Number among what is gone.
    pub before: usize,
    /// Number among what is new.
    pub after: usize,
    /// Moved or renamed.
    pub what: What,
}

/// Finds what was moved or renamed.
#[must_use]
pub fn pair(before: &[Loose], after: &[Loose], scenes: &Scenes) -> Vec<Match> {
    let mut taken = Taken { before: vec![false; before.len()], after: vec![false; after.len()], out: Vec::new() };
    moved(before, after, scenes, &mut taken);
    renamed(before, after, &mut taken);
    taken.out.sort_by_key(|m| (m.before, m.after));
    taken.out
}

struct Taken {
    before: Vec<bool>,
    after: Vec<bool>,
    out: Vec<Match>,
}

impl Taken {
    fn free(&self, before: usize, after: usize) -> bool {
        self.before.get(before) == Some(&false) && self.after.get(after) == Some(&false)
    }

    fn take(&mut self, found: Match) {
        if let (Some(before), Some(after)) = (self.before.get_mut(found.before), self.after.get_mut(found.after)) {
            (*before, *after) = (true, true);
            self.out.push(found);
        }
    }
}

/// The same object in another file. Objects that go to different clusters are not the same.
fn moved(before: &[Loose], after: &[Loose], scenes: &Scenes, taken: &mut Taken) {
    let cluster = |scene: &Scene, loose: &Loose| {
        let (server, name) = scene.owner(&loose.subject.path)?.destination();
        Some(scene::cluster(server, name))
    };
    let mut new: HashMap<&Identity, BTreeMap<Option<String>, Vec<usize>>> = HashMap::default();
    for (j, loose) in after.iter().enumerate() {
        if let Some(identity) = &loose.subject.object {
            let there = new.entry(identity).or_default();
            there.entry(cluster(&scenes.after, loose)).or_default().push(j);
        }
    }
    for (i, loose) in before.iter().enumerate() {
        let Some(there) = loose.subject.object.as_ref().and_then(|identity| new.get(identity)) else { continue };
        let same: Vec<&Vec<usize>> = match cluster(&scenes.before, loose) {
            None => there.values().collect(),
            known => there.get(&known).into_iter().chain(there.get(&None)).collect(),
        };
        let near = |j: &usize| {
            let other = after.get(*j).filter(|_| taken.free(i, *j))?;
            Some((kinship(&loose.subject.path, &other.subject.path), std::cmp::Reverse(*j)))
        };
        if let Some((_, std::cmp::Reverse(j))) = same.into_iter().flatten().filter_map(near).max() {
            taken.take(Match { before: i, after: j, what: What::Moved });
        }
    }
}

/// How many parts two paths have in common, at their ends and at their beginnings.
fn kinship(a: &str, b: &str) -> usize {
    let begin = a.split('/').zip(b.split('/')).take_while(|(x, y)| x == y).count();
    let end = a.rsplit('/').zip(b.rsplit('/')).take_while(|(x, y)| x == y).count();
    begin + end
}

/// What objects have to share to be compared: the kind, or the end of the file's name.
fn bucket(loose: &Loose) -> &str {
    let path = &*loose.subject.path;
    loose.subject.object.as_ref().map_or_else(|| path.rsplit('.').next().unwrap_or(path), |object| &object.kind)
}

/// Another name, and content so similar that it is the same thing.
fn renamed(before: &[Loose], after: &[Loose], taken: &mut Taken) {
    let mut holders: HashMap<(&str, bool, u64), Vec<usize>> = HashMap::default();
    let is_object = |loose: &Loose| loose.subject.object.is_some();
    for (i, loose) in before.iter().enumerate().filter(|(i, _)| taken.before.get(*i) == Some(&false)) {
        for leaf in &loose.leaves {
            holders.entry((bucket(loose), is_object(loose), *leaf)).or_default().push(i);
        }
    }
    let mut found: Vec<(f64, usize, usize)> = Vec::new();
    for (j, loose) in after.iter().enumerate().filter(|(j, _)| taken.after.get(*j) == Some(&false)) {
        let mut votes: HashMap<usize, usize> = HashMap::default();
        for leaf in &loose.leaves {
            let same = holders.get(&(bucket(loose), is_object(loose), *leaf)).filter(|all| all.len() <= COMMON);
            same.into_iter().flatten().for_each(|i| *votes.entry(*i).or_default() += 1);
        }
        let mut votes: Vec<(usize, usize)> = votes.into_iter().collect();
        votes.sort_by_key(|(i, n)| (std::cmp::Reverse(*n), *i));
        for (i, _) in votes.into_iter().take(CANDIDATES) {
            let Some(old) = before.get(i) else { continue };
            let (score, common) = likeness(&old.leaves, &loose.leaves);
            // The same object that was not taken for moved goes to another cluster.
            let same = old.subject.object.is_some() && old.subject.object == loose.subject.object;
            let in_place = old.subject.path == loose.subject.path;
            let wanted = if in_place { ALIKE_IN_PLACE } else { ALIKE };
            if !same && score >= wanted && common >= FEWEST.min(old.leaves.len()) && common > 0 {
                found.push((score, i, j));
            }
        }
    }
    found.sort_by(|(a, i, j), (b, k, l)| b.total_cmp(a).then_with(|| (i, j).cmp(&(k, l))));
    for (_, i, j) in found {
        let is_file = before.get(i).is_some_and(|loose| loose.subject.object.is_none());
        if taken.free(i, j) {
            taken.take(Match { before: i, after: j, what: if is_file { What::Moved } else { What::Renamed } });
        }
    }
}
