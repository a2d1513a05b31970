//! Ingress classes: those that are named have a controller.

use std::collections::{BTreeMap, BTreeSet};

use super::Scene;
use super::facts::Role;
use super::scene::full_name;
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::spec::ExternalKind;
use crate::validate::charts::paths;
use crate::validate::secrets::Chart;

crate::codes! {
    /// An Ingress, or the `ingress` of Helm values, names a class that no controller of the cluster serves.
    ///
    /// The object is taken, and nobody looks at it: the host does not answer. This is said only where the classes are known: of
    /// IngressClasses in the tree and of charts that make them, and only where no other chart of the cluster looks like an
    /// ingress controller.
    ///
    /// Write a class that is served, or say under `external` that the IngressClass is made elsewhere, by the cloud, say.
    UNSERVED_INGRESS_CLASS = "unserved-ingress-class": warning;
}

/// Parts of names that ingress controllers have.
const CONTROLLERS: [&str; 13] = [
    "ingress",
    "gateway",
    "load-balancer",
    "traefik",
    "nginx",
    "haproxy",
    "kong",
    "contour",
    "apisix",
    "istio",
    "cilium",
    "higress",
    "emissary",
];
/// Classes that clouds and distributions bring: AKS (application routing, Application Gateway), GKE, EKS, OpenShift, MicroK8s.
const OF_PLATFORMS: [&str; 9] = [
    "webapprouting.kubernetes.azure.com",
    "azure-application-gateway",
    "azure-alb-external",
    "gce",
    "gce-internal",
    "alb",
    "openshift-default",
    "public",
    "cloudflare-tunnel",
];

/// Checks all Ingresses, and sections of values like them.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let served = served(scene);
    for one in &scene.exposed {
        let (Some((class, span)), cluster) = (&one.route.class, one.place.0) else { continue };
        let Some(known) = served.get(cluster).filter(|known| !known.contains(&**class)) else { continue };
        if OF_PLATFORMS.contains(&&**class)
            || scene.plan.external.has(&[ExternalKind::IngressClass], cluster, "", class)
            || scene.unseen.reaches_cluster(cluster)
            || has_other(scene, cluster, class)
        {
            continue;
        }
        let names = || known.iter().map(String::as_str);
        let message = format!("{} names the ingress class `{class}`, which nothing serves here", upper(&one.by));
        let help = match suggest::nearest(class, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", suggest::listing(names(), 8)),
        };
        bag.push(Finding::warning(&UNSERVED_INGRESS_CLASS, scene.place(*span, one.origin), message, help));
    }
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The classes that are known, by cluster.
fn served<'a>(scene: &Scene<'a>) -> BTreeMap<&'a str, BTreeSet<String>> {
    let mut out: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for at in scene.objects.iter().filter(|at| matches!(at.facts.role, Role::Named(ExternalKind::IngressClass))) {
        out.entry(at.cluster).or_default().insert(at.facts.name.to_string());
    }
    for chart in scene.charts {
        for entry in classes(chart) {
            let none = Vec::new();
            let stated = entry.str_at("value").and_then(|path| paths::at(&chart.values, path, &none)?.as_str());
            let name = stated.filter(|name| !name.is_empty()).map(str::to_owned);
            let default = || Some(entry.str_at("default")?.replace("{fullname}", &full_name(chart)));
            out.entry(chart.app.cluster).or_default().extend(name.or_else(default));
        }
    }
    out
}

/// What is known of the classes that a chart makes, with its values.
fn classes<'c>(chart: &'c Chart) -> impl Iterator<Item = &'c Value> {
    let file = chart.file.as_deref();
    let all = file.map(|file| file.list("ingress-classes")).unwrap_or_default();
    all.iter().filter(move |entry| file.is_some_and(|file| file.holds(entry, &chart.values, &Vec::new())))
}

/// Whether a cluster may have a controller of which nothing is known, or values that are not to be seen.
fn has_other(scene: &Scene, cluster: &str, class: &str) -> bool {
    let like = |name: &str| CONTROLLERS.iter().any(|part| name.contains(part)) || name.contains(class);
    scene.charts.iter().filter(|chart| chart.app.cluster == cluster).any(|chart| {
        let names = [chart.release.chart.as_deref().unwrap_or_default(), &*chart.release.name];
        let known = chart.file.as_deref().is_some_and(|file| file.get("ingress-classes").is_some());
        if known { chart.partly_unseen } else { chart.file.is_none() && names.into_iter().any(like) }
    })
}
