//! Environments that share a cluster are apart there.

use std::collections::BTreeMap;

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::spec::{App, Source};
use crate::shape::Text;

crate::codes! {
    /// An app comes twice into one namespace of a cluster, with the same objects.
    ///
    /// Two environments lie on the cluster, and nothing tells them apart there: both Applications would own the
    /// same objects, and each sync of one would undo the other. Give each environment namespaces of its own,
    /// best by a pattern: `namespace: "${{ app.namespace }}-staging"` under `environments.staging`.
    ENVIRONMENTS_COLLIDE = "environments-collide";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for numbers in facts.by_app.values().filter(|numbers| numbers.len() > 1) {
        let mut seen: BTreeMap<(&str, &str), &Instance> = BTreeMap::new();
        for instance in numbers.iter().filter_map(|&n| facts.instances.get(n)) {
            // A namespace that is missing is a finding of its own.
            let Some(namespace) = &instance.body.namespace else { continue };
            match seen.get(&(&*instance.cluster.name, &**namespace)) {
                Some(first) if share_objects(first, instance) => bag.push(collide(first, instance, namespace)),
                Some(_) => {}
                None => drop(seen.insert((&instance.cluster.name, &namespace.value), instance)),
            }
        }
    }
}

fn collide(first: &Instance, second: &Instance, namespace: &Text) -> Finding {
    let name = |i: &Instance| i.environment.as_ref().map(|e| e.to_string()).unwrap_or_default();
    let message = format!(
        "app `{}` comes into the namespace `{}` of cluster `{}` for `{}` and for `{}`, with the same objects",
        &*second.app,
        &**namespace,
        &*second.cluster.name,
        name(first),
        name(second)
    );
    let help = format!(
        "write `namespace: \"${{{{ app.namespace }}}}-{0}\"` under `environments.{0}`, or another pattern",
        name(second)
    );
    let place = second.environment.as_ref().map_or(second.span(), |e| e.span);
    let finding = Finding::error(&ENVIRONMENTS_COLLIDE, place, message, help).label("this environment");
    let other = first.environment.as_ref().map_or(first.span(), |e| e.span);
    finding.also(other, "and this one").also(second.span(), "both hold this app").also(namespace.span, "the namespace")
}

/// Whether some objects of the two are the same, as far as that can be known: those of one path that is built
/// in one way, of a chart with one release name, or raw manifests.
fn share_objects(a: &Instance, b: &Instance) -> bool {
    let manifests = |app: &App| app.manifests.iter().map(|m| m.to_string()).collect::<Vec<_>>();
    let both = !a.body.manifests.is_empty() && manifests(&a.body) == manifests(&b.body);
    (both && own_names(&a.body) == own_names(&b.body))
        || a.body.all_sources().any(|s| b.body.all_sources().any(|t| same_objects(a, s, b, t)))
}

fn same_objects(a: &Instance, s: &Source, b: &Instance, t: &Source) -> bool {
    if s.is_of_own_manifests() || t.is_of_own_manifests() || s.plugin.is_some() || t.plugin.is_some() {
        return false;
    }
    let release = |i: &Instance, source: &Source| {
        let helm = source.helm.as_ref()?;
        Some(helm.release_name.as_ref().map_or_else(|| i.name.to_string(), |r| r.to_string()))
    };
    origin(s) == origin(t) && names(s) == names(t) && release(a, s) == release(b, t)
}

/// What a source is made from, whatever its version: repository, path, chart.
fn origin(source: &Source) -> [Option<&str>; 3] {
    let (git, oci, helm) = (source.git.as_ref(), source.oci.as_ref(), source.helm.as_ref());
    let repo = git.map(|g| g.repo.as_deref()).or(oci.map(|o| Some(&*o.repo)));
    let path = git.map(|g| &*g.path).or(oci.map(|o| &*o.path));
    [repo.unwrap_or_else(|| helm.and_then(|h| h.repo.as_deref())), path, helm.and_then(|h| h.chart.as_deref())]
}

/// What kustomize makes of the names of raw manifests.
fn own_names(app: &App) -> Option<[Option<&str>; 3]> {
    app.all_sources().filter(|s| s.is_of_own_manifests()).find_map(names)
}

/// What kustomize makes of names.
fn names(source: &Source) -> Option<[Option<&str>; 3]> {
    let kustomize = source.kustomize.as_ref()?;
    Some([kustomize.name_prefix.as_deref(), kustomize.name_suffix.as_deref(), kustomize.namespace.as_deref()])
}
