//! The catalog of Port: blueprints, and the mapping of the Argo CD integration (Port Ocean, integration `argocd`).

use std::sync::Arc;

use super::{Work, map};
use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::port::literal;
use crate::model::spec::{Blueprint, Port, Relation};
use crate::shape::{AnyMap, Named, Text};

/// Adds blueprints and the mapping.
pub fn lower(work: &mut Work) {
    let Some(port) = work.port else { return };
    for blueprint in port.blueprints.iter() {
        let value = own(&blueprint.name, &blueprint.item, &work.port_folder);
        work.add("portBlueprints", &blueprint.name, blueprint.name.span, value);
    }
    if port.catalog {
        let value = application(port, &work.port_folder);
        work.add("portBlueprints", &port.blueprint, port.span, value);
        let mut resources = vec![applications(work, port)];
        resources.extend(port.mapping.iter().map(AnyMap::to_value));
        let fields = Fields::new().with("path", format!("{}/argocd-mapping.yaml", work.port_folder));
        work.add("portMappings", "argocd", port.span, fields.with("resources", resources).at(port.span));
    }
}

fn own(name: &Text, blueprint: &Blueprint, folder: &str) -> Value {
    let text = |text: &Option<Text>| text.as_ref().map(Text::to_value);
    let properties: Map = blueprint.properties.iter().map(|p| (Arc::clone(&p.name.value), p.item.to_value())).collect();
    let relations: Map = blueprint.relations.iter().map(relation).collect();
    Fields::new()
        .with("identifier", name.to_value())
        .with("path", format!("{folder}/blueprints/{}.yaml", &**name))
        .with("title", text(&blueprint.title).unwrap_or_else(|| name.to_value()))
        .maybe("icon", text(&blueprint.icon))
        .maybe("description", text(&blueprint.description))
        .with("properties", properties)
        .with("required", blueprint.required.iter().map(Text::to_value).collect::<Vec<_>>())
        .with("relations", relations)
        .at(name.span)
}

fn relation(relation: &Named<Relation>) -> (Arc<str>, Value) {
    let item = &relation.item;
    let value = Fields::new()
        .maybe("title", item.title.as_ref().map(Text::to_value))
        .with("target", item.target.to_value())
        .with("required", item.required)
        .with("many", item.many);
    (Arc::clone(&relation.name.value), value.at(relation.name.span))
}

/// Properties of an Application: name, title, what more its schema says, and the jq that reads it.
const PROPERTIES: &[(&str, &str, Option<&str>, &str)] = &[
    ("syncStatus", "Sync status", None, ".status.sync.status"),
    ("healthStatus", "Health", None, ".status.health.status"),
    ("project", "Project", None, ".spec.project"),
    ("namespace", "Namespace", None, ".spec.destination.namespace"),
    ("cluster", "Cluster", None, ".spec.destination | .name // .server"),
    ("revision", "Revision", None, ".status.sync | .revision // (.revisions // [] | join(\", \"))"),
    ("targetRevision", "Target revision", None, ".spec | (.source // .sources[0]).targetRevision"),
    ("repository", "Repository", Some("url"), ".spec | (.source // .sources[0]).repoURL"),
    ("createdAt", "Created", Some("date-time"), ".metadata.creationTimestamp"),
];

fn application(port: &Port, folder: &str) -> Value {
    let property = |(name, title, format, _): &(&'static str, &'static str, Option<&'static str>, &str)| {
        let fields = Fields::new().with("type", "string").with("title", *title).maybe("format", *format);
        (*name, fields.build())
    };
    let mut properties: Map = PROPERTIES.iter().map(property).collect();
    properties.set("environment", map([("type", "string".into()), ("title", "Environment".into())]));
    properties.set("category", map([("type", "string".into()), ("title", "Category".into())]));
    Fields::new()
        .with("identifier", port.blueprint.to_value())
        .with("path", format!("{folder}/blueprints/{}.yaml", &*port.blueprint))
        .with("title", "Argo CD Application")
        .with("icon", "Argo")
        .with("properties", properties)
        .with("required", Vec::<Value>::new())
        .with("relations", Map::new())
        .at(port.span)
}

/// Applications become entities under their own names, which is what actions hand to the workflows. Category and
/// environment are known here, and written as tables.
fn applications(work: &Work, port: &Port) -> Value {
    let apps = &work.input.resolved.instances;
    let mut properties: Map = PROPERTIES.iter().map(|(name, .., query)| (*name, Value::from(*query))).collect();
    let environments = apps.iter().filter_map(|app| Some((&*app.name, app.environment.as_deref()?)));
    let categories = apps.iter().map(|app| (&*app.name, app.category()));
    properties.set("environment", table(environments));
    properties.set("category", table(categories));
    let mappings = Fields::new()
        .with("identifier", ".metadata.name")
        .with("title", ".metadata.name")
        .with("blueprint", literal(&port.blueprint))
        .with("properties", properties);
    let entity = map([("mappings", mappings.build())]);
    Fields::new()
        .with("kind", "application")
        .with("selector", map([("query", "true".into())]))
        .with("port", map([("entity", entity)]))
        .build()
}

/// A query that finds the entry of an Application, null where there is none.
fn table<'t>(entries: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    let entries: Vec<String> = entries.map(|(key, value)| format!("{}: {}", literal(key), literal(value))).collect();
    format!("{{{}}}[.metadata.name]", entries.join(", "))
}
