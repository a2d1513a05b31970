//! An output folder as a state to compare with.

use std::borrow::Cow;

use crate::model::changes::Side;
use crate::source::World;
use crate::survey::{OrphanState, State, Survey};

/// The files of an output folder that are ours, or stand where ours go.
pub struct Before<'a> {
    world: &'a dyn World,
    /// In byte order.
    paths: Vec<Cow<'a, str>>,
    /// Those that have the bytes of the tree already, in byte order.
    same: Vec<&'a str>,
}

impl<'a> Before<'a> {
    /// What a survey found; `more` are paths of files that are nobody's, and are to be compared too.
    pub fn of(survey: &'a Survey<'a>, world: &'a dyn World, more: Vec<String>) -> Before<'a> {
        let stands = |state: &State| !matches!(state, State::Absent | State::Folder | State::Blocked(_));
        let files = survey.files.iter().filter(|found| stands(&found.state)).map(|found| Cow::Borrowed(found.path));
        let orphans = survey.orphans.iter().filter(|orphan| orphan.state != OrphanState::Gone);
        let orphans = orphans.map(|orphan| Cow::Borrowed(orphan.path.as_str()));
        let mut paths: Vec<Cow<str>> = files.chain(orphans).chain(more.into_iter().map(Cow::Owned)).collect();
        paths.sort_unstable();
        paths.dedup();
        let same = survey.files.iter().filter(|found| matches!(found.state, State::Same)).map(|found| found.path);
        Before { world, paths, same: same.collect() }
    }
}

impl Side for Before<'_> {
    fn paths(&self) -> Vec<&str> {
        self.paths.iter().map(|path| &**path).collect()
    }

    fn holds(&self, path: &str, _: &[u8]) -> bool {
        self.same.binary_search(&path).is_ok()
    }

    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.world.read(path).ok().map(Cow::Owned)
    }
}
