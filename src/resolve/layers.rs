//! The layers below and above an app, and their merging.

use std::collections::BTreeMap;

use super::clusters::Spot;
use super::overrides::{self, Ready, ReadyPatch, Site};
use super::versions::Versions;
use crate::base::merge::merge;
use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::{self, CLUSTER_FIELDS, Fields, PLATFORM_FIELDS};
use crate::model::spec::{App, ClusterChoice, Environment, Override, Patch, Spec};
use crate::shape::{List, Named, Partial, Reader, Shape, Shared, Text};
use crate::source::SourceMap;
use crate::template::{Compiled, Engine, Names, Scope};

/// Fields of `app` that shared blocks may use.
const APP_FIELDS: &[&str] = &["name", "category", "namespace", "file", "environment"];

/// The layers of a spec, compiled.
pub struct Layers<'s> {
    defaults: Option<Layer<'s>>,
    categories: BTreeMap<&'s str, Layer<'s>>,
    environments: BTreeMap<&'s str, InEnvironment<'s>>,
    overrides: Vec<Ready<'s>>,
    of_apps: BTreeMap<&'s str, Vec<Ready<'s>>>,
    globals: Map,
    broken: bool,
    spec: &'s Spec,
}

/// What an environment says of the apps in it.
struct InEnvironment<'s> {
    app: Option<Layer<'s>>,
    namespace: Option<Compiled<'s>>,
    versions: Versions<'s>,
}

struct Layer<'s> {
    raw: &'s Value,
    compiled: Compiled<'s>,
}

/// Where an app is to go, as far as it says.
pub struct Choice {
    /// The environments.
    pub environments: Option<List<Text>>,
    /// The clusters.
    pub clusters: Option<ClusterChoice>,
}

/// An app with everything merged.
pub struct Merged {
    /// Its keys.
    pub value: Value,
    /// Patches of the overrides that apply.
    pub patches: Vec<Patch>,
}

