//! Namespaces that Applications have in common, and the one that is nobody's.

use crate::base::hash::{HashMap, HashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::permitted::both;
use super::read::{Facts, Kind, Source};
use crate::base::Span;
use crate::base::git_url::normal;
use crate::diag::{Bag, Finding};
use crate::model::instance::LOCAL_NAME;
use crate::model::plan::Plan;
use crate::schemas::Schemas;
use crate::source::path::parent;
use crate::validate::Seen;

crate::codes! {
    /// Applications of different projects share a namespace, or one goes to the namespace `default`.
    ///
    /// AppProjects, roles, quotas and network policies draw their lines between namespaces. What lies in one with the apps of
    /// another project can read their Secrets, and whoever may change one may change the other. In `default` lands
    /// whatever names no namespace, and it can't be deleted with what is in it. Apps of one project may share as they
    /// like; so may all in the namespace of Argo CD and in those of Kubernetes.
    ///
    /// Give each technology a namespace of its own. Where one is shared on purpose, make it an object: an entry under
    /// `namespaces`, or a manifest of the Namespace. Then it belongs to none of the apps, and nothing is said.
    SHARED_NAMESPACE = "shared-namespace": warning;
}

/// Namespaces that each cluster has, and that are shared by their nature.
const SYSTEM: &[&str] = &["kube-system", "kube-public", "kube-node-lease"];

/// The namespace of whatever names none.
const DEFAULT: &str = "default";

/// Runs the rule.
pub fn check(plan: &Plan, schemas: &Schemas, seen: &[Seen], facts: &[Facts], bag: &mut Bag) {
    let declared: HashSet<(&str, &str)> = seen.iter().filter_map(|object| declares(plan, object)).collect();
    let argocd = plan.platform.get("argocd").and_then(|a| a.str_at("namespace")).unwrap_or_default();
    let mut at: BTreeMap<(String, &str), Vec<&Facts>> = BTreeMap::new();
    for app in facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)) {
        let (cluster, namespace) = (&app.destination.0, &*app.destination.1);
        if !cluster.contains("{{") && !namespace.is_empty() && !namespace.contains("{{") {
            let name = both(plan, cluster, app.by_name).map_or_else(|| cluster.to_string(), |(_, name)| name);
            at.entry((name, namespace)).or_default().push(app);
        }
    }
    let named = match at.keys().any(|(_, namespace)| *namespace == DEFAULT) {
        true => names_all(plan, schemas, seen),
        false => HashMap::default(),
    };
    for ((cluster, namespace), apps) in &at {
        let open = *namespace == argocd || SYSTEM.contains(namespace);
        if open || declared.contains(&(cluster, namespace)) {
            continue;
        }
        match *namespace {
            DEFAULT => in_default(plan, &named, apps, bag),
            _ => shared(namespace, apps, bag),
        }
    }
}

/// The cluster and name of a namespace that is an object of its own.
fn declares<'a>(plan: &'a Plan, object: &'a Seen) -> Option<(&'a str, &'a str)> {
    let identity = &object.identity;
    let folder = plan.folders.get(parent(&object.path));
    let is = &*identity.kind == "Namespace" && identity.group.is_empty();
    is.then(|| (folder.map_or(LOCAL_NAME, |folder| &folder.cluster), &*identity.name))
}

/// Apps that go to `default`, those that one line of the input sends there together.
fn in_default(plan: &Plan, named: &HashMap<&str, bool>, apps: &[&Facts], bag: &mut Bag) {
    let mut by_place: BTreeMap<u32, Vec<&Facts>> = BTreeMap::new();
    let here = |source: &Source| !source.chart && source.path.is_some() && own(plan, source);
    let elsewhere = |app: &&&Facts| named.get(&*app.name) == Some(&true) && app.sources.iter().all(here);
    for app in apps.iter().filter(|app| !elsewhere(app)) {
        by_place.entry(place(app).lo).or_default().push(app);
    }
    for apps in by_place.values() {
        let Some((app, others)) = apps.split_first() else { continue };
        let message = match others.len() {
            0 => format!("`{}` goes to the namespace `default`", app.name),
            more => format!("`{}` and {more} more go to the namespace `default`", app.name),
        };
        let help = "give it a namespace of its own, or make `default` an object under `namespaces`";
        bag.push(Finding::warning(&SHARED_NAMESPACE, place(app), message, help));
    }
}

/// Owners of objects, and whether all of theirs say themselves to which namespace they go.
fn names_all<'a>(plan: &'a Plan, schemas: &Schemas, seen: &[Seen]) -> HashMap<&'a str, bool> {
    let mut out: HashMap<&str, bool> = HashMap::default();
    for object in seen {
        let Some(folder) = plan.folders.get(parent(&object.path)) else { continue };
        let kind = &object.identity.kind;
        let named = object.identity.namespace.is_some() || schemas.is_cluster_scoped(&object.api_version, kind);
        *out.entry(&folder.owner).or_insert(true) &= named;
    }
    out
}

fn own(plan: &Plan, source: &Source) -> bool {
    plan.repositories.all.first().is_some_and(|own| normal(&own.url) == normal(&source.url.text))
}

/// Apps of several projects in one namespace.
fn shared(namespace: &str, apps: &[&Facts], bag: &mut Bag) {
    let project = |app: &Facts| app.project.as_ref().map(|(name, _)| Arc::clone(name));
    let Some(first) = apps.first() else { return };
    let Some(other) = apps.iter().find(|app| project(app) != project(first)) else { return };
    let name = |app: &Facts| project(app).unwrap_or_else(|| "default".into());
    let message = format!(
        "`{}` of project `{}` shares the namespace `{namespace}` with `{}` of project `{}`",
        other.name,
        name(other),
        first.name,
        name(first)
    );
    let help = format!("give it a namespace of its own, or make `{namespace}` an object under `namespaces`");
    let finding = Finding::warning(&SHARED_NAMESPACE, place(other), message, help);
    bag.push(finding.also(place(first), "the other one"));
}

fn place(app: &Facts) -> Span {
    app.namespace_at.or(app.at).or(app.origin)
}
