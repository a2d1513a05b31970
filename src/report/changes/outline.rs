//! What is told together, and in which order: what many objects share is told once.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::changes::{Change, Changes, Class, Edit, What};

/// Something to be told once.
#[derive(Debug)]
pub struct Block<'c> {
    /// What happened.
    pub what: What,
    /// The changes that it is about.
    pub members: Vec<&'c Change>,
    /// Edits that all of them have.
    pub edits: Vec<&'c Edit>,
    /// Classes and reasons that all of them have, the gravest first.
    pub impacts: Vec<(Class, &'c str)>,
    /// The gravest class of any of them.
    pub class: Class,
}

/// The changes of a report.
#[derive(Debug)]
pub struct Outline<'c> {
    /// What is told, the gravest first.
    pub blocks: Vec<Block<'c>>,
    /// What is only listed: nothing comes of it.
    pub cosmetic: Vec<&'c Change>,
}

type Impacts<'c> = BTreeSet<(Class, &'c str)>;

/// Puts together what is told together.
#[must_use]
pub fn outline(changes: &Changes) -> Outline<'_> {
    let mut told: Vec<Impacts> = vec![Impacts::new(); changes.all.len()];
    let mut own: Vec<Vec<&Edit>> = vec![Vec::new(); changes.all.len()];
    let mut shared = vec![false; changes.all.len()];
    let mut blocks = Vec::new();
    for hunk in &changes.hunks {
        let members: Vec<&Change> = hunk.members.iter().filter_map(|i| changes.all.get(*i)).collect();
        if let [number] = *hunk.members.as_slice() {
            if let Some(own) = own.get_mut(number) {
                own.extend(&hunk.edits);
            }
            continue;
        }
        let Some(what) = members.first().map(|change| change.what) else { continue };
        let common = members.iter().map(|change| impacts(change)).reduce(|a, b| &a & &b).unwrap_or_default();
        for number in &hunk.members {
            told.get_mut(*number).into_iter().for_each(|told| told.extend(&common));
            shared.get_mut(*number).into_iter().for_each(|shared| *shared = true);
        }
        blocks.push(Block::new(what, members, hunk.edits.iter().collect(), &common));
    }
    let mut alike: BTreeMap<(What, Option<&str>, Impacts), Vec<&Change>> = BTreeMap::new();
    for (((change, told), own), shared) in changes.all.iter().zip(&told).zip(own).zip(shared) {
        let left: Impacts = impacts(change).difference(told).copied().collect();
        if change.is_cosmetic() || (shared && own.is_empty() && left.is_empty()) {
            continue;
        }
        if own.is_empty()
            && change.opaque.is_none()
            && change.lines.is_none()
            && !matches!(change.what, What::Moved | What::Renamed)
        {
            let kind = change.subject().and_then(|s| s.object.as_ref()).map(|object| &*object.kind);
            alike.entry((change.what, kind, left)).or_default().push(change);
        } else {
            blocks.push(Block::new(change.what, vec![change], own, &left));
        }
    }
    blocks.extend(alike.into_iter().map(|((what, _, left), members)| Block::new(what, members, Vec::new(), &left)));
    blocks.sort_by(|a, b| {
        b.class.cmp(&a.class).then_with(|| a.path().cmp(b.path())).then_with(|| b.members.len().cmp(&a.members.len()))
    });
    let cosmetic = changes.all.iter().filter(|change| change.is_cosmetic()).collect();
    Outline { blocks, cosmetic }
}

fn impacts(change: &Change) -> Impacts<'_> {
    change.impacts.iter().map(|impact| (impact.class, &*impact.reason)).collect()
}

impl<'c> Block<'c> {
    fn new(what: What, members: Vec<&'c Change>, mut edits: Vec<&'c Edit>, impacts: &Impacts<'c>) -> Block<'c> {
        edits.sort_by(|a, b| a.place.cmp(&b.place));
        let mut impacts: Vec<(Class, &str)> = impacts.iter().copied().collect();
        impacts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let whole = members.iter().map(|change| change.class()).max();
        let class = impacts.first().map(|(class, _)| *class).or(whole).unwrap_or(Class::Cosmetic);
        Block { what, members, edits, impacts, class }
    }

    /// The file of the first member.
    #[must_use]
    pub fn path(&self) -> &'c str {
        self.members.first().map_or("", |change| change.path())
    }
}