impl<'s> Layers<'s> {
    /// Compiles the layers. Faulty expressions are findings.
    pub fn new(spec: &'s Spec, engine: &'s Engine, sources: &SourceMap, bag: &mut Bag) -> Layers<'s> {
        let names = names();
        let errors = bag.errors();
        let mut layer = |block: Option<&'s Shared<App>>| {
            let raw = &block?.raw;
            overrides::refuse(raw, bag);
            engine.compile(raw, &names, Some(sources), bag).map(|compiled| Layer { raw, compiled })
        };
        let defaults = layer(spec.defaults.as_ref().and_then(|d| d.app.as_ref()));
        let categories =
            spec.categories.iter().filter_map(|c| Some((&*c.name.value, layer(c.item.app.as_ref())?))).collect();
        let mut of_environment = |e: &'s Named<Environment>| InEnvironment {
            app: layer(e.item.app.as_ref()),
            namespace: None,
            versions: Versions::new(e),
        };
        let mut environments: BTreeMap<_, _> =
            spec.environments.iter().map(|e| (&*e.name.value, of_environment(e))).collect();
        for environment in spec.environments.iter() {
            let app = environment.item.app.iter();
            app.for_each(|app| overrides::refuse_places(&app.raw, "an environment", bag));
            let pattern = environment.item.namespace.as_ref().map(|n| &n.raw);
            let pattern = pattern.and_then(|raw| engine.compile(raw, &names, Some(sources), bag));
            environments.entry(&*environment.name.value).and_modify(|e| e.namespace = pattern);
        }
        let overrides = ready(&spec.overrides, engine, &names, sources, bag);
        let of_apps = spec
            .apps
            .iter()
            .filter(|a| !a.item.typed.overrides.is_empty())
            .map(|a| (&*a.name.value, ready(&a.item.typed.overrides, engine, &names, sources, bag)))
            .collect();
        Layers {
            defaults,
            categories,
            environments,
            overrides,
            of_apps,
            globals: Map::from_iter([("platform", context::platform(spec))]),
            broken: bag.errors() > errors,
            spec,
        }
    }

    /// Whether a layer could not be compiled, so that any key may be missing.
    pub fn are_broken(&self) -> bool {
        self.broken
    }

    /// Where an app is to go: of each key, the last layer that has it. Overrides about clusters or
    /// environments have no say in it.
    pub fn choice(&self, spec: &'s Spec, app: &Named<Partial<App>>) -> Choice {
        let category = self.category_of(app).and_then(|c| spec.categories.named(c)).and_then(|c| c.item.app.as_ref());
        let defaults = spec.defaults.as_ref().and_then(|d| d.app.as_ref());
        let overrides = self.overrides_of(&app.name).filter(|o| !o.is_about_clusters() && self.concerns(o, app));
        let below = [defaults, category].into_iter().flatten().map(|block| &block.raw);
        let above = overrides.filter_map(|o| o.of.set.as_ref().map(|s| &s.raw));
        let layers: Vec<&Value> = below.chain([&app.item.raw]).chain(above).collect();
        let last = |key: &str| layers.iter().rev().find_map(|raw| raw.get(key));
        // Already checked where they stand: findings of this second reading are dropped.
        let mut cx = Reader::new();
        Choice {
            environments: last("environments").and_then(|raw| List::read(&mut cx, raw)),
            clusters: last("clusters").and_then(|raw| ClusterChoice::read(&mut cx, raw)),
        }
    }

    fn concerns(&self, over: &Ready, app: &Named<Partial<App>>) -> bool {
        over.applies(&Site { app: &app.name, category: self.category_of(app), cluster: "", environment: None })
    }

    /// The category of an app, as far as it is known before anything is merged.
    fn category_of<'a>(&'a self, app: &'a Named<Partial<App>>) -> Option<&'a str> {
        let default = self.defaults.as_ref().and_then(|d| d.raw.str_at("category"));
        app.item.raw.str_at("category").or(default)
    }

    fn overrides_of(&self, app: &str) -> impl Iterator<Item = &Ready<'s>> {
        self.overrides.iter().chain(self.of_apps.get(app).into_iter().flatten())
    }

    /// All layers of an app at a place, merged.
    pub fn merge(&self, app: &Named<Partial<App>>, spot: &Spot, bag: &mut Bag) -> Result<Merged, Vec<Finding>> {
        let category = self.category_of(app);
        let environment = spot.environment.as_deref();
        let site = Site { app: &app.name, category, cluster: &spot.cluster.name, environment };
        let inside = environment.and_then(|e| self.environments.get(e));
        let mut faults = Vec::new();
        let mut value = Value::from(Map::new()).at(app.item.raw.span);
        let mut patches = Vec::new();
        {
            let scope = self.scope(app, category, spot, None);
            let mut lay = |layer: &Compiled<'_>| match eval(layer, &scope, app.name.span) {
                Ok(over) => value = lay_on(&value, &over),
                Err(finding) => faults.push(finding),
            };
            let of_environment = inside.and_then(|e| e.app.as_ref());
            let below = [self.defaults.as_ref(), category.and_then(|c| self.categories.get(c)), of_environment];
            below.into_iter().flatten().for_each(|layer| lay(&layer.compiled));
        }
        value = lay_on(&value, &app.item.raw);
        if let Some(inside) = inside {
            value = inside.versions.apply(self.spec, &app.name, value, bag);
            match self.namespace(inside, app, category, spot, &value) {
                Ok(over) => value = merge(&value, &over),
                Err(finding) => faults.push(finding),
            }
        }
        for over in self.overrides_of(&app.name).filter(|o| o.applies(&site)) {
            let scope = self.scope(app, category, spot, None);
            for patch in &over.patches {
                match patch.eval(&scope) {
                    Ok(patch) => patches.push(patch),
                    Err(fault) => faults.push(fault.finding(app.name.span)),
                }
            }
            match over.set.as_ref().map(|set| eval(set, &scope, app.name.span)) {
                Some(Ok(set)) => value = lay_on(&value, &set),
                Some(Err(finding)) => faults.push(finding),
                None => {}
            }
        }
        if let Some(inside) = inside {
            inside.versions.note(self.spec, &app.name, &value);
        }
        value.span = app.item.raw.span;
        if faults.is_empty() { Ok(Merged { value, patches }) } else { Err(faults) }
    }

    /// The namespace that an environment gives an app, as a layer. Its pattern sees the one that the app has so far.
    fn namespace(
        &self,
        inside: &InEnvironment,
        app: &Named<Partial<App>>,
        category: Option<&str>,
        spot: &Spot,
        value: &Value,
    ) -> Result<Value, Finding> {
        let Some(pattern) = &inside.namespace else { return Ok(Value::from(Map::new())) };
        let so_far = value.get("namespace").filter(|n| !n.is_null()).cloned();
        let so_far = so_far.unwrap_or_else(|| app.name.to_value());
        let scope = self.scope(app, category, spot, Some(so_far));
        let namespace = eval(pattern, &scope, app.name.span)?;
        Ok(Value::from(Map::from_iter([("namespace", namespace)])))
    }

    fn scope(
        &self,
        app: &Named<Partial<App>>,
        category: Option<&str>,
        spot: &Spot,
        namespace: Option<Value>,
    ) -> Scope<'_> {
        let file = app.item.raw.get("fileName").cloned().unwrap_or_else(|| app.name.to_value());
        let fields = Fields::new()
            .with("name", app.name.to_value())
            .maybe("category", category)
            .maybe("namespace", namespace.or_else(|| app.item.raw.get("namespace").cloned()))
            .with("file", file)
            .maybe("environment", spot.environment.as_ref().map(Text::to_value));
        let cluster = context::cluster_in(&spot.cluster, spot.environment.as_ref());
        Scope::new(&self.globals).with("app", fields.build()).with("cluster", cluster)
    }

    /// Findings for overrides that never applied.
    pub fn report_unused(&self, spec: &Spec, bag: &mut Bag) {
        for over in self.overrides.iter().chain(self.of_apps.values().flatten()) {
            over.report_unused(spec, bag);
        }
        self.environments.values().for_each(|e| e.versions.report_unused(spec, bag));
    }
}

