//! Kinds that AppProjects allow and no Application has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::grants::UNUSED_PROJECT_GRANT;
use super::read::{Facts, Kind, Source};
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::plan::{Folder, Grant, GrantOf, Plan};
use crate::schemas::Schemas;
use crate::source::path::parent;
use crate::validate::Seen;
use crate::validate::permits::names;
use crate::validate::secrets::{Placed, Unseen};

/// So many kinds are written out in the place of a pattern.
const SHOWN: usize = 5;

/// What the rule looks at.
pub struct Input<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What says which kinds are cluster-scoped.
    pub schemas: &'a Schemas,
    /// Applications and projects.
    pub facts: &'a [Facts],
    /// All objects.
    pub seen: &'a [Seen],
    /// Applications and other objects at their places.
    pub objects: &'a [Placed<'a>],
}

/// Objects of a project: whether cluster-scoped, group, kind, name.
type Used<'a> = BTreeSet<(bool, &'a str, &'a str, &'a Arc<str>)>;

/// Runs the rule, for projects of which each object is to be seen.
pub fn check(input: &Input, bag: &mut Bag) {
    let grants = stated(input);
    if grants.is_empty() {
        return;
    }
    let unseen = Unseen::new(input.plan, input.objects);
    let mut used: BTreeMap<&str, Used> = BTreeMap::new();
    for seen in input.seen {
        let Some(folder) = input.plan.folders.get(parent(&seen.path)).filter(|f| !f.owner.is_empty()) else { continue };
        let (wide, id) = (input.schemas.is_cluster_scoped(&seen.api_version, &seen.identity.kind), &seen.identity);
        used.entry(&folder.project).or_default().insert((wide, &id.group, &id.kind, &id.name));
    }
    for grant in grants {
        let of_project = |app: &&Facts| {
            matches!(app.kind, Kind::Application | Kind::Set)
                && app.project.as_ref().is_some_and(|(name, _)| **name == *grant.project)
        };
        let mut apps = input.facts.iter().filter(of_project).peekable();
        // Without any Application the project is for others.
        if apps.peek().is_some() && apps.all(|app| is_seen(input.plan, &unseen, app)) {
            one(&grant, used.get(&*grant.project).unwrap_or(&Used::new()), bag);
        }
    }
}

/// The entries that somebody wrote: of the spec, and of AppProjects that it does not make.
fn stated(input: &Input) -> Vec<Grant> {
    let of_kinds = |grant: &&Grant| matches!(grant.of, GrantOf::ClusterKinds | GrantOf::NamespacedKinds);
    let mut out: Vec<Grant> = input.plan.grants.iter().filter(of_kinds).cloned().collect();
    for (facts, allows) in input.facts.iter().filter_map(|f| Some((f, f.allows.as_ref()?))) {
        let lists = [
            ("clusterResourceWhitelist", GrantOf::ClusterKinds),
            ("namespaceResourceWhitelist", GrantOf::NamespacedKinds),
        ];
        for (key, of) in lists {
            let entries = allows.get(key).and_then(Value::as_list).unwrap_or_default();
            out.extend(entries.iter().map(|value| Grant {
                project: Arc::clone(&facts.name),
                of,
                allowed: value.clone(),
                span: value.span,
                stated: true,
            }));
        }
    }
    out
}

/// Whether everything that an Application deploys is to be seen: no chart, no plugin, no other repository.
fn is_seen(plan: &Plan, unseen: &Unseen, app: &Facts) -> bool {
    let own: Vec<(&str, &Folder)> = plan
        .folders
        .iter()
        .filter(|(_, f)| f.owner == app.name)
        .map(|(path, folder)| (path.as_str(), folder))
        .collect();
    let ours = |path: &str| {
        let path = if path == "." { "" } else { path };
        let is = |folder: &str| path.strip_suffix(folder).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        own.iter().any(|(folder, _)| is(folder))
    };
    let seen = |s: &Source| !s.chart && !s.made && s.path.as_ref().is_none_or(|(path, _)| ours(path));
    let reached = own.iter().any(|(_, folder)| unseen.reaches(&folder.cluster, &folder.namespace));
    app.kind == Kind::Application && !reached && app.sources.iter().all(seen)
}

fn one(grant: &Grant, used: &Used, bag: &mut Bag) {
    let wide = grant.of == GrantOf::ClusterKinds;
    let part = |key: &str| grant.allowed.str_at(key).unwrap_or_default();
    let (group, kind) = (part("group"), part("kind"));
    // Argo CD makes namespaces by itself, where a sync option says so.
    if wide && group.is_empty() && kind == "Namespace" {
        return;
    }
    let fits = |(of_cluster, group, kind, name): &&(bool, &str, &str, &Arc<str>)| {
        *of_cluster == wide && names(&grant.allowed, group, kind, name)
    };
    let kinds: BTreeSet<(&str, &str)> = used.iter().filter(fits).map(|(_, group, kind, _)| (*group, *kind)).collect();
    let scope = if wide { "cluster-scoped" } else { "namespaced" };
    let project = &grant.project;
    let shown = if group.is_empty() { kind.to_owned() } else { format!("{group}/{kind}") };
    let is_pattern = |text: &str| text.contains(['*', '?', '[', '{']);
    let (message, help) = if kinds.is_empty() {
        let message =
            format!("project `{project}` allows the {scope} kind `{shown}`, which none of its Applications has");
        (message, "take it out".to_owned())
    } else if (is_pattern(group) || is_pattern(kind)) && kinds.len() <= SHOWN {
        let entry = |(group, kind): (&str, &str)| format!("{{ group: {}, kind: {kind} }}", quoted(group));
        let entries: Vec<String> = kinds.into_iter().map(entry).collect();
        let message = format!("project `{project}` allows the {scope} kinds `{shown}`, and its Applications have less");
        (message, format!("write {} instead", suggest::listing(entries.iter().map(String::as_str), SHOWN)))
    } else {
        return;
    };
    bag.push(Finding::note(&UNUSED_PROJECT_GRANT, grant.span, message, help));
}

fn quoted(group: &str) -> &str {
    if group.is_empty() { "\"\"" } else { group }
}
