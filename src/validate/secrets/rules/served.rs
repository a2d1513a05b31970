//! Namespaces that a ClusterSecretStore lets in and that take nothing from it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::charts::mentions;
use super::super::facts::{Condition, Role, Store};
use super::super::scene::{Placed, Scene};
use crate::base::{Span, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// The conditions of a ClusterSecretStore let in a namespace that takes nothing from the store.
    ///
    /// Whoever can make an ExternalSecret in that namespace reads all that the store's role may read. Nothing is said of
    /// namespaces that another repository deploys to, or a chart whose values name the store.
    ///
    /// Take the entry out, or write what the help line says. This is a note: it stops nothing.
    UNUSED_STORE_NAMESPACE = "unused-store-namespace": note;
}

/// Those that are written out in the place of a pattern.
const SHOWN: usize = 5;

/// Namespaces that use a store, by its cluster and name.
type Users<'a> = BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>;

/// Runs the rule.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mut users = Users::new();
    let mut open: BTreeSet<(&str, &str)> = BTreeSet::new();
    for object in scene.objects {
        let Role::External(external) = &object.facts.role else { continue };
        for reference in external.stores.iter().filter(|reference| reference.cluster_wide == Some(true)) {
            let key = (object.cluster, &*reference.name);
            match &external.spread {
                None => drop(users.entry(key).or_default().insert(object.namespace)),
                Some(spread) if spread.selector.is_none() && spread.regexes.is_empty() => {
                    users.entry(key).or_default().extend(spread.namespaces.iter().map(|n| &**n));
                }
                // Which namespaces have those labels is not known.
                Some(_) => drop(open.insert(key)),
            }
        }
    }
    for object in scene.objects {
        let Role::Store(store) = &object.facts.role else { continue };
        let key = (object.cluster, &*object.facts.name);
        if !store.conditions.is_empty() && !open.contains(&key) {
            one(scene, object, store, users.get(&key).unwrap_or(&BTreeSet::new()), bag);
        }
    }
}

fn one(scene: &Scene, object: &Placed, store: &Store, users: &BTreeSet<&str>, bag: &mut Bag) {
    let (cluster, name) = (object.cluster, &*object.facts.name);
    let by_chart = |namespace: &str| {
        let here = |chart: &&super::super::Chart| (chart.app.cluster, chart.app.namespace) == (cluster, namespace);
        scene.charts.iter().filter(here).any(|chart| chart.partly_unseen || mentions(&chart.values, name))
    };
    let add = |span: Span, what: &str, help: String, bag: &mut Bag| {
        let message = format!("ClusterSecretStore `{name}` lets in {what}, where nothing takes anything from it");
        bag.push(Finding::note(&UNUSED_STORE_NAMESPACE, scene.at(span.or(store.span), object), message, help));
    };
    for condition in &store.conditions {
        for (n, namespace) in condition.namespaces.iter().enumerate() {
            let used = users.contains(&**namespace) || scene.unseen(cluster, namespace) || by_chart(namespace);
            if !used {
                let span = condition.places.get(n).copied().unwrap_or_default();
                add(span, &format!("namespace `{namespace}`"), "take it out".to_owned(), bag);
            }
        }
        let pattern = Condition { namespaces: Vec::new(), places: Vec::new(), ..condition.clone() };
        if (pattern.selector.is_some() || !pattern.regexes.is_empty())
            && !scene.has_unseen(cluster)
            && !scene.charts.iter().any(|chart| chart.app.cluster == cluster && mentions(&chart.values, name))
            && !users.iter().any(|namespace| scene.serves(&pattern, cluster, namespace) != Some(false))
        {
            let listed = suggest::listing(users.iter().copied(), SHOWN);
            let help = match users.is_empty() {
                true => "take the condition out".to_owned(),
                false => format!("take it out; the store is used in {listed}"),
            };
            add(store.span, "namespaces by labels or by expression", help, bag);
        }
    }
}
