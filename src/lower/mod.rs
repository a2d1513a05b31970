//! Stage: from the checked spec to the plan: sources, waves, projects, settings, paths.
//!
//! Everything derived is derived here; templates only put it into place.

mod access;
mod apono;
mod app;
mod builds;
mod chart;
mod external;
mod folders;
mod generate_paths;
mod generated;
mod helm;
mod kustomize;
mod manifests;
mod parents;
mod paths;
mod policy;
mod project_rules;
mod projects;
mod restarts;
mod secrets;
mod self_service;
mod sets;
mod settings;
mod sources;
mod terraform;

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Span, Value};
use crate::diag::{Bag, Code};
use crate::model::context;
use crate::model::external::Externals;
use crate::model::gathered::Gathered;
use crate::model::instance::{Instance, Resolved};
use crate::model::order::Order;
use crate::model::plan::{Item, PlainFile, Plan, RawFile};
use crate::model::repositories::Repositories;
use crate::model::spec::{Patch, Spec};
use crate::schemas::Schemas;
use crate::source::SourceMap;
use crate::template::Engine;
use paths::Paths;

/// The codes of this stage.
pub const CODES: &[&[&Code]] = &[
    apono::CODES,
    settings::CODES,
    folders::CODES,
    manifests::CODES,
    parents::CODES,
    paths::CODES,
    projects::CODES,
    terraform::CODES,
];
pub use secrets::CODES as SECRET_CODES;
pub use self_service::CODES as SELF_SERVICE_CODES;

/// What lowering looks at.
pub struct Input<'a> {
    /// The spec.
    pub spec: &'a Spec,
    /// All Applications to be.
    pub resolved: &'a Resolved,
    /// Files that the spec names.
    pub gathered: &'a Gathered,
    /// The waves.
    pub order: &'a Order,
    /// Schemas, for the scope of kinds.
    pub schemas: &'a Schemas,
}

/// One Application, lowered.
struct Lowered {
    item: Item,
    raw: Vec<RawFile>,
    files: Vec<PlainFile>,
    facts: AppFacts,
}

/// What the parents and projects need to know of an Application.
pub(crate) struct AppFacts {
    pub instance: usize,
    pub path: String,
    pub project: Arc<str>,
    pub repos: Vec<Arc<str>>,
    pub manifests: Option<ManifestFolder>,
}

/// The folder of an app's raw manifests.
pub(crate) struct ManifestFolder {
    pub path: String,
    pub kustomization: Option<crate::base::Value>,
}

/// Lowers everything. Findings go into `bag`.
pub fn lower(input: &Input, engine: &Engine, sources: &SourceMap, bag: &mut Bag) -> Plan {
    let paths = Paths::new(input.spec, engine, sources, bag);
    let external = input.spec.external.to_vec();
    let (stated, external) = (external::file(&external), Externals::new(external));
    let repositories = Repositories::of(input.spec);
    let charts = input.gathered.charts.clone();
    let (context, absent) = (context::platform(input.spec), input.gathered.absent.clone());
    let mut plan = Plan { platform: context, repositories, external, charts, absent, ..Plan::default() };
    plan.files.extend(stated);
    let mut secrets = secrets::lower(input, &paths, bag);
    let mut own = self_service::lower(input, &paths, sources, &mut secrets, bag);
    plan.items.append(&mut own);
    builds::lower(input, &paths, sources, &mut secrets, bag);
    plan.known_blueprints = self_service::known_blueprints(input);
    let settings = settings::lower(input, &paths, bag);
    let left = apono::lower(input, &paths, &mut secrets, bag);
    let left = left.map(|left| match settings.owner_of("rbac") {
        Some(number) => {
            secrets.leave_alone(number, left.policy);
            vec![left.projects]
        }
        None => vec![left.policy, left.projects],
    });
    settings.values.into_iter().for_each(|(number, values)| secrets.add_settings(number, values));
    let lowered: Vec<(Option<Lowered>, Bag)> = input
        .resolved
        .instances
        .par_iter()
        .enumerate()
        .map(|(number, instance)| {
            let mut bag = Bag::new();
            (app::lower(input, &paths, number, instance, secrets.of_app(number), &mut bag), bag)
        })
        .collect();
    let mut facts = Vec::with_capacity(lowered.len());
    let mut apps = Vec::with_capacity(lowered.len());
    for (lowered, found) in lowered {
        bag.extend(found);
        let Some(lowered) = lowered else { continue };
        apps.push(lowered.item);
        plan.raw.extend(lowered.raw);
        plan.files.extend(lowered.files);
        facts.push(lowered.facts);
    }
    generated::lower(input, &facts, &apps, &mut plan);
    let mut sets = sets::lower(input, &paths, bag);
    for set in std::mem::take(&mut secrets.sets) {
        set.placed.into_iter().for_each(|placed| folders::claim(&mut plan, &placed.path, placed.folder, bag));
        sets.push(set.lowered);
    }
    sets.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    plan.files.extend(sets.iter().flat_map(|set| set.files.iter().cloned()));
    let extra = settings.maps;
    let namespaces = parents::namespaces(input, &paths, bag);
    let projects =
        projects::lower(input, &paths, &projects::Users { apps: &facts, sets: &sets, secrets: &secrets }, bag);
    plan.grants = projects::grants(input.spec);
    plan.bindings = secrets::bindings(input);
    plan.overlays = std::mem::take(&mut secrets.overlays);
    folders::of_apps(input, &facts, &mut plan, bag);
    folders::of_overlays(input, &facts, &mut plan, bag);
    let held =
        parents::Held { apps: &facts, sets: &sets, projects: &projects, namespaces: &namespaces, settings: &extra };
    let left = left.unwrap_or_default();
    let parents = parents::lower(input, &paths, &held, &left, &mut plan, bag);
    plan.items.insert("apps", apps.clone());
    let wide = wide_patches(input.spec);
    let patched = |items: Vec<Item>| items.into_iter().map(|item| with_patches(item, &wide)).collect::<Vec<_>>();
    let mut applications = apps;
    applications.extend(patched(parents));
    applications.sort_by(|a, b| a.name.cmp(&b.name));
    plan.items.insert("applications", applications);
    plan.items.insert("applicationSets", patched(sets.into_iter().map(|s| s.item).collect()));
    plan.items.insert("projects", patched(projects));
    plan.items.insert("namespaces", patched(namespaces));
    plan.items.insert("configMaps", patched(extra));
    plan.items.insert("terraform", terraform::lower(input, &paths, &secrets.acting, bag));
    plan.items.append(&mut secrets.items);
    plan.items.insert("clusters", clusters(input));
    plan.items.insert("categories", categories(input));
    generate_paths::annotate(input, &facts, &mut plan);
    plan.items.insert("platform", vec![platform(&plan, input.spec.platform.name.span)]);
    plan
}

