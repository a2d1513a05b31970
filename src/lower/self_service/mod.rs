//! Self-service: actions and catalog of Port, workflows and tasks of Orkes, and the worker.

mod actions;
mod catalog;
mod custom;
mod git;
mod tasks;
mod trigger;
mod worker;
mod workflows;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::paths::{Of, Paths};
use super::{Input, secrets};
use crate::base::{Entry, Map, Span, Value};
use crate::diag::{Bag, Code};
use crate::model::instance::LOCAL_NAME;
use crate::model::plan::Item;
use crate::model::spec::{Orkes, Port};
use crate::shape::Text;
use crate::source::SourceMap;

/// The codes of self-service.
pub const CODES: &[&[&Code]] = &[git::CODES];

/// Lowers all of it. The worker's objects go to the app that holds it, the rest is given back.
pub fn lower(
    input: &Input,
    paths: &Paths,
    sources: &SourceMap,
    objects: &mut secrets::Lowered,
    bag: &mut Bag,
) -> BTreeMap<&'static str, Vec<Item>> {
    let Some(own) = input.spec.self_service.as_deref() else { return BTreeMap::new() };
    let folder = |of, span, bag: &mut Bag| paths.of(of, span, bag).unwrap_or_default();
    let mut work = Work {
        input,
        port: own.port.as_deref(),
        orkes: own.orkes.as_deref(),
        port_folder: folder(Of::Port, own.span, bag),
        orkes_folder: folder(Of::Orkes, own.span, bag),
        github_file: folder(Of::Github, own.span, bag),
        out: BTreeMap::new(),
    };
    actions::lower(&mut work);
    custom::lower(&mut work);
    catalog::lower(&mut work);
    workflows::lower(&mut work);
    tasks::lower(&mut work);
    git::lower(&mut work, sources, bag);
    worker::lower(&work, paths, objects, bag);
    work.out.values_mut().for_each(|items| items.sort_by(|a, b| a.name.cmp(&b.name)));
    work.out
}

/// The state of the work.
struct Work<'a> {
    input: &'a Input<'a>,
    port: Option<&'a Port>,
    orkes: Option<&'a Orkes>,
    port_folder: String,
    orkes_folder: String,
    github_file: String,
    out: BTreeMap<&'static str, Vec<Item>>,
}

impl Work<'_> {
    fn add(&mut self, items: &'static str, name: &str, span: Span, value: Value) {
        self.out.entry(items).or_default().push(Item { name: name.into(), span, value, patches: Arc::from([]) });
    }

    /// Number of the Application that holds the worker.
    fn owner(&self) -> Option<usize> {
        let orkes = self.orkes?;
        let holds = |i: &crate::model::instance::Instance| *i.app == *orkes.app && &*i.cluster.name == LOCAL_NAME;
        self.input.resolved.instances.iter().position(holds)
    }
}

/// A list of texts.
fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Value> {
    texts.into_iter().map(Value::from).collect()
}

/// An entry whose key has its place.
fn named(name: &Text, value: Value) -> Entry {
    Entry { key: Arc::clone(&name.value), key_span: name.span, value }
}

/// A mapping of texts that are fixed.
fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Map::from_iter(entries).into()
}

/// Blueprints that are in Port already, by word of the spec.
pub fn known_blueprints(input: &Input) -> Vec<Arc<str>> {
    let port = input.spec.self_service.as_deref().and_then(|own| own.port.as_deref());
    let stated = port.into_iter().flat_map(|port| port.known_blueprints.iter().map(|name| Arc::clone(&name.value)));
    // Without the catalog the blueprint of Applications comes from elsewhere.
    stated.chain(port.filter(|port| !port.catalog).map(|port| Arc::clone(&port.blueprint.value))).collect()
}
