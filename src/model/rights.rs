//! Who can do what with the things of a spec: each question that can be asked, answered.

use std::collections::{BTreeMap, BTreeSet};

use super::access::groups;
use super::instance::Resolved;
use super::judge::{Judge, subject};
use super::spec::Spec;
use crate::rbac::{Claims, Query, Subject};

/// Whoever has signed in, without any group.
pub const ANYBODY: &str = "(anybody)";

/// What somebody can do: kind of thing and action.
pub type Deed = (String, String);

/// The things of a spec by kind, as policies name them.
pub type Things = BTreeMap<&'static str, BTreeSet<String>>;

/// The objects that each can do each deed with.
#[derive(Debug, Default)]
pub struct Rights {
    /// By who, then by deed.
    pub of: BTreeMap<String, BTreeMap<Deed, BTreeSet<String>>>,
    /// All things that were asked about.
    pub things: Things,
}

/// What has come and what has gone.
#[derive(Debug, Default)]
pub struct Change {
    /// Rights that the second has and the first has not.
    pub gained: Rights,
    /// Rights that the first has and the second has not.
    pub lost: Rights,
}

/// Actions that Argo CD asks for without a path (Argo CD 3.x, RBAC resources and actions).
const ACTIONS: &[(&str, &[&str])] = &[
    ("applications", &["get", "create", "update", "delete", "sync", "override"]),
    ("applicationsets", &["get", "create", "update", "delete"]),
    ("logs", &["get"]),
    ("exec", &["create"]),
    ("projects", &["get", "create", "update", "delete"]),
    ("clusters", &["get", "create", "update", "delete"]),
    ("repositories", &["get", "create", "update", "delete"]),
    ("accounts", &["get", "update"]),
];

impl Rights {
    /// All rights of a spec.
    #[must_use]
    pub fn of(spec: &Spec, resolved: &Resolved, judge: &Judge) -> Rights {
        Rights::of_some(spec, resolved, judge, |_| true)
    }

    /// The rights of some of those that the spec speaks of, by their names.
    #[must_use]
    pub fn of_some(spec: &Spec, resolved: &Resolved, judge: &Judge, wanted: impl Fn(&str) -> bool) -> Rights {
        let things = things(spec, resolved);
        let mut out = Rights::default();
        for (label, who) in everybody(spec).into_iter().filter(|(label, _)| wanted(label)) {
            let deeds = out.of.entry(label).or_default();
            for (resource, action) in deeds_of(judge) {
                let objects = things.get(&*resource).into_iter().flatten();
                let may = |object: &&String| {
                    judge.rbac.decide(&who, Query { resource: &resource, action: &action, object }).allowed
                };
                let allowed: BTreeSet<String> = objects.filter(may).cloned().collect();
                if !allowed.is_empty() {
                    deeds.insert((resource, action), allowed);
                }
            }
        }
        out.things = things;
        out
    }

    /// What a later state has more and less.
    #[must_use]
    pub fn change(&self, later: &Rights) -> Change {
        Change { gained: later.without(self), lost: self.without(later) }
    }

    fn without(&self, other: &Rights) -> Rights {
        let mut out = Rights::default();
        for (who, deeds) in &self.of {
            for (deed, objects) in deeds {
                let there = other.of.get(who).and_then(|deeds| deeds.get(deed));
                let left: BTreeSet<String> =
                    objects.iter().filter(|o| !there.is_some_and(|t| t.contains(*o))).cloned().collect();
                if !left.is_empty() {
                    out.of.entry(who.clone()).or_default().insert(deed.clone(), left);
                }
            }
        }
        out
    }

    /// Whether nobody has any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.values().all(BTreeMap::is_empty)
    }
}

/// Everybody that the spec speaks of: groups and users, accounts, tokens of projects, and whoever has just signed in.
#[must_use]
pub fn everybody(spec: &Spec) -> Vec<(String, Subject)> {
    let access = spec.access.as_deref();
    let mut names: BTreeSet<String> = BTreeSet::new();
    if let Some(access) = access {
        names.extend(groups(access).map(|group| group.name.to_string()));
        names.extend(access.accounts.names().map(str::to_owned));
        names.extend((access.admin != Some(false)).then(|| "admin".to_owned()));
    }
    for project in spec.projects.iter() {
        for role in project.item.roles.iter() {
            names.insert(format!("proj:{}:{}", &*project.name, &*role.name));
            names.extend(role.item.groups.iter().map(|group| group.to_string()));
        }
    }
    let one = |name: String| {
        let who = subject(access, &name, &[]);
        (name, who)
    };
    let mut all: Vec<(String, Subject)> = names.into_iter().map(one).collect();
    all.push((ANYBODY.to_owned(), Subject::Token(Claims::of("", []))));
    all
}

/// The deeds that are asked for: those that each kind of thing has, and those with a path that a line speaks of.
fn deeds_of(judge: &Judge) -> Vec<Deed> {
    let plain = ACTIONS
        .iter()
        .flat_map(|(resource, actions)| actions.iter().map(|action| ((*resource).to_owned(), (*action).to_owned())));
    let mut all: Vec<Deed> = plain.collect();
    let stated = judge.rbac.rules().filter(|rule| rule.action.contains('/') && judge.said(rule.at).is_some());
    let paths: BTreeSet<String> = stated.map(|rule| rule.action.clone()).collect();
    all.extend(paths.into_iter().map(|action| ("applications".to_owned(), action)));
    all
}

/// The things of a spec by kind, as policies name them.
fn things(spec: &Spec, resolved: &Resolved) -> Things {
    let app = |i: &super::instance::Instance| {
        format!("{}/{}", spec.project_name(i.body.project.as_ref(), i.category()), i.name)
    };
    let apps: BTreeSet<String> = resolved.instances.iter().map(app).collect();
    let set = |set: &crate::shape::Named<super::spec::AppSet>| {
        format!("{}/{}", spec.project_name(set.item.project.as_ref(), &set.item.category), &*set.name)
    };
    let mut projects: BTreeSet<String> =
        apps.iter().filter_map(|app| app.split('/').next()).map(str::to_owned).collect();
    projects.extend(spec.projects.names().map(str::to_owned));
    let clusters = spec.clusters.iter().filter_map(|cluster| cluster.item.server.as_ref());
    let accounts = spec.access.iter().flat_map(|access| access.accounts.names());
    BTreeMap::from([
        ("logs", apps.clone()),
        ("exec", apps.clone()),
        ("applications", apps),
        ("applicationsets", spec.application_sets.iter().map(set).collect()),
        ("projects", projects),
        ("clusters", clusters.map(|server| server.to_string()).collect()),
        ("repositories", spec.repos.iter().map(|repo| repo.item.url.to_string()).collect()),
        ("accounts", accounts.map(str::to_owned).chain(["admin".to_owned()]).collect()),
    ])
}

/// Objects, with `PROJECT/*` for all of a project that has several.
#[must_use]
pub fn shortened(objects: &BTreeSet<String>, all: &BTreeSet<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let project = |object: &str| object.split_once('/').map(|(project, _)| format!("{project}/"));
    for object in objects {
        let whole = project(object).filter(|prefix| {
            let of: Vec<&String> = all.iter().filter(|o| o.starts_with(&**prefix)).collect();
            of.len() > 1 && of.iter().all(|o| objects.contains(*o))
        });
        match whole.map(|prefix| format!("{prefix}*")) {
            Some(short) if out.contains(&short) => {}
            Some(short) => out.push(short),
            None => out.push(object.clone()),
        }
    }
    out
}
