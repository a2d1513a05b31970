//! The objects of two files that differ, put together by who they are.

use crate::base::hash::HashMap;
use std::sync::Arc;

use super::files::Pair;
use super::impact::{self, Both, immutable, rights};
use super::read::Contents;
use super::scene::{self, App};
use super::{compare, leaves, mask};
use crate::base::Value;
use crate::model::changes::{Change, Class, Impact, Side, Subject, What};
use crate::model::document::Identity;
use crate::model::permits::Permits;

/// A change on its way.
#[derive(Debug)]
pub struct Draft {
    /// The change.
    pub change: Change,
    /// What an AppProject let through, and what it lets through.
    pub permits: Option<Box<(Permits, Permits)>>,
}

/// An object that the other side does not have at this path.
#[derive(Debug)]
pub struct Loose {
    /// Where it stands.
    pub subject: Subject,
    /// What it holds; nothing where its file holds nothing else, which is read again then.
    value: Option<Value>,
    /// Fingerprints of what it holds.
    pub leaves: Vec<u64>,
    /// Sync options of its annotation.
    pub options: Vec<String>,
    /// What comes of it for rights, as far as it is new or gone.
    pub rights: Vec<Impact>,
    /// What it lets through, if it is an AppProject.
    pub permits: Option<Box<Permits>>,
    /// Why its content is not known.
    pub opaque: Option<String>,
}

/// What a pair of files gives.
#[derive(Debug, Default)]
pub struct Piece {
    /// Changes of what both have.
    pub drafts: Vec<Draft>,
    /// What only the first has.
    pub before: Vec<Loose>,
    /// What only the second has.
    pub after: Vec<Loose>,
    /// Applications of the first, and of the second.
    pub apps: (Vec<App>, Vec<App>),
}

/// Whether something is new or gone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Gone,
}

/// Compares the two states of a file.
#[must_use]
pub fn file(before: &dyn Side, after: &dyn Side, pair: Pair, root: &str) -> Piece {
    let contents = |side: &dyn Side, has: bool| {
        has.then(|| match side.read(pair.path) {
            Some(bytes) => Contents::of(pair.path, &bytes),
            None => Contents { opaque: Some("it can't be read".to_owned()), ..Contents::default() },
        })
    };
    let (old, new) = (contents(before, pair.before), contents(after, pair.after));
    let found =
        |contents: &Option<Contents>| contents.as_ref().map(|c| scene::apps(pair.path, c, root)).unwrap_or_default();
    let apps = (found(&old), found(&new));
    let piece = match (old, new) {
        (Some(old), Some(new)) => both(pair.path, old, new),
        (old, new) => Piece {
            before: old.map(|old| loose(pair.path, old, Fate::Gone)).unwrap_or_default(),
            after: new.map(|new| loose(pair.path, new, Fate::New)).unwrap_or_default(),
            ..Piece::default()
        },
    };
    Piece { apps, ..piece }
}

fn both(path: &str, old: Contents, new: Contents) -> Piece {
    if let Some(why) = old.opaque.as_ref().or(new.opaque.as_ref()) {
        let mut change = change(What::Changed, Some(file_subject(path)), Some(file_subject(path)));
        change.opaque = Some(why.clone());
        change
            .impacts
            .push(Impact::new(Class::InPlace, format!("the file changes; what is in it is not compared: {why}")));
        return Piece { drafts: vec![Draft { change, permits: None }], ..Piece::default() };
    }
    let mut piece = Piece::default();
    let mut left: HashMap<(Identity, usize), Value> = numbered(new.objects).collect();
    for ((identity, nth), value) in numbered(old.objects) {
        match left.remove(&(identity.clone(), nth)) {
            Some(later) => piece.drafts.extend(same(path, &identity, &value, &later)),
            None => piece.before.push(Loose::new(path, Some(identity), value, Fate::Gone)),
        }
    }
    let mut left: Vec<_> = left.into_iter().collect();
    left.sort_by(|(a, _), (b, _)| a.cmp(b));
    piece
        .after
        .extend(left.into_iter().map(|((identity, _), value)| Loose::new(path, Some(identity), value, Fate::New)));
    match (old.rest, new.rest) {
        (Some(a), Some(b)) => {
            let subject = file_subject(path);
            piece.drafts.extend(Some(compared(What::Changed, subject.clone(), subject, &a, &b)).filter(has_edits));
        }
        (Some(a), None) => piece.before.push(Loose::new(path, None, a, Fate::Gone)),
        (None, Some(b)) => piece.after.push(Loose::new(path, None, b, Fate::New)),
        (None, None) => {}
    }
    if piece.drafts.is_empty() && piece.before.is_empty() && piece.after.is_empty() {
        piece.drafts.push(layout(path));
    }
    piece
}

