//! What an AppProject lets through (Argo CD 3.x, `AppProject.IsGroupKindNamePermitted` and
//! `IsDestinationPermitted`), as far as the objects of a tree need it.

use crate::base::hash::{HashMap, HashSet};
use std::sync::Arc;

use super::PROJECT_REFUSES;
use super::whole::Seen;
use crate::base::Value;
use crate::diag::Finding;
use crate::model::plan::{Folder, Item, Plan};
use crate::source::path::LONGEST;

/// The projects of a plan, by name. Those that it does not hold, such as `default`, allow everything.
pub struct Permits<'p>(HashMap<&'p str, Project<'p>>);

struct Project<'p> {
    item: &'p Item,
    namespaces: Namespaces<'p>,
}

/// The namespaces of `destinations`. There may be thousands, and each object asks.
#[derive(Default)]
struct Namespaces<'p> {
    exact: HashSet<&'p str>,
    globs: Vec<globset::GlobMatcher>,
    all: bool,
}

impl<'p> Permits<'p> {
    /// The projects of a plan.
    pub fn new(plan: &'p Plan) -> Permits<'p> {
        let projects = plan.items.get("projects").map(Vec::as_slice).unwrap_or_default();
        let project = |item: &'p Item| (&*item.name, Project { item, namespaces: Namespaces::of(&item.value) });
        Permits(projects.iter().map(project).collect())
    }

    /// Why the project of the folder's owner refuses an object; nothing when it does not. `namespace`
    /// is empty for a cluster-scoped object.
    pub fn refusal(&self, object: &Seen, folder: &Folder, namespace: &str) -> Option<Finding> {
        let Project { item: project, namespaces } = self.0.get(&*folder.project)?;
        let identity = &object.identity;
        let (group, kind) = (&*identity.group, &*identity.kind);
        let lists = |key: &str| project.value.get(key).and_then(Value::as_list);
        let listed = |key: &str| lists(key).is_some_and(|l| l.iter().any(|k| names(k, group, kind, &identity.name)));
        let (white, black) = match namespace.is_empty() {
            true => ("clusterResourceWhitelist", "clusterResourceBlacklist"),
            false => ("namespaceResourceWhitelist", "namespaceResourceBlacklist"),
        };
        let open = !namespace.is_empty() && lists(white).is_none();
        let (what, help) = if !namespace.is_empty() && !namespaces.hold(namespace) {
            (format!("the namespace `{namespace}`"), format!("add `{{ namespace: {namespace} }}` to `destinations`"))
        } else if listed(black) {
            (format!("the kind {kind}"), format!("take the kind out of `{black}`"))
        } else if !open && !listed(white) {
            let key = if namespace.is_empty() { "clusterResources" } else { "namespaceResources" };
            (format!("the kind {kind}"), format!("add `{{ group: {group:?}, kind: {kind} }}` to `{key}`"))
        } else {
            return None;
        };
        let message =
            format!("{kind} `{}` would not be synced: project `{}` does not allow {what}", identity.name, project.name);
        let help = format!("{help} of `projects.{}`", project.name);
        let finding = Finding::error(&PROJECT_REFUSES, object.template.or(object.origin), message, help);
        Some(finding.also(project.span, "the project").also(folder.span, "the Application that reads the file"))
    }
}

impl<'p> Namespaces<'p> {
    fn of(project: &'p Value) -> Namespaces<'p> {
        let mut out = Namespaces::default();
        let listed = project.get("destinations").and_then(Value::as_list).unwrap_or_default();
        for pattern in listed.iter().filter_map(|to| to.str_at("namespace")) {
            match pattern {
                "*" => out.all = true,
                pattern if is_glob(pattern) => out.globs.extend(matcher(pattern)),
                pattern => drop(out.exact.insert(pattern)),
            }
        }
        out
    }

    fn hold(&self, namespace: &str) -> bool {
        self.all || self.exact.contains(namespace) || self.globs.iter().any(|glob| glob.is_match(namespace))
    }
}

/// Whether an entry of a list names a kind.
pub fn names(entry: &Value, group: &str, kind: &str, name: &Arc<str>) -> bool {
    glob(entry.str_at("group"), group)
        && glob(entry.str_at("kind"), kind)
        && entry.str_at("name").is_none_or(|pattern| glob(Some(pattern), name))
}

/// Whether a glob of Argo CD matches; a deny pattern (`!`) matches nothing here.
fn glob(pattern: Option<&str>, text: &str) -> bool {
    match pattern {
        None => false,
        Some("*") => true,
        Some(pattern) if is_glob(pattern) => matcher(pattern).is_some_and(|glob| glob.is_match(text)),
        Some(pattern) => pattern == text,
    }
}

/// The glob library panics on patterns that are too large for its automaton.
fn is_glob(pattern: &str) -> bool {
    pattern.len() <= LONGEST && pattern.contains(['*', '?', '[', '{'])
}

fn matcher(pattern: &str) -> Option<globset::GlobMatcher> {
    globset::Glob::new(pattern).ok().map(|glob| glob.compile_matcher())
}
