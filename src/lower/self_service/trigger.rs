//! Triggers of custom actions, as Port takes them.

use std::sync::Arc;

use super::map;
use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::spec::{ActionTrigger, OrQuery, PortInput, PortOperation, TriggerType};
use crate::shape::{AnyMap, Text};

/// `trigger` of an action.
pub fn trigger(trigger: &ActionTrigger) -> Value {
    if trigger.kind == TriggerType::Automation {
        return automation(trigger);
    }
    let mut properties = Map::new();
    trigger.inputs.iter().for_each(|i| properties.put(super::named(&i.name, input(&i.item))));
    let required = trigger.inputs.iter().filter(|input| input.item.required == Some(true));
    let required = required.map(|input| input.name.to_value()).collect::<Vec<_>>();
    let required = match &trigger.required_query {
        Some(query) => map([("jqQuery", query.to_value())]),
        None => Value::from(required),
    };
    let texts = |texts: &[Text]| texts.iter().map(Text::to_value).collect::<Vec<_>>();
    let steps = trigger.steps.iter().map(|step| {
        Fields::new()
            .with("title", step.title.to_value())
            .with("order", texts(&step.order))
            .maybe("visible", step.visible.as_ref().map(OrQuery::to_value))
            .at(step.span)
    });
    let inputs = Fields::new()
        .with("properties", Value::from(properties).at(trigger.inputs.span))
        .with("required", required)
        .list("order", texts(&trigger.order))
        .list("steps", steps.collect());
    let text = |text: &Option<Text>| text.as_ref().map(Text::to_value);
    Fields::new()
        .with("type", trigger.kind.word())
        .maybe("operation", trigger.operation.map(PortOperation::word))
        .maybe("blueprintIdentifier", text(&trigger.blueprint))
        .with("userInputs", inputs.build())
        .maybe("condition", trigger.condition.as_ref().map(AnyMap::to_value))
        .maybe("actionCardButtonText", text(&trigger.card_button))
        .maybe("executeActionButtonText", text(&trigger.execute_button))
        .at(trigger.span)
}

fn automation(trigger: &ActionTrigger) -> Value {
    let text = |text: &Option<Text>| text.as_ref().map(Text::to_value);
    let event = trigger.event.as_ref().map(|event| {
        Fields::new()
            .with("type", event.kind.word())
            .maybe("blueprintIdentifier", text(&event.blueprint))
            .maybe("propertyIdentifier", text(&event.property))
            .maybe("actionIdentifier", text(&event.action))
            .at(event.span)
    });
    Fields::new()
        .with("type", trigger.kind.word())
        .maybe("event", event)
        .maybe("condition", trigger.condition.as_ref().map(AnyMap::to_value))
        .at(trigger.span)
}

fn input(input: &PortInput) -> Value {
    let text = |text: &Option<Text>| text.as_ref().map(Text::to_value);
    let any = |map: &Option<AnyMap>| map.as_ref().map(AnyMap::to_value);
    let depends = input.depends_on.iter().map(Text::to_value).collect();
    let colours = input.colours.iter().map(|c| (Arc::clone(&c.name.value), c.item.to_value())).collect();
    Fields::new()
        .with("type", input.kind.word())
        .maybe("title", text(&input.title))
        .maybe("description", text(&input.description))
        .maybe("icon", text(&input.icon))
        .maybe("format", text(&input.format))
        .maybe("blueprint", text(&input.blueprint))
        .maybe("default", input.default.as_ref().map(OrQuery::to_value))
        .maybe("enum", input.choices.as_ref().map(OrQuery::to_value))
        .map("enumColors", colours)
        .maybe("pattern", input.pattern.as_ref().map(OrQuery::to_value))
        .maybe("minLength", input.min_length.as_ref().map(OrQuery::to_value))
        .maybe("maxLength", input.max_length.as_ref().map(OrQuery::to_value))
        .maybe("minimum", input.minimum.as_ref().map(OrQuery::to_value))
        .maybe("maximum", input.maximum.as_ref().map(OrQuery::to_value))
        .maybe("minItems", input.min_items.as_ref().map(OrQuery::to_value))
        .maybe("maxItems", input.max_items.as_ref().map(OrQuery::to_value))
        .maybe("items", any(&input.items))
        .maybe("dataset", any(&input.dataset))
        .maybe("sort", any(&input.sort))
        .maybe("encryption", text(&input.encryption))
        .maybe("visible", input.visible.as_ref().map(OrQuery::to_value))
        .maybe("disabled", input.disabled.as_ref().map(OrQuery::to_value))
        .list("dependsOn", depends)
        .at(input.span)
}
