//! Lists of AppProjects (Argo CD 3.x, `AppProject.IsSourcePermitted`, `IsDestinationPermitted`,
//! `IsGroupKindNamePermitted`).

use std::collections::BTreeSet;

use super::{Both, listed, texts};
use crate::base::Value;
use crate::model::changes::{Class, Impact};
use crate::model::permits::Permits;

/// Lists of kinds: the key, whether it allows, and whether it allows everything where it is missing.
const KINDS: &[(&str, bool, bool)] = &[
    ("clusterResourceWhitelist", true, false),
    ("namespaceResourceWhitelist", true, true),
    ("clusterResourceBlacklist", false, false),
    ("namespaceResourceBlacklist", false, false),
];

/// What the lists of a project allow more, and less.
pub fn judge(both: Both) -> Vec<Impact> {
    let mut out = Vec::new();
    sources(both, &mut out);
    destinations(both, &mut out);
    for (key, allows, open) in KINDS {
        kinds(both, key, *allows, *open, &mut out);
    }
    let namespaces =
        |object: &Value| texts(listed(object, "sourceNamespaces")).into_iter().map(str::to_owned).collect();
    difference(&namespaces(both.before), &namespaces(both.after), "Applications in namespace", &mut out);
    out
}

fn widened(what: &str) -> Impact {
    Impact::new(Class::PermissionWidened, format!("the project allows {what} now"))
}

fn tightened(what: &str) -> Impact {
    Impact::new(Class::ProjectTightened, format!("the project does not allow {what} any more"))
}

fn difference(old: &BTreeSet<String>, new: &BTreeSet<String>, what: &str, out: &mut Vec<Impact>) {
    out.extend(new.difference(old).map(|entry| widened(&format!("{what} `{entry}`"))));
    out.extend(old.difference(new).map(|entry| tightened(&format!("{what} `{entry}`"))));
}

fn sources(both: Both, out: &mut Vec<Impact>) {
    let (old, new) = (texts(listed(both.before, "sourceRepos")), texts(listed(both.after, "sourceRepos")));
    let (was, is) = (Permits::of_object(both.before), Permits::of_object(both.after));
    for entry in new.difference(&old) {
        match entry.strip_prefix('!') {
            Some(denied) => out.push(tightened(&format!("sources from `{denied}`"))),
            None if was.source(entry) => {}
            None => out.push(widened(&format!("sources from `{entry}`"))),
        }
    }
    for entry in old.difference(&new) {
        match entry.strip_prefix('!') {
            Some(denied) => out.push(widened(&format!("sources from `{denied}`"))),
            None if is.source(entry) => {}
            None => out.push(tightened(&format!("sources from `{entry}`"))),
        }
    }
}

fn destinations(both: Both, out: &mut Vec<Impact>) {
    let entry = |to: &Value| {
        let part = |key: &str| to.str_at(key).unwrap_or_default().to_owned();
        (part("server"), part("name"), part("namespace"))
    };
    let all = |object: &Value| -> BTreeSet<_> {
        listed(object, "destinations").unwrap_or_default().iter().map(entry).collect()
    };
    let (old, new) = (all(both.before), all(both.after));
    let (was, is) = (Permits::of_object(both.before), Permits::of_object(both.after));
    let word = |(server, name, namespace): &(String, String, String)| {
        let cluster = if server.is_empty() { name } else { server };
        format!("namespace `{}` of cluster `{}`", namespace.trim_start_matches('!'), cluster.trim_start_matches('!'))
    };
    let denies = |(server, name, namespace): &(String, String, String)| {
        [server, name, namespace].iter().any(|p| p.starts_with('!'))
    };
    for to in new.difference(&old) {
        match denies(to) {
            true => out.push(tightened(&word(to))),
            false if was.destination(&to.0, &to.1, &to.2) => {}
            false => out.push(widened(&word(to))),
        }
    }
    for to in old.difference(&new) {
        match denies(to) {
            true => out.push(widened(&word(to))),
            false if is.destination(&to.0, &to.1, &to.2) => {}
            false => out.push(tightened(&word(to))),
        }
    }
}

/// Kinds as `group/Kind`, with the name where one is given.
fn kinds(both: Both, key: &str, allows: bool, open: bool, out: &mut Vec<Impact>) {
    let entry = |kind: &Value| {
        let part = |key: &str| kind.str_at(key).unwrap_or_default();
        let name = part("name");
        let name = if name.is_empty() { String::new() } else { format!(" named {name}") };
        let group = if part("group").is_empty() { String::new() } else { format!("{}/", part("group")) };
        format!("{group}{}{name}", part("kind"))
    };
    let all = |object: &Value| listed(object, key).map(|kinds| kinds.iter().map(entry).collect::<BTreeSet<String>>());
    // An object that is new or gone has no lists to compare with: nothing was allowed.
    let missing =
        |object: &Value| if open && !object.is_null() { BTreeSet::from(["*/*".to_owned()]) } else { BTreeSet::new() };
    let old = all(both.before).unwrap_or_else(|| missing(both.before));
    let new = all(both.after).unwrap_or_else(|| missing(both.after));
    let covered = |list: &BTreeSet<String>, entry: &str| allows && list.contains("*/*") && entry != "*/*";
    let scope = if key.starts_with("cluster") { "of clusters" } else { "in namespaces" };
    let more: Vec<&String> = new.difference(&old).filter(|entry| !covered(&old, entry)).collect();
    let less: Vec<&String> = old.difference(&new).filter(|entry| !covered(&new, entry)).collect();
    let (more, less) = if allows { (more, less) } else { (less, more) };
    out.extend(more.into_iter().map(|entry| widened(&format!("the kind `{entry}` {scope}"))));
    out.extend(less.into_iter().map(|entry| tightened(&format!("the kind `{entry}` {scope}"))));
}
