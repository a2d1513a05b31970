//! Where environments lie, and where the apps in them go.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clusters::{Clusters, NO_CLUSTER, Spot, matches, stand_in};
use crate::diag::{Bag, Finding};
use crate::model::instance::ClusterRef;
use crate::model::reference::unknown;
use crate::model::spec::{App, ClusterChoice, Environment, Spec};
use crate::shape::{List, Named, Partial, Text};

crate::codes! {
    /// An app goes to an environment that lies on no cluster.
    ///
    /// No Application would come out for it. Say where the environment lies: `cluster: in-cluster` for one
    /// cluster, `clusters` for a choice of them, or `environment` at the clusters themselves.
    ENVIRONMENT_WITHOUT_CLUSTER = "environment-without-cluster";
    /// An environment lies on one cluster, and another cluster names it as its own.
    ///
    /// `cluster` says that there is one, and Applications there are called without its name. Write `clusters`
    /// where there are several, or give the other cluster an environment of its own.
    ENVIRONMENT_ELSEWHERE = "environment-elsewhere";
}

/// The environments of a spec, with their clusters.
pub struct Environments<'s> {
    spec: &'s Spec,
    all: BTreeMap<&'s str, Place<'s>>,
}

/// Where an environment lies.
struct Place<'s> {
    name: &'s Text,
    clusters: Vec<Arc<ClusterRef>>,
    /// Whether there is one cluster for good, so that names need not tell it from others.
    single: bool,
}

impl<'s> Environments<'s> {
    /// The environments of a spec. Clusters that are not there are findings.
    pub fn new(spec: &'s Spec, clusters: &Clusters, bag: &mut Bag) -> Environments<'s> {
        let all = spec.environments.iter().map(|e| (&*e.name.value, place(e, clusters, bag))).collect();
        Environments { spec, all }
    }

    /// Where an app goes that chooses environments: to all of their clusters, or those that it chooses.
    pub fn of_app(
        &self,
        app: &Named<Partial<App>>,
        wanted: &List<Text>,
        choice: Option<&ClusterChoice>,
        bag: &mut Bag,
    ) -> Vec<Spot> {
        let errors = bag.errors();
        let mut places: Vec<&Place> = wanted.iter().filter_map(|name| self.place(name, app, bag)).collect();
        places.sort_by_key(|p| &p.name.value);
        places.dedup_by_key(|p| &p.name.value);
        let mut spots: Vec<Spot> = Vec::new();
        for place in &places {
            spots.extend(place.clusters.iter().filter(|c| is_chosen(c, choice)).map(|c| spot(place, c)));
        }
        if let Some(choice) = choice.filter(|_| bag.errors() == errors) {
            unmet(app, choice, wanted, &spots, bag);
        }
        if spots.is_empty() {
            spots.push(Spot { cluster: stand_in(&Text::new("unknown")), environment: None, suffix: None });
        }
        spots
    }

    fn place(&self, name: &Text, app: &Named<Partial<App>>, bag: &mut Bag) -> Option<&Place<'s>> {
        let found = self.all.get(&**name);
        if found.is_none() && !self.spec.environments.has(name) {
            bag.push(unknown("environment", name, self.spec.environments.names(), "environments"));
        }
        if let Some(place) = found.filter(|p| p.clusters.is_empty()) {
            let name = &**place.name;
            let message = format!("environment `{name}` lies on no cluster, and app `{}` goes there", &*app.name);
            let help = format!("write `{name}: {{ cluster: in-cluster }}` under `environments`, or another cluster");
            let finding = Finding::error(&ENVIRONMENT_WITHOUT_CLUSTER, place.name.span, message, help);
            bag.push(finding.also(wanted_at(app, place.name), "asked for here"));
        }
        found
    }
}

/// Where the app itself names the environment; else the app.
fn wanted_at(app: &Named<Partial<App>>, name: &Text) -> crate::base::Span {
    let own = app.item.typed.environments.iter().find(|e| *e == name);
    own.map_or(app.name.span, |e| e.span)
}

fn place<'s>(environment: &'s Named<Environment>, clusters: &Clusters, bag: &mut Bag) -> Place<'s> {
    let (name, item) = (&environment.name, &environment.item);
    if let Some(one) = &item.cluster {
        for other in clusters.of_environment(name).filter(|c| c.name != *one) {
            let message =
                format!("environment `{}` lies on cluster `{}`, but `{}` is of it too", &**name, &**one, &*other.name);
            let help = format!("write `clusters` instead of `cluster`, or mend `environment` of `{}`", &*other.name);
            let at = other.environment.as_ref().map_or(other.name.span, |e| e.span);
            bag.push(Finding::error(&ENVIRONMENT_ELSEWHERE, at, message, help).also(one.span, "the one cluster"));
        }
        return Place { name, clusters: vec![clusters.named(one, bag)], single: true };
    }
    let mut found = match &item.clusters {
        Some(ClusterChoice::Named(names)) => names.iter().map(|name| clusters.named(name, bag)).collect(),
        Some(ClusterChoice::Matching(selector)) => clusters.matching(selector, bag),
        None => Vec::new(),
    };
    found.extend(clusters.of_environment(name).map(Arc::clone));
    found.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    found.dedup_by(|a, b| a.name == b.name);
    Place { name, clusters: found, single: false }
}

fn spot(place: &Place, cluster: &Arc<ClusterRef>) -> Spot {
    let suffix = match place.single {
        true => Arc::clone(&place.name.value),
        false => format!("{}-{}", &**place.name, &*cluster.name).into(),
    };
    Spot { cluster: Arc::clone(cluster), environment: Some(place.name.clone()), suffix: Some(suffix) }
}

fn is_chosen(cluster: &ClusterRef, choice: Option<&ClusterChoice>) -> bool {
    match choice {
        None => true,
        Some(ClusterChoice::Named(names)) => names.contains(&cluster.name),
        Some(ClusterChoice::Matching(selector)) => matches(cluster, selector),
    }
}

/// Findings for clusters that the app chooses, and that none of its environments lies on.
fn unmet(app: &Named<Partial<App>>, choice: &ClusterChoice, wanted: &List<Text>, spots: &[Spot], bag: &mut Bag) {
    let listing = crate::base::suggest::listing(wanted.iter().map(|e| &**e), 10);
    let mut report = |span, message: String| {
        let help = "mend `clusters`, or take it out to go to all clusters of the environments; with `environments: []` the app goes by `clusters` alone";
        let finding = Finding::error(&NO_CLUSTER, span, message, help);
        bag.push(finding.also(wanted.span, "the environments"));
    };
    match choice {
        ClusterChoice::Named(names) => {
            for name in names.iter().filter(|name| !spots.iter().any(|s| s.cluster.name == **name)) {
                let message = format!("app `{}` chooses cluster `{}`, which is not of {listing}", &*app.name, &**name);
                report(name.span, message);
            }
        }
        ClusterChoice::Matching(selector) if spots.is_empty() => {
            report(selector.span, format!("no cluster of {listing} matches the selector of app `{}`", &*app.name));
        }
        ClusterChoice::Matching(_) => {}
    }
}
