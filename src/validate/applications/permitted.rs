//! Sources that the AppProject of an Application permits (Argo CD 3.x, `AppProject.IsSourcePermitted`).

use std::collections::HashMap;

use super::read::{Facts, Kind};
use crate::base::git_url::normal;
use crate::diag::{Bag, Finding};
use crate::model::permits::Sources;
use crate::model::plan::{Item, Plan};
use crate::validate::PROJECT_REFUSES;

/// Runs the rule.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let items = plan.items.get("projects").map(Vec::as_slice).unwrap_or_default();
    let projects: HashMap<&str, (&Item, Sources)> =
        items.iter().map(|item| (&*item.name, (item, Sources::of(&item.value)))).collect();
    for app in facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)) {
        let project = app.project.as_ref().and_then(|(name, _)| projects.get(&**name));
        let Some((item, permitted)) = project else { continue };
        for url in app.sources.iter().map(|s| &s.url).filter(|url| !url.text.contains("{{")) {
            if permitted.permits(&normal(&url.text)) {
                continue;
            }
            let (name, project) = (&app.name, &item.name);
            let message = format!("`{name}` would not be synced: project `{project}` does not allow `{}`", url.text);
            let help = format!("add `{}` to `sourceRepos` of `projects.{project}`", url.text);
            bag.push(Finding::error(&PROJECT_REFUSES, url.span, message, help).also(item.span, "the project"));
        }
    }
}
