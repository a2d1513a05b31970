//! Stage: defaults, categories, environments and overrides merged into each app, and each app spread
//! over its clusters.
//!
//! Later layers win: `defaults.app`, the category's `app`, the environment's `app`, the app itself,
//! then the overrides in the order of the spec, those of the app last.

mod access;
mod clusters;
mod environments;
mod layers;
mod onboarding;
mod overrides;
mod self_service;
mod stores;
mod versions;

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Value, suggest};
use crate::diag::{Bag, Code};
use crate::model::instance::{Instance, Resolved};
use crate::model::spec::{App, Spec};
use crate::shape::{Named, Partial, Reader, Shape};
use crate::source::SourceMap;
use crate::template::Engine;
use clusters::{Clusters, Spot};
use environments::Environments;
use layers::Layers;

crate::codes! {
    /// An override applies to no app at all.
    ///
    /// Its conditions exclude each other, or name things that no app has. Such an override is dead
    /// text that looks alive. Mend its `when`, or take it out.
    OVERRIDE_HITS_NOTHING = "override-hits-nothing";
    /// An override sets a key that can't differ there.
    ///
    /// `clusters` and `environments` decide where an app goes, and `as` whether one ApplicationSet makes all of its
    /// Applications, so they can't depend on the cluster or environment; and overrides don't nest.
    OVERRIDE_KEY = "override-key";
}

/// The codes of this stage.
pub const ALL_CODES: &[&[&Code]] = &[CODES, clusters::CODES, environments::CODES, versions::CODES];
pub use onboarding::ALL_CODES as ONBOARDING_CODES;
pub use self_service::CODES as SELF_SERVICE_CODES;

/// Resolves all apps. Findings go into `bag`; what could be resolved is given back all the same.
pub fn resolve(spec: &Spec, engine: &Engine, sources: &SourceMap, bag: &mut Bag) -> Resolved {
    let clusters = Clusters::new(spec);
    let environments = Environments::new(spec, &clusters, bag);
    let layers = Layers::new(spec, engine, sources, bag);
    let resolved: Vec<(Vec<Instance>, Bag)> =
        spec.apps.par_iter().map(|app| resolve_app(spec, app, &clusters, &environments, &layers)).collect();
    let mut instances = Vec::with_capacity(resolved.len());
    for (of_app, found) in resolved {
        instances.extend(of_app);
        bag.extend(found);
    }
    layers.report_unused(spec, bag);
    instances.sort_by(|a: &Instance, b| a.name.cmp(&b.name));
    let operators = stores::operators(&instances);
    let stores = stores::resolve(spec, &instances, &operators, engine, sources, bag);
    let onboarding = onboarding::add(spec, &stores, &mut instances, bag);
    self_service::add(spec, &mut instances, bag);
    Resolved { instances, operators, stores, onboarding }
}

fn resolve_app(
    spec: &Spec,
    app: &Named<Partial<App>>,
    clusters: &Clusters,
    environments: &Environments,
    layers: &Layers,
) -> (Vec<Instance>, Bag) {
    let mut bag = Bag::new();
    let choice = layers.choice(spec, app);
    let spots = match choice.environments.filter(|list| !list.is_empty()) {
        Some(wanted) => environments.of_app(app, &wanted, choice.clusters.as_ref(), &mut bag),
        None => clusters.of_app(app, choice.clusters.as_ref(), &mut bag),
    };
    let instances = spots.into_iter().filter_map(|spot| instance(app, spot, layers, &mut bag)).collect();
    (instances, bag)
}

fn instance(app: &Named<Partial<App>>, spot: Spot, layers: &Layers, bag: &mut Bag) -> Option<Instance> {
    let merged = match layers.merge(app, &spot, bag) {
        Ok(merged) => merged,
        Err(findings) => {
            findings.into_iter().for_each(|f| bag.push(f));
            return None;
        }
    };
    let (body, misread) = read_body(&app.name, &merged.value, bag)?;
    let misread = if layers.are_broken() { App::KEYS.to_vec() } else { misread };
    let with_suffix = |base: &str| -> Arc<str> {
        match &spot.suffix {
            Some(suffix) => format!("{base}-{suffix}").into(),
            None => base.into(),
        }
    };
    let file = with_suffix(body.file_name.as_deref().unwrap_or(&app.name));
    let name = with_suffix(&app.name);
    let patches = body.patches.iter().cloned().chain(merged.patches).collect();
    let Spot { cluster, environment, .. } = spot;
    Some(Instance { app: app.name.clone(), name, file, cluster, environment, body, misread, patches })
}

fn read_body(name: &str, merged: &Value, bag: &mut Bag) -> Option<(App, Vec<&'static str>)> {
    let mut cx = Reader::below(&["apps", name]);
    // What was to be taken out, but was in no layer.
    cx.removals = true;
    let body = App::read(&mut cx, merged);
    let misread = if cx.bag.findings().is_empty() { Vec::new() } else { meant(merged) };
    bag.extend(cx.bag);
    Some((body?, misread))
}

/// The keys of an app that a mapping has, with those that a misspelled key comes near to.
fn meant(merged: &Value) -> Vec<&'static str> {
    let keys = merged.as_map().into_iter().flatten();
    keys.filter_map(|entry| suggest::nearest(&entry.key, App::KEYS.iter().copied())).collect()
}
