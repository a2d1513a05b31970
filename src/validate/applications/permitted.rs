//! Sources that the AppProject of an Application permits (Argo CD 3.x, `AppProject.IsSourcePermitted`).

use std::collections::{HashMap, HashSet};

use globset::{GlobBuilder, GlobMatcher};

use super::read::{Facts, Kind};
use crate::base::Value;
use crate::base::git_url::normal;
use crate::diag::{Bag, Finding};
use crate::model::plan::{Item, Plan};
use crate::source::path::LONGEST;
use crate::validate::PROJECT_REFUSES;

/// Runs the rule.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let items = plan.items.get("projects").map(Vec::as_slice).unwrap_or_default();
    let projects: HashMap<&str, (&Item, Sources)> =
        items.iter().map(|item| (&*item.name, (item, Sources::of(item)))).collect();
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

/// `sourceRepos` of a project.
#[derive(Default)]
struct Sources {
    exact: HashSet<String>,
    globs: Vec<GlobMatcher>,
    denied: Vec<GlobMatcher>,
    all: bool,
}

impl Sources {
    fn of(project: &Item) -> Sources {
        let mut out = Sources::default();
        let listed = project.value.get("sourceRepos").and_then(Value::as_list).unwrap_or_default();
        for pattern in listed.iter().filter_map(Value::as_str).filter(|p| p.len() <= LONGEST) {
            match pattern.strip_prefix('!') {
                Some(denied) => out.denied.extend(glob(denied)),
                None if pattern == "*" => out.all = true,
                None if pattern.contains(['*', '?', '[', '{']) => out.globs.extend(glob(pattern)),
                None => drop(out.exact.insert(normal(pattern))),
            }
        }
        out
    }

    fn permits(&self, url: &str) -> bool {
        let listed = self.all || self.exact.contains(url) || self.globs.iter().any(|g| g.is_match(url));
        listed && !self.denied.iter().any(|g| g.is_match(url))
    }
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    let built = GlobBuilder::new(&normal(pattern)).literal_separator(true).build();
    built.ok().map(|glob| glob.compile_matcher())
}
