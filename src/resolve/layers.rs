//! The layers below and above an app, and their merging.

use std::collections::BTreeMap;

use super::overrides::{self, Ready, ReadyPatch, Site};
use crate::base::merge::merge;
use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::{self, CLUSTER_FIELDS, Fields, PLATFORM_FIELDS};
use crate::model::instance::ClusterRef;
use crate::model::spec::{App, ClusterChoice, Override, Patch, Spec};
use crate::shape::{Named, Partial, Reader, Shape, Shared};
use crate::source::SourceMap;
use crate::template::{Compiled, Engine, Names, Scope};

/// Fields of `app` that shared blocks may use.
const APP_FIELDS: &[&str] = &["name", "category", "namespace", "file"];

/// The layers of a spec, compiled.
pub struct Layers<'s> {
    defaults: Option<Layer<'s>>,
    categories: BTreeMap<&'s str, Layer<'s>>,
    environments: BTreeMap<&'s str, Layer<'s>>,
    overrides: Vec<Ready<'s>>,
    of_apps: BTreeMap<&'s str, Vec<Ready<'s>>>,
    globals: Map,
    broken: bool,
}

struct Layer<'s> {
    raw: &'s Value,
    compiled: Compiled<'s>,
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
        let environments =
            spec.environments.iter().filter_map(|e| Some((&*e.name.value, layer(e.item.app.as_ref())?))).collect();
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
        }
    }

    /// Whether a layer could not be compiled, so that any key may be missing.
    pub fn are_broken(&self) -> bool {
        self.broken
    }

    /// The choice of clusters of an app: the last layer that makes one. Overrides about clusters or
    /// environments have no say in it.
    pub fn cluster_choice(&self, spec: &'s Spec, app: &Named<Partial<App>>) -> Option<ClusterChoice> {
        let category = self.category_of(app).and_then(|c| spec.categories.named(c)).and_then(|c| c.item.app.as_ref());
        let defaults = spec.defaults.as_ref().and_then(|d| d.app.as_ref());
        let overrides = self.overrides_of(&app.name).filter(|o| !o.is_about_clusters() && self.concerns(o, app));
        let raw = defaults
            .map(|d| &d.raw)
            .into_iter()
            .chain(category.map(|c| &c.raw))
            .chain([&app.item.raw])
            .chain(overrides.filter_map(|o| o.of.set.as_ref().map(|s| &s.raw)))
            .filter_map(|raw| raw.get("clusters"))
            .last()?;
        // Already checked where it stands: findings of this second reading are dropped.
        ClusterChoice::read(&mut Reader::new(), raw)
    }

    fn concerns(&self, over: &Ready, app: &Named<Partial<App>>) -> bool {
        let nowhere =
            ClusterRef { name: crate::shape::Text::new(""), server: None, environment: None, labels: Value::default() };
        over.applies(&Site { app: &app.name, category: self.category_of(app), cluster: &nowhere })
    }

    /// The category of an app, as far as it is known before anything is merged.
    fn category_of<'a>(&'a self, app: &'a Named<Partial<App>>) -> Option<&'a str> {
        let default = self.defaults.as_ref().and_then(|d| d.raw.str_at("category"));
        app.item.raw.str_at("category").or(default)
    }

    fn overrides_of(&self, app: &str) -> impl Iterator<Item = &Ready<'s>> {
        self.overrides.iter().chain(self.of_apps.get(app).into_iter().flatten())
    }

    /// All layers of an app at a cluster, merged.
    pub fn merge(&self, app: &Named<Partial<App>>, cluster: &ClusterRef) -> Result<Merged, Vec<Finding>> {
        let category = self.category_of(app);
        let site = Site { app: &app.name, category, cluster };
        let mut faults = Vec::new();
        let mut value = Value::from(Map::new()).at(app.item.raw.span);
        let mut patches = Vec::new();
        {
            let scope = self.scope(app, category, cluster);
            let mut lay = |layer: &Compiled<'_>| match eval(layer, &scope, app.name.span) {
                Ok(over) => value = merge(&value, &over),
                Err(finding) => faults.push(finding),
            };
            let environment = cluster.environment.as_deref().and_then(|e| self.environments.get(e));
            let below = [self.defaults.as_ref(), category.and_then(|c| self.categories.get(c)), environment];
            below.into_iter().flatten().for_each(|layer| lay(&layer.compiled));
        }
        value = merge(&value, &app.item.raw);
        for over in self.overrides_of(&app.name).filter(|o| o.applies(&site)) {
            let scope = self.scope(app, category, cluster);
            for patch in &over.patches {
                match patch.eval(&scope) {
                    Ok(patch) => patches.push(patch),
                    Err(fault) => faults.push(fault.finding(app.name.span)),
                }
            }
            match over.set.as_ref().map(|set| eval(set, &scope, app.name.span)) {
                Some(Ok(set)) => value = merge(&value, &set),
                Some(Err(finding)) => faults.push(finding),
                None => {}
            }
        }
        value.span = app.item.raw.span;
        if faults.is_empty() { Ok(Merged { value, patches }) } else { Err(faults) }
    }

    fn scope(&self, app: &Named<Partial<App>>, category: Option<&str>, cluster: &ClusterRef) -> Scope<'_> {
        let file = app.item.raw.get("fileName").cloned().unwrap_or_else(|| app.name.to_value());
        let fields = Fields::new()
            .with("name", app.name.to_value())
            .maybe("category", category)
            .maybe("namespace", app.item.raw.get("namespace").cloned())
            .with("file", file);
        Scope::new(&self.globals).with("app", fields.build()).with("cluster", context::cluster(cluster))
    }

    /// Findings for overrides that never applied.
    pub fn report_unused(&self, spec: &Spec, bag: &mut Bag) {
        for over in self.overrides.iter().chain(self.of_apps.values().flatten()) {
            over.report_unused(spec, bag);
        }
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

fn eval(layer: &Compiled<'_>, scope: &Scope<'_>, app: Span) -> Result<Value, Finding> {
    match layer.eval(scope) {
        Ok(value) => Ok(value.unwrap_or_else(|| Value::from(Map::new()))),
        Err(fault) => Err(fault.finding(app)),
    }
}
