//! What a comparison of two trees gives: changed objects, what changed in them, and what will come of it.
//!
//! | file | holds |
//! |---|---|
//! | `side` | a state of a tree, as the comparison reads it |
//! | `place` | the way to a value: keys, items by identity, documents inside texts |
//! | `class` | what a change does to a running platform |
//! | `gate` | which classes somebody refuses, and what was accepted all the same |

mod class;
mod gate;
mod place;
mod side;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use class::{Class, Impact};
pub use gate::{Acknowledgement, CODES, DENIED_CHANGE, EXPIRED_ACKNOWLEDGEMENT, UNUSED_ACKNOWLEDGEMENT, gate};
pub use place::{Place, Step};
pub use side::Side;

use super::document::Identity;
use crate::base::Value;
use crate::base::lines::Line;

/// The difference between two trees.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What changed, in the order of paths and of objects in a file.
    pub all: Vec<Change>,
    /// The edits of all changes, each once: those that the same objects share lie together. Cosmetic edits
    /// are not in here.
    pub hunks: Vec<Hunk>,
    /// How much there is of everything.
    pub counts: Counts,
    /// The two states in words, before and after, where somebody has named them.
    pub between: Option<(String, String)>,
}

/// One object, or one file that holds none, in two states.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happened to it.
    pub what: What,
    /// Where it stood; nothing for what is new.
    pub before: Option<Subject>,
    /// Where it stands; nothing for what is gone.
    pub after: Option<Subject>,
    /// What changed in it. None for what is new or gone.
    pub edits: Vec<Edit>,
    /// What will come of it, the gravest first. Never empty.
    pub impacts: Vec<Impact>,
    /// Why its content was not compared as data: it is no YAML, no text, too large. In words.
    pub opaque: Option<String>,
    /// Its lines, where they were asked for.
    pub lines: Option<Vec<Line>>,
}

/// What happened to an object or file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is the same object at the same path.
    Changed,
    /// The same object in another file.
    Moved,
    /// Another name, namespace or kind of file, with content so similar that it is taken for the same.
    Renamed,
}

/// An object, or a file that holds none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The file, below the root of the tree.
    pub path: Arc<str>,
    /// The object; nothing for a file that holds none: values of charts, kustomizations, policies.
    pub object: Option<Identity>,
    /// Name of the Application that reads the file, where that was found out: for what is gone, moved or
    /// renamed.
    pub owner: Option<Arc<str>>,
}

/// A value that changed. Secrets in it are covered already.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The way to the value.
    pub place: Place,
    /// What kind of edit it is.
    pub kind: EditKind,
    /// The value as it was; nothing where there was none.
    pub before: Option<Value>,
    /// The value as it is; nothing where there is none.
    pub after: Option<Value>,
    /// Whether it means nothing to anybody but readers of the file.
    pub cosmetic: bool,
    /// Whether a secret was covered: then both may look alike.
    pub masked: bool,
}

/// What kind of edit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditKind {
    /// A value is set, replaced or taken out.
    Value,
    /// The items of a list stand in another order; `before` and `after` are their labels in order, as
    /// [`Step::Item`] has them.
    Order,
}

/// Edits that the same objects share.
#[derive(Clone, Debug, PartialEq)]
pub struct Hunk {
    /// The edits, in the order of their places.
    pub edits: Vec<Edit>,
    /// The changes that hold all of them, as indexes into [`Changes::all`], ascending.
    pub members: Vec<usize>,
}

/// How much there is of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files of both trees, each once.
    pub files: usize,
    /// Files of the first tree.
    pub files_before: usize,
    /// Files of the second tree.
    pub files_after: usize,
    /// Files that are in one of them only, or have other bytes.
    pub files_differ: usize,
    /// Changes by what happened, cosmetic ones left out.
    pub of: BTreeMap<What, usize>,
    /// Changes that are cosmetic.
    pub cosmetic: usize,
    /// Changes that have a class.
    pub classes: BTreeMap<Class, usize>,
}

impl Changes {
    /// Whether the trees are the same, byte for byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether all that changed is cosmetic.
    #[must_use]
    pub fn is_cosmetic(&self) -> bool {
        self.all.iter().all(Change::is_cosmetic)
    }

    /// Those changes that are wanted, with the edits and counts that are theirs.
    #[must_use]
    pub fn keep(self, wanted: impl Fn(&Change) -> bool) -> Changes {
        let mut places = vec![None; self.all.len()];
        let mut all = Vec::new();
        for (change, place) in self.all.into_iter().zip(&mut places) {
            if wanted(&change) {
                *place = Some(all.len());
                all.push(change);
            }
        }
        let hunk = |hunk: Hunk| {
            let members: Vec<usize> = hunk.members.iter().filter_map(|i| places.get(*i).copied().flatten()).collect();
            (!members.is_empty()).then_some(Hunk { members, ..hunk })
        };
        let counts = self.counts.recount(&all);
        Changes { hunks: self.hunks.into_iter().filter_map(hunk).collect(), all, counts, between: self.between }
    }

    /// The changes that have a class.
    pub fn with(&self, class: Class) -> impl Iterator<Item = &Change> {
        self.all.iter().filter(move |change| change.impact(class).is_some())
    }
}

impl Counts {
    /// The same numbers of files, with what there is of everything in some changes.
    #[must_use]
    pub fn recount(self, changes: &[Change]) -> Counts {
        let mut counts = Counts { of: BTreeMap::new(), cosmetic: 0, classes: BTreeMap::new(), ..self };
        for change in changes {
            match change.is_cosmetic() {
                true => counts.cosmetic += 1,
                false => *counts.of.entry(change.what).or_default() += 1,
            }
            let classes: std::collections::BTreeSet<Class> = change.impacts.iter().map(|impact| impact.class).collect();
            classes.into_iter().for_each(|class| *counts.classes.entry(class).or_default() += 1);
        }
        counts
    }
}

impl Change {
    /// Whether it means nothing to a platform.
    #[must_use]
    pub fn is_cosmetic(&self) -> bool {
        self.impacts.iter().all(|impact| impact.class == Class::Cosmetic)
    }

    /// The gravest class.
    #[must_use]
    pub fn class(&self) -> Class {
        self.impacts.iter().map(|impact| impact.class).max().unwrap_or(Class::Cosmetic)
    }

    /// What it has of a class, the first if there are several.
    #[must_use]
    pub fn impact(&self, class: Class) -> Option<&Impact> {
        self.impacts.iter().find(|impact| impact.class == class)
    }

    /// What it is about: how it stands now, or else how it stood.
    #[must_use]
    pub fn subject(&self) -> Option<&Subject> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// The file that it is in now, or was in.
    #[must_use]
    pub fn path(&self) -> &str {
        self.subject().map_or("", |subject| &subject.path)
    }

    /// The edits that mean something.
    pub fn real_edits(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| !edit.cosmetic)
    }
}

impl Subject {
    /// `Kind namespace/name`, or the path of a file that holds no object.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.object {
            None => self.path.to_string(),
            Some(Identity { kind, namespace: Some(namespace), name, .. }) => format!("{kind} {namespace}/{name}"),
            Some(Identity { kind, name, .. }) => format!("{kind} {name}"),
        }
    }
}

impl What {
    /// In one word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            What::Added => "added",
            What::Removed => "removed",
            What::Changed => "changed",
            What::Moved => "moved",
            What::Renamed => "renamed",
        }
    }
}