/// Patches with a target from overrides without conditions: they mean whatever comes out, not only what
/// comes of apps. Those with expressions need an app and a cluster, so they mean what comes of apps.
fn wide_patches(spec: &Spec) -> Vec<Patch> {
    let unconditional = spec.overrides.iter().filter(|o| o.when.is_none());
    let plain = |p: &&Patch| !p.ops.iter().flat_map(|ops| ops.iter()).chain(&p.merge).any(has_expression);
    unconditional.flat_map(|o| o.patches.iter()).filter(|p| p.target.is_some()).filter(plain).cloned().collect()
}

fn has_expression(value: &Value) -> bool {
    match (value.as_str(), value.as_list(), value.as_map()) {
        (Some(text), ..) => text.contains("${{"),
        (_, Some(items), _) => items.iter().any(has_expression),
        (_, _, Some(map)) => map.iter().any(|e| e.key.contains("${{") || has_expression(&e.value)),
        _ => false,
    }
}

fn with_patches(mut item: Item, more: &[Patch]) -> Item {
    if !more.is_empty() {
        item.patches = item.patches.iter().chain(more).cloned().collect();
    }
    item
}

fn platform(plan: &Plan, span: Span) -> Item {
    Item { name: "platform".into(), span, value: plan.platform.clone(), patches: Arc::from([]) }
}

fn clusters(input: &Input) -> Vec<Item> {
    let mut seen: Vec<&Instance> = input.resolved.instances.iter().collect();
    seen.sort_by(|a, b| a.cluster.name.value.cmp(&b.cluster.name.value));
    seen.dedup_by(|a, b| a.cluster.name == b.cluster.name);
    let item = |i: &Instance| Item {
        name: Arc::clone(&i.cluster.name.value),
        span: i.cluster.name.span.or(i.span()),
        value: context::cluster(&i.cluster),
        patches: Arc::from([]),
    };
    seen.into_iter().map(item).collect()
}

fn categories(input: &Input) -> Vec<Item> {
    let mut items: Vec<Item> = input
        .spec
        .categories
        .iter()
        .map(|category| {
            let item = &category.item;
            let project = item.project.as_ref().unwrap_or(&category.name);
            let value = context::Fields::new()
                .with("name", category.name.to_value())
                .maybe("description", item.description.as_ref().map(crate::shape::Text::to_value))
                .with("project", project.to_value())
                .with("parent", input.spec.parent_name(&category.name));
            let name = Arc::clone(&category.name.value);
            Item { name, span: category.name.span, value: value.at(category.name.span), patches: Arc::from([]) }
        })
        .collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    items
}
