//! A schema that is for no kind, such as that of a chart's values.

use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value as Json;

use super::node::Values;
use crate::base::Value;

/// Such a schema, compiled.
pub struct Alone(Validator<Values>);

impl Alone {
    /// Compiles a schema. What it refers to outside itself may be anything, since nothing is fetched.
    ///
    /// # Errors
    /// When it is no schema; the text says why.
    pub fn new(schema: &Json) -> Result<Alone, String> {
        let mut schema = schema.clone();
        cut_remote(&mut schema);
        jsonschema::ValidationOptions::<'_, std::sync::Arc<dyn jsonschema::Retrieve>, Values>::default()
            .offline()
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .map(Alone)
            .map_err(|e| e.to_string())
    }

    /// The errors of a value, at most so many.
    pub fn errors<'v>(&'v self, value: &'v Value, most: usize) -> Vec<ValidationError<'v>> {
        if self.0.is_valid(value) { Vec::new() } else { self.0.iter_errors(value).take(most).collect() }
    }
}

/// Takes out references to other documents, and names of the schema, against which references would be resolved.
fn cut_remote(schema: &mut Json) {
    match schema {
        Json::Object(object) => {
            let remote = |v: &Json| v.as_str().is_some_and(|r| !r.starts_with('#'));
            for key in ["$ref", "$id", "id"] {
                if object.get(key).is_some_and(remote) {
                    object.remove(key);
                }
            }
            // A draft that nobody knows would stop everything.
            let known = |s: &Json| s.as_str().is_some_and(|s| s.contains("json-schema.org/"));
            if object.get("$schema").is_some_and(|s| !known(s)) {
                object.remove("$schema");
            }
            object.values_mut().for_each(cut_remote);
        }
        Json::Array(items) => items.iter_mut().for_each(cut_remote),
        _ => {}
    }
}
