//! Who may do what, more or less than before.
//!
//! | file | holds |
//! |---|---|
//! | `projects` | lists of AppProjects |
//! | `policies` | `argocd-rbac-cm`, roles of AppProjects, switches of `argocd-cm`, by the simulator of Argo CD's enforcer |
//! | `roles` | Roles and bindings of Kubernetes |
//! | `vault` | policies of Vault |

mod policies;
mod projects;
mod roles;
mod vault;

use std::collections::BTreeSet;

use super::Both;
use crate::base::Value;
use crate::model::changes::{Class, Impact};

/// Most sentences about one object and class; the rest is counted.
const MOST: usize = 20;

/// Rights that were gained and lost. `before` or `after` is null for an object that is new or gone.
#[must_use]
pub fn judge(both: Both) -> Vec<Impact> {
    let found = match (both.group(), both.kind()) {
        ("argoproj.io", "AppProject") => {
            let mut found = projects::judge(both);
            found.extend(policies::of_project(both));
            found
        }
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => roles::rules(both),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => roles::subjects(both),
        ("", "ConfigMap") => match both.identity.map(|identity| &*identity.name) {
            Some("argocd-rbac-cm") => policies::of_map(both),
            Some("argocd-cm") => policies::switches(both),
            _ => Vec::new(),
        },
        ("", "") if both.path.ends_with(".hcl") => vault::judge(both),
        _ => Vec::new(),
    };
    shortened(found)
}

/// At most so many of each class.
fn shortened(found: Vec<Impact>) -> Vec<Impact> {
    let mut out: Vec<Impact> = Vec::new();
    let mut left: std::collections::BTreeMap<Class, usize> = std::collections::BTreeMap::new();
    for impact in found {
        if out.iter().filter(|i| i.class == impact.class).count() < MOST {
            out.push(impact);
        } else {
            *left.entry(impact.class).or_default() += 1;
        }
    }
    out.extend(left.into_iter().map(|(class, n)| Impact::new(class, format!("and {n} more of the kind"))));
    out
}

/// A list below `spec`.
fn listed<'v>(object: &'v Value, key: &str) -> Option<&'v [Value]> {
    object.get("spec")?.get(key)?.as_list()
}

/// The texts of a list.
fn texts(items: Option<&[Value]>) -> BTreeSet<&str> {
    items.unwrap_or_default().iter().filter_map(Value::as_str).collect()
}
