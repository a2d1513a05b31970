//! Applications and ApplicationSets.
//!
//! Facts: Argo CD 3.x. What an Application made at another destination is not looked at any more. Of an ApplicationSet,
//! `applicationsSync` says whether Applications are deleted, `preserveResourcesOnDeletion` whether what they made is.

use super::Both;
use crate::base::Value;
use crate::model::changes::{Class, Edit, Impact, Step};

/// Keys of generators below which it stands for what Applications are made.
const SELECTS: &[&str] = &["path", "exclude", "repoURL", "matchLabels", "matchExpressions"];

/// What comes of a change of an Application or ApplicationSet.
pub fn judge(both: Both) -> Vec<Impact> {
    if both.group() != "argoproj.io" {
        return Vec::new();
    }
    match both.kind() {
        "Application" => application(both),
        "ApplicationSet" => set(both),
        _ => Vec::new(),
    }
}

fn application(both: Both) -> Vec<Impact> {
    let mut out = Vec::new();
    destination(both.before, both.after, &mut out);
    for edit in both.real().filter(|edit| is_item(edit, &["spec", "sources"])) {
        source(edit, prunes(both.after), &mut out);
    }
    out
}

/// What an Application made elsewhere stays there.
fn destination(before: &Value, after: &Value, out: &mut Vec<Impact>) {
    let goes = |object: &Value| {
        let to = object.get("spec").and_then(|spec| spec.get("destination"));
        let part = |key: &str| to.and_then(|to| to.str_at(key)).unwrap_or_default().trim_end_matches('/').to_owned();
        (super::super::scene::cluster(&part("server"), &part("name")), part("namespace"))
    };
    let (old, new) = (goes(before), goes(after));
    if old.0 != new.0 {
        let reason =
            format!("the cluster was `{}`, and becomes `{}`: what it made there stays, unmanaged", old.0, new.0);
        out.push(Impact::new(Class::Orphaned, reason));
    } else if old.1 != new.1 {
        let (class, what) = match prunes(after) {
            true => (Class::CascadeDelete, "are pruned"),
            false => (Class::Orphaned, "stay until somebody prunes them"),
        };
        let reason = format!(
            "the namespace was `{}`, and becomes `{}`: objects without a namespace of their own are made anew there, \
             the old ones {what}",
            old.1, new.1
        );
        out.push(Impact::new(class, reason));
    }
}

fn source(edit: &Edit, prunes: bool, out: &mut Vec<Impact>) {
    let made = edit.before.as_ref().is_some_and(|s| s.get("chart").or(s.get("path")).is_some());
    if made && edit.after.is_none() {
        let (class, how) = match prunes {
            true => (Class::CascadeDelete, "is pruned"),
            false => (Class::Removed, "stays until somebody prunes it"),
        };
        out.push(Impact::new(class, format!("a source goes: what came from it {how}")).at(&edit.place));
    }
}

fn set(both: Both) -> Vec<Impact> {
    let policy = |object: &Value, key: &str| {
        object.get("spec").and_then(|s| s.get("syncPolicy")).and_then(|p| p.get(key)).cloned()
    };
    let keeps = policy(both.after, "preserveResourcesOnDeletion").and_then(|v| v.as_bool()) == Some(true);
    let sync = policy(both.after, "applicationsSync");
    let deletes = !matches!(sync.as_ref().and_then(Value::as_str), Some("create-only" | "create-update"));
    let mut out = Vec::new();
    for edit in both.real().filter(|_| deletes) {
        if let Some(gone) = gone(edit) {
            let (class, what) = match keeps {
                true => (Class::Orphaned, "are deleted, what they made stays"),
                false => (Class::CascadeDelete, "are deleted with all they made"),
            };
            out.push(Impact::new(class, format!("{gone} {what}")).at(&edit.place));
        }
    }
    let template = |object: &Value| object.get("spec").and_then(|spec| spec.get("template")).cloned();
    if let (Some(before), Some(after)) = (template(both.before), template(both.after)) {
        destination(&before, &after, &mut out);
        for edit in both.real().filter(|edit| is_item(edit, &["spec", "template", "spec", "sources"])) {
            source(edit, prunes(&after), &mut out);
        }
    }
    out
}

/// Which Applications an ApplicationSet does not make any more.
fn gone(edit: &Edit) -> Option<String> {
    let label = edit.place.0.iter().rev().find_map(|step| match step {
        Step::Item(label) => Some(&**label),
        _ => None,
    });
    let generates = edit.place.starts_with(&["spec", "generators"]);
    match (&edit.before, &edit.after) {
        (Some(_), None) if generates => Some(format!("the Applications of `{}`", label.unwrap_or("an entry"))),
        (Some(_), Some(_)) if edit.place.keys().eq(["spec", "template", "metadata", "name"]) => {
            Some("its Applications get other names: those of the old names".to_owned())
        }
        (_, Some(_)) if generates && selects(edit) => {
            Some("a generator selects by something else: Applications that it selects no more".to_owned())
        }
        _ => None,
    }
}

/// Whether an edit is of what a generator looks for, and not of what it hands on.
fn selects(edit: &Edit) -> bool {
    let has = |keys: &[&str]| edit.place.keys().any(|key| keys.contains(&key));
    has(SELECTS) && !has(&["elements", "values"])
}

fn is_item(edit: &Edit, keys: &[&str]) -> bool {
    edit.place.keys().eq(keys.iter().copied()) && matches!(edit.place.0.last(), Some(Step::Item(_) | Step::Index(_)))
}

/// Whether an Application prunes by itself.
pub fn prunes(application: &Value) -> bool {
    let policy = application.get("spec").and_then(|spec| spec.get("syncPolicy"));
    let automated = policy.and_then(|policy| policy.get("automated"));
    let is = |key: &str| automated.and_then(|a| a.get(key)).and_then(Value::as_bool);
    automated.is_some_and(|a| a.as_map().is_some()) && is("enabled") != Some(false) && is("prune") == Some(true)
}
