//! What starts an action, and what it asks for.

use serde_json::json;

use crate::base::Value;
use crate::shape::{AnyMap, AtLeast, Dict, List, Reader, Schemas, Shape, Text};

crate::choice! {
    /// What starts an action.
    TriggerType {
        /// A developer does.
        SelfService = "self-service",
        /// An event does.
        Automation = "automation",
    }
}

crate::choice! {
    /// What an action does to an entity.
    PortOperation {
        /// It makes one.
        Create = "CREATE",
        /// It acts on one.
        Day2 = "DAY-2",
        /// It deletes one.
        Delete = "DELETE",
    }
}

crate::choice! {
    /// Events that start automations.
    EventType {
        /// An entity was made.
        EntityCreated = "ENTITY_CREATED",
        /// An entity was changed.
        EntityUpdated = "ENTITY_UPDATED",
        /// An entity was deleted.
        EntityDeleted = "ENTITY_DELETED",
        /// Any of these.
        AnyEntityChange = "ANY_ENTITY_CHANGE",
        /// The time in a property is over.
        TimerPropertyExpired = "TIMER_PROPERTY_EXPIRED",
        /// An action was run.
        RunCreated = "RUN_CREATED",
        /// A run has changed.
        RunUpdated = "RUN_UPDATED",
        /// Any of these two.
        AnyRunChange = "ANY_RUN_CHANGE",
    }
}

crate::shape! {
    /// The event that starts an automation.
    Event {
        /// Its type.
        kind ("type"): EventType,
        /// Blueprint of the entity, for events of entities.
        blueprint: Option<Text>,
        /// Property with the time, for `TIMER_PROPERTY_EXPIRED`.
        property: Option<Text>,
        /// Identifier of the action, for events of runs.
        action: Option<Text>,
    }
}

crate::shape! {
    /// A page of the form.
    Step {
        /// Title.
        title: Text,
        /// Names of the inputs on it.
        order: List<Text>,
        /// Whether it is shown.
        visible: Option<OrQuery<bool>>,
    }
}

crate::shape! {
    /// What starts an action, and what it asks for.
    ActionTrigger {
        /// Who or what starts it.
        kind ("type"): TriggerType = "self-service",
        /// What it does to an entity.
        operation: Option<PortOperation>,
        /// Blueprint of the entity. `DAY-2` and `DELETE` need it.
        blueprint: Option<Text>,
        /// What it asks for, by name.
        inputs: Dict<PortInput>,
        /// A query that gives the names of the inputs that are required; those with `required` when left out.
        required_query ("requiredQuery"): Option<Text>,
        /// Order of the inputs.
        order: List<Text>,
        /// Pages of the form, instead of `order`.
        steps: List<Step>,
        /// On which entities it can be run, or which events start it, as Port takes it.
        condition: Option<AnyMap>,
        /// Text of the button on its card, 1 to 15 characters.
        card_button ("actionCardButtonText"): Option<Text>,
        /// Text of the button that runs it, 1 to 15 characters.
        execute_button ("executeActionButtonText"): Option<Text>,
        /// The event, of automations.
        event: Option<Event>,
    }
}

crate::choice! {
    /// Type of an input.
    InputType {
        /// Text.
        String = "string",
        /// A number.
        Number = "number",
        /// True or false.
        Boolean = "boolean",
        /// A mapping.
        Object = "object",
        /// A list.
        Array = "array",
    }
}

crate::shape! {
    /// Something that an action asks for.
    PortInput {
        /// Its type.
        kind ("type"): InputType,
        /// Title.
        title: Option<Text>,
        /// What it is, for people.
        description: Option<Text>,
        /// Icon of Port.
        icon: Option<Text>,
        /// Whether it must be given.
        required: Option<bool>,
        /// Value when nothing is given.
        default: Option<OrQuery<Value>>,
        /// Whether it is shown.
        visible: Option<OrQuery<bool>>,
        /// Whether it can't be changed.
        disabled: Option<OrQuery<bool>>,
        /// Inputs that must be given first.
        depends_on ("dependsOn"): List<Text>,
        /// The values that it can have.
        choices ("enum"): Option<OrQuery<List<Value>>>,
        /// Colours of the values.
        colours ("enumColors"): Dict<Text>,
        /// Form of the text, such as `email`, `date-time` or `entity`.
        format: Option<Text>,
        /// Regular expression of the text.
        pattern: Option<OrQuery<Text>>,
        /// Least length of the text.
        min_length ("minLength"): Option<OrQuery<AtLeast<0>>>,
        /// Greatest length of the text.
        max_length ("maxLength"): Option<OrQuery<AtLeast<0>>>,
        /// Least number.
        minimum: Option<OrQuery<Value>>,
        /// Greatest number.
        maximum: Option<OrQuery<Value>>,
        /// Least count of items.
        min_items ("minItems"): Option<OrQuery<AtLeast<0>>>,
        /// Greatest count of items.
        max_items ("maxItems"): Option<OrQuery<AtLeast<0>>>,
        /// What the items of a list are.
        items: Option<AnyMap>,
        /// Blueprint of the entity, for the format `entity`.
        blueprint: Option<Text>,
        /// Which entities can be chosen, as Port takes it.
        dataset: Option<AnyMap>,
        /// How they are sorted, as Port takes it.
        sort: Option<AnyMap>,
        /// How the value is encrypted: `aes256-gcm`.
        encryption: Option<Text>,
    }
}

/// A value, or a query that gives it: `{ jqQuery: TEXT }`.
#[derive(Clone, Debug)]
pub enum OrQuery<T> {
    /// The value, with what was written.
    Plain(T, Value),
    /// The query, with what was written.
    Query(Text, Value),
}

impl<T> OrQuery<T> {
    /// As Port takes it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            OrQuery::Plain(_, value) | OrQuery::Query(_, value) => value.clone(),
        }
    }
}

impl<T: Shape> Shape for OrQuery<T> {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let only = value.as_map().filter(|map| map.len() == 1);
        match only.and_then(|map| map.get("jqQuery")) {
            Some(query) => Text::read(cx, query).map(|query| OrQuery::Query(query, value.clone())),
            None => T::read(cx, value).map(|plain| OrQuery::Plain(plain, value.clone())),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        let query = json!({
            "type": "object",
            "properties": { "jqQuery": Text::schema(schemas) },
            "required": ["jqQuery"],
            "additionalProperties": false,
        });
        json!({ "anyOf": [T::schema(schemas), query] })
    }
}
