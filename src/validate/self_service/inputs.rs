//! Inputs of actions of Port: names that resolve, defaults that fit, and what templates read.

use std::collections::BTreeSet;

use super::Scene;
use crate::base::{Map, Value, suggest};
use crate::diag::{Bag, Code};
use crate::model::document::Document;
use crate::model::port::inputs_of;

crate::codes! {
    /// An action names an input that it does not have.
    ///
    /// `required`, `order`, `steps` and `dependsOn` take names of inputs, and a template `{{ .inputs.NAME }}` gives null
    /// for one that is not there. Mend the name, or add the input.
    UNKNOWN_INPUT = "unknown-input";
    /// A value of an input is not of its type, or none that it can have.
    ///
    /// Port refuses the action, or shows a form that can't be sent. Mend the default, the values of `enum`, or the type.
    INPUT_VALUE = "input-value";
    /// An input is on no page of the form.
    ///
    /// Port shows only the inputs that `steps` or `order` name, once either is there. Add it to one of them, or take the key out.
    INPUT_NOT_SHOWN = "input-not-shown";
}

/// Checks the inputs of an action.
pub fn check(scene: &Scene, document: &Document, bag: &mut Bag) {
    let trigger = document.value.get("trigger");
    let form = trigger.and_then(|trigger| trigger.get("userInputs"));
    let none = Map::new();
    let properties = form.and_then(|form| form.get("properties")).and_then(Value::as_map).unwrap_or(&none);
    let one = One { scene, document, properties };
    if let Some(form) = form {
        one.names(form.get("required"), "required", bag);
        one.names(form.get("order"), "order", bag);
        let steps = form.get("steps").and_then(Value::as_list).unwrap_or_default();
        steps.iter().for_each(|step| one.names(step.get("order"), "steps", bag));
        one.shown(form, steps, bag);
    }
    for entry in properties {
        one.names(entry.value.get("dependsOn"), "dependsOn", bag);
        one.values(&entry.key, &entry.value, bag);
    }
    if let Some(invocation) = document.value.get("invocationMethod") {
        one.templates(invocation, bag);
    }
}

struct One<'s, 'd> {
    scene: &'s Scene<'s>,
    document: &'d Document,
    properties: &'d Map,
}

impl One<'_, '_> {
    fn error(&self, code: &'static Code, at: &Value, message: String, help: String, bag: &mut Bag) {
        bag.push(self.scene.error(code, self.document, at.span, message, help));
    }

    fn unknown(&self, name: &str, at: &Value, by: &str, bag: &mut Bag) {
        let known: Vec<&str> = self.properties.iter().map(|entry| &*entry.key).collect();
        let help = match suggest::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "the action has no inputs; add one under `inputs`".to_owned(),
            None => format!("the inputs are {}", suggest::listing(known, 20)),
        };
        self.error(&UNKNOWN_INPUT, at, format!("{by} names the input `{name}`, which is not there"), help, bag);
    }

    fn names(&self, list: Option<&Value>, by: &str, bag: &mut Bag) {
        for item in list.and_then(Value::as_list).into_iter().flatten() {
            if let Some(name) = item.as_str().filter(|name| !self.properties.contains(name)) {
                self.unknown(name, item, &format!("`{by}`"), bag);
            }
        }
    }

    fn shown(&self, form: &Value, steps: &[Value], bag: &mut Bag) {
        let ordered = form.get("order").and_then(Value::as_list);
        if ordered.is_none() && steps.is_empty() {
            return;
        }
        let of_steps = steps.iter().filter_map(|step| step.get("order")).filter_map(Value::as_list);
        let named: BTreeSet<&str> = of_steps.chain(ordered).flatten().filter_map(Value::as_str).collect();
        for entry in self.properties.iter().filter(|entry| !named.contains(&*entry.key)) {
            let message = format!("the input `{}` is on no page of the form", entry.key);
            let help = format!("add `{}` to `order` or to a step", entry.key);
            self.error(&INPUT_NOT_SHOWN, &entry.value, message, help, bag);
        }
    }

    fn values(&self, name: &str, input: &Value, bag: &mut Bag) {
        let kind = input.str_at("type").unwrap_or_default();
        let is_query = |value: &Value| value.get("jqQuery").is_some();
        let choices = input.get("enum").and_then(Value::as_list);
        let default = input.get("default").filter(|value| !is_query(value));
        for value in default.into_iter().chain(choices.into_iter().flatten()) {
            if !fits(kind, value) {
                let message = format!("the input `{name}` is of type {kind}, and this is {}", value.type_name());
                self.error(&INPUT_VALUE, value, message, format!("write a value of type {kind}"), bag);
            }
        }
        if let (Some(default), Some(choices)) = (default, choices)
            && !choices.contains(default)
        {
            let message = format!("the default of the input `{name}` is none of the values of its `enum`");
            self.error(&INPUT_VALUE, default, message, "write one of these values".to_owned(), bag);
        }
    }

    /// What templates read, in texts and keys at any depth.
    fn templates(&self, value: &Value, bag: &mut Bag) {
        if let Some(text) = value.as_str() {
            for name in inputs_of(text).iter().filter(|name| !self.properties.contains(name)) {
                self.unknown(name, value, &format!("`{text}`"), bag);
            }
        }
        value.as_list().into_iter().flatten().for_each(|item| self.templates(item, bag));
        for entry in value.as_map().into_iter().flatten() {
            self.templates(&Value::from(std::sync::Arc::clone(&entry.key)).at(entry.key_span), bag);
            self.templates(&entry.value, bag);
        }
    }
}

/// Whether a value is of a type of JSON Schema.
pub fn fits(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.as_str().is_some(),
        "boolean" => value.as_bool().is_some(),
        "number" => ["a whole number", "a number"].contains(&value.type_name()),
        "integer" => value.type_name() == "a whole number",
        "array" => value.as_list().is_some(),
        "object" => value.as_map().is_some(),
        _ => true,
    }
}
