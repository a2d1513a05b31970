//! Sources and destinations that the AppProject of an Application permits (Argo CD 3.x, `AppProject.IsSourcePermitted`
//! and `IsDestinationPermitted`).

use crate::base::hash::HashMap;

use super::read::{Facts, Kind};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::instance::{LOCAL_NAME, LOCAL_SERVER};
use crate::model::permits::Permits;
use crate::model::plan::Plan;
use crate::validate::PROJECT_REFUSES;

/// A project with all that it permits.
struct Project {
    permits: Permits,
    span: Span,
    /// Whether the spec makes it.
    derived: bool,
}

/// Runs the rule.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let items = plan.items.get("projects").map(Vec::as_slice).unwrap_or_default();
    let project = |value: &Value, span, derived| Project { permits: Permits::of(value), span, derived };
    let raw = facts.iter().filter_map(|f| Some((&*f.name, project(f.allows.as_ref()?, f.origin, false))));
    let derived = items.iter().map(|item| (&*item.name, project(&item.value, item.span, true)));
    let projects: HashMap<&str, Project> = raw.chain(derived).collect();
    for app in facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)) {
        let found = app.project.as_ref().and_then(|(name, _)| Some((name, projects.get(&**name)?)));
        let Some((name, project)) = found else { continue };
        for url in app.sources.iter().map(|s| &s.url).filter(|url| !url.text.contains("{{")) {
            if project.permits.source(&url.text) {
                continue;
            }
            let message = format!("`{}` would not be synced: project `{name}` does not allow `{}`", app.name, url.text);
            let help = match project.derived {
                true => format!("add `{}` to `sourceRepos` of `projects.{name}`", url.text),
                false => format!("add `{}` to `sourceRepos` of the project", url.text),
            };
            bag.push(Finding::error(&PROJECT_REFUSES, url.span, message, help).also(project.span, "the project"));
        }
        destination(plan, app, name, project, bag);
    }
}

fn destination(plan: &Plan, app: &Facts, name: &str, project: &Project, bag: &mut Bag) {
    let (cluster, namespace) = (&app.destination.0, &app.destination.1);
    let unknown = cluster.is_empty() || namespace.is_empty() || cluster.contains("{{") || namespace.contains("{{");
    let Some((server, known_as)) = both(plan, cluster, app.by_name) else { return };
    if unknown || project.permits.destination(&server, &known_as, namespace) {
        return;
    }
    let message = format!(
        "`{}` would not be synced: project `{name}` does not allow the namespace `{namespace}` of `{cluster}`",
        app.name
    );
    let key = if app.by_name { "name" } else { "server" };
    let help = match project.derived {
        true => format!("add the cluster and `namespace: {namespace}` to `destinations` of `projects.{name}`"),
        false => format!("add `{{ {key}: {cluster}, namespace: {namespace} }}` to `destinations` of the project"),
    };
    let finding = Finding::error(&PROJECT_REFUSES, app.at.or(app.origin), message, help);
    bag.push(finding.also(project.span, "the project"));
}

/// Server and name of a cluster, where both are known.
pub fn both(plan: &Plan, cluster: &str, by_name: bool) -> Option<(String, String)> {
    let cluster = cluster.trim_end_matches('/');
    if cluster == if by_name { LOCAL_NAME } else { LOCAL_SERVER } {
        return Some((LOCAL_SERVER.to_owned(), LOCAL_NAME.to_owned()));
    }
    let server =
        |item: &crate::model::plan::Item| item.value.str_at("server").map(|s| s.trim_end_matches('/').to_owned());
    let clusters = plan.items.get("clusters").map(Vec::as_slice).unwrap_or_default();
    let found =
        clusters.iter().find(|c| if by_name { *c.name == *cluster } else { server(c).as_deref() == Some(cluster) });
    found.and_then(|c| Some((server(c)?, c.name.to_string())))
}
