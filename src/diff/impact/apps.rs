//! Applications and ApplicationSets.
//!
//! Facts: Argo CD 3.x. What an Application made at another destination is not looked at any more. Of an ApplicationSet,
//! `applicationsSync` says whether Applications are deleted, `preserveResourcesOnDeletion` whether what they made is.

use super::Both;
use crate::base::Value;
use crate::model::changes::{Class, Edit, Impact, Step};

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
    let goes = |object: &Value| {
        let to = object.get("spec").and_then(|spec| spec.get("destination"));
        let part = |key: &str| to.and_then(|to| to.str_at(key)).unwrap_or_default().trim_end_matches('/').to_owned();
        (super::super::scene::cluster(&part("server"), &part("name")), part("namespace"))
    };
    let (old, new) = (goes(both.before), goes(both.after));
    if old.0 != new.0 {
        let reason =
            format!("the cluster was `{}`, and becomes `{}`: what it made there stays, unmanaged", old.0, new.0);
        out.push(Impact::new(Class::Orphaned, reason));
    } else if old.1 != new.1 {
        let reason = format!(
            "the namespace was `{}`, and becomes `{}`: objects without a namespace of their own are made anew there{}",
            old.1,
            new.1,
            if prunes(both.after) {
                ", the old ones are pruned"
            } else {
                ", the old ones stay until somebody prunes them"
            }
        );
        out.push(Impact::new(if prunes(both.after) { Class::CascadeDelete } else { Class::Orphaned }, reason));
    }
    for edit in both.real().filter(|edit| is_item(edit, &["spec", "sources"])) {
        if edit.before.is_some()
            && edit.after.is_none()
            && edit.before.as_ref().is_some_and(|s| s.get("chart").or(s.get("path")).is_some())
        {
            let class = if prunes(both.after) { Class::CascadeDelete } else { Class::Removed };
            let how = if prunes(both.after) { "is pruned" } else { "stays until somebody prunes it" };
            out.push(Impact::new(class, format!("a source goes: what came from it {how}")).at(&edit.place));
        }
    }
    out
}

fn set(both: Both) -> Vec<Impact> {
    let policy = |object: &Value, key: &str| {
        object.get("spec").and_then(|s| s.get("syncPolicy")).and_then(|p| p.get(key)).cloned()
    };
    let keeps = policy(both.after, "preserveResourcesOnDeletion").and_then(|v| v.as_bool()) == Some(true);
    let sync = policy(both.after, "applicationsSync");
    let deletes = !matches!(sync.as_ref().and_then(Value::as_str), Some("create-only" | "create-update"));
    let gone = both.real().filter(|edit| {
        edit.place.starts_with(&["spec", "generators"]) && edit.before.is_some() && edit.after.is_none()
    });
    let mut out = Vec::new();
    for edit in gone.filter(|_| deletes) {
        let label = edit.place.0.iter().rev().find_map(|step| match step {
            Step::Item(label) => Some(label.to_string()),
            _ => None,
        });
        let what = label.unwrap_or_else(|| "an entry".to_owned());
        out.push(
            match keeps {
                true => Impact::new(
                    Class::Orphaned,
                    format!("the Applications of `{what}` are deleted, what they made stays"),
                ),
                false => Impact::new(
                    Class::CascadeDelete,
                    format!("the Applications of `{what}` are deleted with all they made"),
                ),
            }
            .at(&edit.place),
        );
    }
    out
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
