//! The catalog of Port: blueprints, relations and mappings that resolve.

use super::Scene;
use crate::base::{Value, suggest};
use crate::diag::Bag;
use crate::model::document::Document;

crate::codes! {
    /// A blueprint that is named is not there.
    ///
    /// Actions, inputs of the format `entity`, relations and mappings name blueprints by their identifiers; Port refuses what names another. Add it under
    /// `selfService.port.blueprints`, or under `knownBlueprints` where it is in Port already.
    UNKNOWN_BLUEPRINT = "unknown-blueprint";
    /// A mapping fills a property or relation that the blueprint does not have, or a blueprint requires one.
    ///
    /// Port refuses the entities. Mend the name, or add it to the blueprint.
    UNKNOWN_BLUEPRINT_PROPERTY = "unknown-blueprint-property";
    /// An automation listens to an action that is not there.
    ///
    /// It would never start. Mend the identifier: those that are derived are `argocd_sync`, `argocd_rollback` and
    /// `argocd_deploy_revision`, and the same with an environment at the end where Port approves.
    UNKNOWN_ACTION = "unknown-action";
}

/// Checks the blueprints that an action names.
pub fn action(scene: &Scene, document: &Document, bag: &mut Bag) {
    let trigger = document.value.get("trigger");
    let mut named: Vec<&Value> = Vec::new();
    named.extend(trigger.and_then(|trigger| trigger.get("blueprintIdentifier")));
    let event = trigger.and_then(|trigger| trigger.get("event"));
    named.extend(event.and_then(|event| event.get("blueprintIdentifier")));
    let form = trigger.and_then(|trigger| trigger.get("userInputs")).and_then(|form| form.get("properties"));
    for input in form.and_then(Value::as_map).into_iter().flatten() {
        named.extend(input.value.get("blueprint"));
        named.extend(input.value.get("items").and_then(|items| items.get("blueprint")));
    }
    named.extend(document.value.get("invocationMethod").and_then(|of| of.get("blueprintIdentifier")));
    named.into_iter().for_each(|name| known(scene, document, name, bag));
    let listened = event.and_then(|event| event.get("actionIdentifier"));
    if let Some((name, text)) = listened.and_then(|name| Some((name, name.as_str()?)))
        && !scene.actions.contains_key(text)
    {
        let help = match suggest::nearest(text, scene.actions.keys().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", suggest::listing(scene.actions.keys().copied(), 20)),
        };
        bag.push(scene.error(&UNKNOWN_ACTION, document, name.span, format!("there is no action `{text}`"), help));
    }
}

fn known(scene: &Scene, document: &Document, name: &Value, bag: &mut Bag) {
    // Identifiers that start with `_` are those that Port brings, such as `_user`.
    let Some(text) = name.as_str().filter(|text| !text.starts_with('_') && !text.contains("{{")) else { return };
    if scene.blueprints.contains_key(text) || scene.known.contains(&text) {
        return;
    }
    let all: Vec<&str> = scene.blueprints.keys().copied().chain(scene.known.iter().copied()).collect();
    let help = match suggest::nearest(text, all) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `{text}` under `selfService.port.blueprints`, or to `knownBlueprints`"),
    };
    bag.push(scene.error(&UNKNOWN_BLUEPRINT, document, name.span, format!("there is no blueprint `{text}`"), help));
}

/// Checks the relations of a blueprint, and what it requires.
pub fn blueprint(scene: &Scene, document: &Document, bag: &mut Bag) {
    let relations = document.value.get("relations").and_then(Value::as_map).into_iter().flatten();
    relations.filter_map(|relation| relation.value.get("target")).for_each(|t| known(scene, document, t, bag));
    let schema = document.value.get("schema");
    let properties = schema.and_then(|schema| schema.get("properties"));
    for name in schema.and_then(|schema| schema.get("required")).and_then(Value::as_list).into_iter().flatten() {
        let Some(text) = name.as_str().filter(|text| properties.is_none_or(|of| of.get(text).is_none())) else {
            continue;
        };
        unknown(scene, document, text, name, "property", properties, bag);
    }
}

fn unknown(
    scene: &Scene,
    document: &Document,
    name: &str,
    at: &Value,
    what: &str,
    among: Option<&Value>,
    bag: &mut Bag,
) {
    let names = among.and_then(Value::as_map).into_iter().flatten().map(|entry| &*entry.key);
    let help = match suggest::nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add the {what} `{name}` to the blueprint"),
    };
    let message = format!("the blueprint has no {what} `{name}`");
    bag.push(scene.error(&UNKNOWN_BLUEPRINT_PROPERTY, document, at.span, message, help));
}

/// Checks what a mapping makes: entities of blueprints that are there, with properties that they have.
pub fn mapping(scene: &Scene, document: &Document, bag: &mut Bag) {
    let resources = document.value.get("resources").and_then(Value::as_list).unwrap_or_default();
    for resource in resources {
        let entity = resource.get("port").and_then(|port| port.get("entity"));
        let Some(mappings) = entity.and_then(|entity| entity.get("mappings")) else { continue };
        let Some(name) = mappings.get("blueprint") else { continue };
        // A literal of jq; what is computed can't be known here.
        let literal = name.as_str().and_then(|text| serde_json::from_str::<String>(text.trim()).ok());
        let Some(text) = literal else { continue };
        known(scene, document, &Value::from(text.as_str()).at(name.span), bag);
        let Some(blueprint) = scene.blueprints.get(text.as_str()) else { continue };
        let properties = blueprint.value.get("schema").and_then(|schema| schema.get("properties"));
        for (key, what, among) in
            [("properties", "property", properties), ("relations", "relation", blueprint.value.get("relations"))]
        {
            let filled = mappings.get(key).and_then(Value::as_map).into_iter().flatten();
            for entry in filled.filter(|entry| among.is_none_or(|among| among.get(&entry.key).is_none())) {
                let at = Value::default().at(entry.key_span);
                unknown(scene, document, &entry.key, &at, what, among, bag);
            }
        }
    }
}
