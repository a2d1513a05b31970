//! Sensors of Argo Events: the events they wait for, and the workflows they make.
//!
//! Facts of the contract: Argo Events 1.9, `Sensor.spec.dependencies`, `triggers[].template`, and `EventSource.spec`, where each
//! kind of source is a mapping of events by name.

use crate::base::hash::HashMap;
use std::collections::BTreeSet;

use super::facts::Kind;
use super::parts::{Reference, list};
use super::scene::{Placed, Scene};
use crate::base::{Map, Span, Value, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A Sensor waits for an event that no EventSource of its namespace gives, or a trigger reads one that it does not wait for.
    ///
    /// The Sensor comes up well and never fires. Mend `eventSourceName` or `eventName`; a trigger names events by the `name` of
    /// a dependency.
    SENSOR_UNKNOWN_EVENT = "sensor-unknown-event";
}

/// Keys of `EventSource.spec` that are no kind of source.
const NO_SOURCES: &[&str] = &["template", "service", "replicas", "eventBusName"];

/// An EventSource: its name, and those of its events.
type Given<'a> = (&'a str, BTreeSet<&'a str>);

/// Runs the rules.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mut events: HashMap<(&str, &str), Vec<Given>> = HashMap::default();
    for source in scene.of_kind(Kind::EventSource) {
        let kinds = source.facts.object.get("spec").and_then(Value::as_map).into_iter().flatten();
        let kinds = kinds.filter(|entry| !NO_SOURCES.contains(&&*entry.key));
        let names = kinds.filter_map(|entry| entry.value.as_map()).flat_map(Map::keys).collect();
        events.entry((source.cluster, source.namespace)).or_default().push((&source.facts.name, names));
    }
    for sensor in scene.of_kind(Kind::Sensor) {
        let Some(spec) = sensor.facts.object.get("spec") else { continue };
        let known = events.get(&(sensor.cluster, sensor.namespace)).map(Vec::as_slice).unwrap_or_default();
        let mut names = BTreeSet::new();
        for dependency in list(spec.get("dependencies")) {
            names.extend(dependency.str_at("name"));
            waits(scene, sensor, dependency, known, bag);
        }
        for trigger in list(spec.get("triggers")) {
            fires(scene, sensor, trigger, &names, bag);
        }
    }
}

/// What a dependency waits for.
fn waits(scene: &Scene, sensor: &Placed, dependency: &Value, known: &[Given], bag: &mut Bag) {
    let (Some(source), Some(event)) = (dependency.get("eventSourceName"), dependency.get("eventName")) else { return };
    let (Some(source_name), Some(event_name)) = (source.as_str(), event.as_str()) else { return };
    let mut say = |span: Span, message: String, name: &str, known: Vec<&str>| {
        let help = match suggest::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => {
                "add an EventSource with that event to the namespace, or name it under `external`".to_owned()
            }
            None => format!("write one of {}", suggest::listing(known, 8)),
        };
        bag.push(Finding::error(&SENSOR_UNKNOWN_EVENT, scene.place(sensor, span), message, help));
    };
    match known.iter().find(|(name, _)| *name == source_name) {
        None if scene.has_events(sensor.cluster, sensor.namespace, source_name) => {}
        None => {
            let message = format!("there is no EventSource `{source_name}` in namespace `{}`", sensor.namespace);
            say(source.span, message, source_name, known.iter().map(|(name, _)| *name).collect());
        }
        Some((_, events)) if !events.contains(event_name) => {
            let message = format!("EventSource `{source_name}` has no event `{event_name}`");
            say(event.span, message, event_name, events.iter().copied().collect());
        }
        Some(_) => {}
    }
}

/// What a trigger reads, and what it makes.
fn fires(scene: &Scene, sensor: &Placed, trigger: &Value, names: &BTreeSet<&str>, bag: &mut Bag) {
    let Some(template) = trigger.get("template") else { return };
    for kind in ["argoWorkflow", "k8s"] {
        let Some(made) = template.get(kind) else { continue };
        let sources = list(made.get("parameters")).iter().filter_map(|p| p.get("src")?.get("dependencyName"));
        for name in sources {
            let Some(text) = name.as_str().filter(|text| !names.contains(text)) else { continue };
            let message = format!("the trigger reads event `{text}`, which the Sensor does not wait for");
            let help = match suggest::nearest(text, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {}", suggest::listing(names.iter().copied(), 8)),
            };
            bag.push(Finding::error(&SENSOR_UNKNOWN_EVENT, scene.place(sensor, name.span), message, help));
        }
        let resource = made.get("source").and_then(|source| source.get("resource"));
        let workflow = resource.filter(|resource| resource.str_at("kind") == Some("Workflow"));
        let Some(spec) = workflow.and_then(|workflow| workflow.get("spec")) else { continue };
        let stated = workflow.and_then(|w| w.get("metadata")).and_then(|m| m.str_at("namespace"));
        let made = Placed { namespace: stated.unwrap_or(sensor.namespace), workflow: None, ..*sensor };
        if let Some(reference) = spec.get("workflowTemplateRef").and_then(Reference::new) {
            super::names::refers(scene, &made, reference, bag);
        }
        super::arguments::of_workflow(scene, &made, spec, bag);
    }
}