fn numbered(objects: Vec<(Identity, Value)>) -> impl Iterator<Item = ((Identity, usize), Value)> {
    let mut seen: HashMap<Identity, usize> = HashMap::default();
    objects.into_iter().map(move |(identity, value)| {
        let nth = seen.entry(identity.clone()).or_default();
        *nth += 1;
        ((identity, *nth - 1), value)
    })
}

fn same(path: &str, identity: &Identity, a: &Value, b: &Value) -> Option<Draft> {
    let subject = Subject { path: path.into(), object: Some(identity.clone()), owner: None };
    Some(compared(What::Changed, subject.clone(), subject, a, b)).filter(has_edits)
}

fn has_edits(draft: &Draft) -> bool {
    !draft.change.edits.is_empty()
}

/// A file whose bytes differ, and whose content does not.
fn layout(path: &str) -> Draft {
    let mut change = change(What::Changed, Some(file_subject(path)), Some(file_subject(path)));
    change.impacts.push(Impact::new(Class::Cosmetic, "only comments, quotes or the layout of the file change"));
    Draft { change, permits: None }
}

/// What comes of comparing two states of what is taken for one and the same.
pub fn compared(what: What, old: Subject, new: Subject, a: &Value, b: &Value) -> Draft {
    let kind = new.object.as_ref().map_or_else(|| tool_kind(b), |object| object.kind.to_string());
    let name = new.path.rsplit('/').next().unwrap_or_default();
    let mut edits = compare::edits(&kind, name, a, b);
    edits.iter_mut().for_each(mask::edit);
    let impacts =
        impact::judge(Both { identity: new.object.as_ref(), path: &new.path, before: a, after: b, edits: &edits });
    let is_project = is_project(new.object.as_ref());
    let permits = is_project.then(|| Box::new((Permits::of_object(a), Permits::of_object(b))));
    let change = Change { edits, impacts, ..change(what, Some(old), Some(new)) };
    Draft { change, permits }
}

/// The kind of a file of a tool: `Kustomization`, `Component`.
fn tool_kind(value: &Value) -> String {
    let kind = value.str_at("kind").unwrap_or_default();
    if kind == "Component" { "Kustomization".to_owned() } else { kind.to_owned() }
}

fn is_project(identity: Option<&Identity>) -> bool {
    identity.is_some_and(|identity| &*identity.kind == "AppProject" && &*identity.group == "argoproj.io")
}

/// A change of which nothing is known yet.
pub fn change(what: What, before: Option<Subject>, after: Option<Subject>) -> Change {
    Change { what, before, after, edits: Vec::new(), impacts: Vec::new(), opaque: None, lines: None }
}

fn file_subject(path: &str) -> Subject {
    Subject { path: path.into(), object: None, owner: None }
}

fn loose(path: &str, contents: Contents, fate: Fate) -> Vec<Loose> {
    let Contents { objects, rest, opaque } = contents;
    let objects = objects.into_iter().map(|(identity, value)| (Some(identity), value));
    let mut out: Vec<Loose> = objects
        .chain(rest.map(|rest| (None, rest)))
        .map(|(identity, value)| Loose::new(path, identity, value, fate))
        .collect();
    match out.as_mut_slice() {
        [] => out.push(Loose { opaque, value: None, ..Loose::new(path, None, Value::default(), fate) }),
        // All of a tree may be gone or new.
        [alone] => alone.value = None,
        _ => {}
    }
    out
}

impl Loose {
    fn new(path: &str, object: Option<Identity>, value: Value, fate: Fate) -> Loose {
        let nothing = Value::default();
        let (before, after) = if fate == Fate::New { (&nothing, &value) } else { (&value, &nothing) };
        let path: Arc<str> = path.into();
        let rights = rights::judge(Both { identity: object.as_ref(), path: &path, before, after, edits: &[] });
        let permits = is_project(object.as_ref()).then(|| Box::new(Permits::of_object(&value)));
        let (leaves, options) = (leaves::leaves(&value), immutable::sync_options(&value));
        let subject = Subject { path, object, owner: None };
        Loose { subject, value: Some(value), leaves, options, rights, permits, opaque: None }
    }

    /// What it holds.
    #[must_use]
    pub fn find(&self, side: &dyn Side) -> Option<Value> {
        if let Some(value) = &self.value {
            return Some(value.clone());
        }
        let path = &*self.subject.path;
        let contents = Contents::of(path, &side.read(path)?);
        contents.objects.into_iter().map(|(_, value)| value).next().or(contents.rest)
    }
}
