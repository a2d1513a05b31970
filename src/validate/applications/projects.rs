//! Projects that nothing makes.

use crate::base::hash::HashSet;

use super::read::{Facts, Kind};
use crate::base::suggest;
use crate::diag::{Bag, Finding};
use crate::model::plan::Plan;

crate::codes! {
    /// An Application belongs to an AppProject that nothing in the tree makes.
    ///
    /// Argo CD refuses to sync such an Application: it says that it references a project which does not exist. Projects
    /// of apps in the spec are always made; this is about Applications in raw manifests and templates of your own.
    ///
    /// Name the project of a category, add the project under `projects`, or, where something else makes it, allow the
    /// finding by a comment.
    UNKNOWN_PROJECT = "unknown-project": warning;
}

/// The project that Argo CD makes itself.
const DEFAULT: &str = "default";

/// Runs the rule.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let derived = plan.items.get("projects").into_iter().flatten().map(|p| &*p.name);
    let raw = facts.iter().filter(|f| f.kind == Kind::Project).map(|f| &*f.name);
    let known: HashSet<&str> = derived.chain(raw).chain([DEFAULT]).collect();
    for app in facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)) {
        let Some((project, span)) = app.project.as_ref().filter(|(p, _)| !known.contains(&**p)) else { continue };
        if project.is_empty() || project.contains("{{") {
            continue;
        }
        let mut names: Vec<&str> = known.iter().copied().collect();
        names.sort_unstable();
        let help = match suggest::nearest(project, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!("write one of {}, or add `{project}: {{}}` under `projects`", suggest::listing(names, 10))
            }
        };
        let message = format!("nothing makes the AppProject `{project}`, which `{}` belongs to", app.name);
        bag.push(Finding::warning(&UNKNOWN_PROJECT, *span, message, help));
    }
}
