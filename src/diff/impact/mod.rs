//! What a change does to a running platform, as far as the object itself shows it.
//!
//! | file | holds |
//! |---|---|
//! | `immutable` | fields that Kubernetes refuses to change |
//! | `order` | sync waves and hooks |
//! | `secrets` | where secrets are read from |
//! | `apps` | Applications and ApplicationSets: destinations, sources, generators |
//! | `rights` | who may do what: projects, policies, roles, Vault |
//!
//! What needs other objects too, such as who deletes what, is in `context`.

pub mod apps;
pub mod immutable;
mod order;
pub mod rights;
mod secrets;

use crate::base::Value;
use crate::model::changes::{Class, Edit, Impact};
use crate::model::document::Identity;

/// An object in two states.
#[derive(Clone, Copy)]
pub struct Both<'v> {
    /// The object; nothing for a file that holds none.
    pub identity: Option<&'v Identity>,
    /// The file.
    pub path: &'v str,
    /// As it was.
    pub before: &'v Value,
    /// As it is.
    pub after: &'v Value,
    /// What changed.
    pub edits: &'v [Edit],
}

impl Both<'_> {
    /// Its kind; empty for a file that holds no object.
    pub fn kind(&self) -> &str {
        self.identity.map_or("", |identity| &identity.kind)
    }

    /// Its group; empty for the core group.
    pub fn group(&self) -> &str {
        self.identity.map_or("", |identity| &identity.group)
    }

    /// The edits that mean something.
    pub fn real(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| !edit.cosmetic)
    }
}

/// What comes of a change of an object that stays what it is.
#[must_use]
pub fn judge(both: Both) -> Vec<Impact> {
    if both.real().next().is_none() {
        let reason = match both.edits.is_empty() {
            true => "only comments, quotes or the layout of the file change",
            false => "only spellings and orders without meaning change",
        };
        return vec![Impact::new(Class::Cosmetic, reason)];
    }
    let mut found = immutable::judge(both);
    found.extend(order::judge(both));
    found.extend(secrets::judge(both));
    found.extend(apps::judge(both));
    found.extend(rights::judge(both));
    if found.is_empty() {
        found.push(Impact::new(Class::InPlace, in_place(both)));
    }
    found
}

fn in_place(both: Both) -> &'static str {
    let rolls = matches!(both.kind(), "Deployment" | "StatefulSet" | "DaemonSet" | "Rollout");
    if rolls && both.real().any(|edit| edit.place.starts_with(&["spec", "template"])) {
        return "it is updated where it stands, and its pods are replaced one after another";
    }
    match (both.kind(), both.identity) {
        ("Application", _) => "the Application is updated, and syncs what follows from it",
        (_, None) => "the file changes, and what is made from it",
        _ => "it is updated where it stands",
    }
}