fn names() -> Names {
    Names::new()
        .with("app", context::shape(APP_FIELDS))
        .with("cluster", context::shape(CLUSTER_FIELDS))
        .with("platform", context::shape(PLATFORM_FIELDS))
}

fn ready<'s>(
    overrides: &'s [Override],
    engine: &'s Engine,
    names: &Names,
    sources: &SourceMap,
    bag: &mut Bag,
) -> Vec<Ready<'s>> {
    let mut make = |over: &'s Override| {
        let set = over.set.as_ref().and_then(|set| engine.compile(&set.raw, names, Some(sources), bag));
        let patches = over.patches.iter();
        let patches =
            patches.map(|p| ReadyPatch::new(p, |value| engine.compile(value, names, Some(sources), bag))).collect();
        let ready = Ready::new(over, set, patches);
        ready.check_keys(bag);
        ready
    };
    overrides.iter().map(&mut make).collect()
}

/// A layer on those below. `automated: true` means "on": settings that are there already stay.
fn lay_on(under: &Value, over: &Value) -> Value {
    let automated = |layer: &Value| layer.get("sync").and_then(|sync| sync.get("automated")).cloned();
    let mut merged = merge(under, over);
    let settings = automated(under).filter(|settings| settings.as_map().is_some());
    if let (Some(settings), Some(true)) = (settings, automated(over).and_then(|on| on.as_bool())) {
        let sync = Value::from(Map::from_iter([("automated", settings)]));
        merged = merge(&merged, &Value::from(Map::from_iter([("sync", sync)])));
    }
    merged
}

fn eval(layer: &Compiled<'_>, scope: &Scope<'_>, app: Span) -> Result<Value, Finding> {
    match layer.eval(scope) {
        Ok(value) => Ok(value.unwrap_or_else(|| Value::from(Map::new()))),
        Err(fault) => Err(fault.finding(app)),
    }
}
