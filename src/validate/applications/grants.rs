//! What AppProjects allow and no Application uses.

use super::permitted::both;
use super::read::{Facts, Kind};
use crate::base::{Map, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::permits::Permits;
use crate::model::plan::{Grant, GrantOf, Plan};

crate::codes! {
    /// An AppProject allows a repository, a destination or a kind that none of its Applications uses.
    ///
    /// Whoever may create Applications in the project may use it all the same: what is allowed and not needed is what an
    /// intruder finds. Projects of the spec are derived from its apps, so entries by hand are needed only for Applications
    /// that are made elsewhere. Of kinds nothing is said where a chart or another repository belongs to the project, as what
    /// these bring is not to be seen.
    ///
    /// Take the entry out, or, where it is a pattern for everything, write what the help line says.
    UNUSED_PROJECT_GRANT = "unused-project-grant": note;
    /// An Application belongs to the project `default`, which allows everything.
    ///
    /// It may deploy any kind from any repository to any cluster, the namespace of Argo CD included, so whoever can change
    /// what it reads is an administrator. Give it a project of its own that allows what it needs.
    DEFAULT_PROJECT = "default-project": warning;
}

const SHOWN: usize = 5;

/// Runs the rules.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let apps: Vec<&Facts> = facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)).collect();
    let of_kinds = |grant: &&Grant| matches!(grant.of, GrantOf::ClusterKinds | GrantOf::NamespacedKinds);
    for grant in plan.grants.iter().filter(|grant| !of_kinds(grant)) {
        one(plan, grant, &apps, bag);
    }
    for (facts, allows) in facts.iter().filter_map(|f| Some((f, f.allows.as_ref()?))) {
        let list = |key: &str| allows.get(key).and_then(Value::as_list).unwrap_or_default().iter();
        let grant = |(of, value): (GrantOf, &Value)| Grant {
            project: facts.name.clone(),
            of,
            span: value.span,
            allowed: value.clone(),
            stated: true,
        };
        let repositories = list("sourceRepos").map(|value| (GrantOf::Repositories, value));
        let places = list("destinations").map(|value| (GrantOf::Destinations, value));
        repositories.chain(places).map(grant).for_each(|grant| one(plan, &grant, &apps, bag));
    }
    let stated = plan.items.get("projects").into_iter().flatten().any(|p| &*p.name == "default");
    for app in apps.iter().filter(|_| !stated) {
        let Some((_, span)) = app.project.as_ref().filter(|(name, _)| &**name == "default") else { continue };
        let message = format!("`{}` belongs to the project `default`, which allows everything", app.name);
        let help = "name a project that allows what it needs, and nothing else";
        bag.push(Finding::warning(&DEFAULT_PROJECT, span.or(app.origin), message, help));
    }
}

fn one(plan: &Plan, grant: &Grant, apps: &[&Facts], bag: &mut Bag) {
    let of_project = |app: &&&Facts| app.project.as_ref().is_some_and(|(name, _)| **name == *grant.project);
    let own: Vec<&Facts> = apps.iter().filter(of_project).copied().collect();
    // Without any Application the project is for others, and parameters may stand for anything.
    let open = |app: &&Facts| {
        app.destination.0.contains("{{")
            || app.destination.1.contains("{{")
            || app.sources.iter().any(|s| s.url.text.contains("{{"))
    };
    if own.is_empty() || own.iter().any(open) || denies(&grant.allowed) {
        return;
    }
    let key = if grant.allowed.as_str().is_some() { "sourceRepos" } else { "destinations" };
    let alone: Map = [(key, Value::from(vec![grant.allowed.clone()]))].into_iter().collect();
    let permits = Permits::of(&Value::from(alone));
    let (what, uses) = if let Some(pattern) = grant.allowed.as_str() {
        let urls = own.iter().flat_map(|app| &app.sources).map(|s| &*s.url.text);
        (format!("the repository `{pattern}`"), urls.filter(|url| permits.source(url)).collect::<Vec<_>>())
    } else {
        let used = |app: &&&Facts| match both(plan, &app.destination.0, app.by_name) {
            Some((server, name)) => permits.destination(&server, &name, &app.destination.1),
            // Which cluster that is, is not known.
            None => true,
        };
        (place(&grant.allowed), own.iter().filter(used).map(|app| &*app.destination.1).collect())
    };
    report(grant, &what, uses, bag);
}

fn report(grant: &Grant, what: &str, mut uses: Vec<&str>, bag: &mut Bag) {
    uses.sort_unstable();
    uses.dedup();
    let project = &grant.project;
    let wide = match grant.allowed.as_str() {
        Some(pattern) => pattern == "*",
        None => grant.allowed.str_at("namespace") == Some("*"),
    };
    let (message, help) = if uses.is_empty() {
        (format!("project `{project}` allows {what}, which none of its Applications uses"), "take it out".to_owned())
    } else if wide && grant.stated && uses.len() <= SHOWN {
        let listed = suggest::listing(uses, SHOWN);
        (format!("project `{project}` allows {what}, and its Applications use less"), format!("write {listed} instead"))
    } else {
        return;
    };
    bag.push(Finding::note(&UNUSED_PROJECT_GRANT, grant.span, message, help));
}

fn denies(allowed: &Value) -> bool {
    let parts = ["server", "name", "namespace"].iter().filter_map(|key| allowed.str_at(key));
    parts.chain(allowed.as_str()).any(|text| text.starts_with('!'))
}

fn place(allowed: &Value) -> String {
    let cluster = allowed.str_at("server").or_else(|| allowed.str_at("name")).unwrap_or("*");
    format!("the namespace `{}` of `{cluster}`", allowed.str_at("namespace").unwrap_or_default())
}
