//! The JSON Schema that grows while shapes describe themselves.

use serde_json::{Map, Value as Json, json};

/// Named schemas, each described once.
#[derive(Debug, Default)]
pub struct Schemas {
    defs: Map<String, Json>,
}

impl Schemas {
    /// A reference to the named schema, described by `describe` when it is met first.
    pub fn named(&mut self, name: &str, describe: impl FnOnce(&mut Schemas) -> Json) -> Json {
        if !self.defs.contains_key(name) {
            self.defs.insert(name.to_owned(), Json::Null);
            let schema = describe(self);
            self.defs.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// The named schemas, sorted.
    #[must_use]
    pub fn into_defs(self) -> Json {
        let mut defs: Vec<(String, Json)> = self.defs.into_iter().collect();
        defs.sort_by(|a, b| a.0.cmp(&b.0));
        Json::Object(defs.into_iter().collect())
    }
}

/// Puts the text of a doc comment, and a default, beside a schema.
#[must_use]
pub fn describe(schema: Json, doc: &[&str], default: Option<Json>) -> Json {
    let mut object = match schema {
        Json::Object(object) => object,
        _ => Map::new(),
    };
    let text = doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    let text = text.trim();
    if !text.is_empty() {
        let words = object.get("description").and_then(Json::as_str).map(|words| format!("{text}\n\n{words}"));
        object.insert("description".to_owned(), Json::from(words.unwrap_or_else(|| text.to_owned())));
    }
    if let Some(default) = default {
        object.insert("default".to_owned(), default);
    }
    Json::Object(object)
}

/// The schema of a closed mapping.
#[must_use]
pub fn closed(doc: &[&str], properties: Vec<(String, Json)>, required: &[&str]) -> Json {
    let mut schema = json!({
        "type": "object",
        "properties": Json::Object(properties.into_iter().collect()),
        "additionalProperties": false,
    });
    if let (false, Some(object)) = (required.is_empty(), schema.as_object_mut()) {
        object.insert("required".to_owned(), json!(required));
    }
    describe(schema, doc, None)
}

/// The schema of one text out of a set.
#[must_use]
pub fn choice(doc: &[&str], values: &[&str]) -> Json {
    describe(json!({ "enum": values }), doc, None)
}
