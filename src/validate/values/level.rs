//! Which keys a chart has: by its `values.yaml`, its `values.schema.json`, or both.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::base::{Map, Value};

/// What is known of the values below some path.
#[derive(Clone, Default)]
pub struct Level<'a> {
    defaults: Option<&'a Value>,
    /// Schemas that hold here, all that they combine included.
    schemas: Vec<&'a Json>,
    /// The whole schema, for what is referred to in it.
    root: Option<&'a Json>,
}

/// Levels of `$ref` and `allOf` that are followed.
const MAX_STEPS: usize = 32;
/// Keywords that combine schemas, as lists or as one.
const COMBINED: [&str; 6] = ["allOf", "anyOf", "oneOf", "if", "then", "else"];

impl<'a> Level<'a> {
    /// The top of a chart's values.
    pub fn top(defaults: Option<&'a Value>, schema: Option<&'a Json>) -> Level<'a> {
        let mut level = Level { defaults, schemas: Vec::new(), root: schema };
        schema.into_iter().for_each(|schema| level.take(schema, MAX_STEPS));
        level
    }

    /// Takes a schema with what it combines.
    fn take(&mut self, schema: &'a Json, steps: usize) {
        if steps == 0 || self.schemas.iter().any(|known| std::ptr::eq(*known, schema)) {
            return;
        }
        self.schemas.push(schema);
        let target = schema.get("$ref").and_then(Json::as_str).and_then(|r| self.root?.pointer(r.strip_prefix('#')?));
        let parts = COMBINED.iter().filter_map(|key| schema.get(key));
        let parts = parts.flat_map(|part| part.as_array().map_or(std::slice::from_ref(part), Vec::as_slice));
        for part in target.into_iter().chain(parts).collect::<Vec<_>>() {
            self.take(part, steps - 1);
        }
    }

    /// What is known below a key.
    pub fn below(&self, key: &str) -> Level<'a> {
        let mut below =
            Level { defaults: self.defaults.and_then(|d| d.get(key)), schemas: Vec::new(), root: self.root };
        for schema in &self.schemas {
            let found =
                schema.get("properties").and_then(|p| p.get(key)).or_else(|| schema.get("additionalProperties"));
            found.into_iter().for_each(|schema| below.take(schema, MAX_STEPS));
        }
        below
    }

    /// Whether anything is known of it at all.
    pub fn is_known(&self) -> bool {
        self.defaults.is_some() || !self.schemas.is_empty()
    }

    /// The keys that there are; `None` when there may be any. `name` is the key that the mapping stands under.
    pub fn keys(&self, name: &str) -> Option<BTreeSet<&'a str>> {
        let listed =
            |schema: &&&'a Json| schema.get("properties").and_then(Json::as_object).is_some_and(|p| !p.is_empty());
        let by_schema = self.schemas.iter().any(|s| listed(&s));
        // Whoever lists no property, or allows more by a schema of their own, means a free mapping.
        let open = |s: &&&Json| {
            s.get("patternProperties").is_some()
                || s.get("additionalProperties").is_some_and(|a| *a != Json::Bool(false))
        };
        let defaults = self.defaults.and_then(Value::as_map).filter(|map| !map.is_empty());
        if self.schemas.iter().any(|s| open(&s)) || (!by_schema && defaults.is_none_or(|map| is_free(name, map))) {
            return None;
        }
        let properties = self.schemas.iter().filter_map(|s| s.get("properties").and_then(Json::as_object));
        let mut keys: BTreeSet<&str> = properties.flat_map(|p| p.keys().map(String::as_str)).collect();
        keys.extend(defaults.into_iter().flat_map(Map::keys));
        Some(keys)
    }

    /// Whether the schema itself refuses other keys, so that Helm stops there.
    pub fn is_closed(&self) -> bool {
        self.schemas.iter().any(|s| s.get("additionalProperties") == Some(&Json::Bool(false)))
    }

    /// Whether the defaults have a switch, as sections of subcharts do.
    pub fn has_switch(&self) -> bool {
        self.defaults.is_some_and(|d| d.get("enabled").is_some())
    }
}

/// Ends of names under which Kubernetes, or the program that a chart installs, takes what the chart itself does not know.
const FREE: &[&str] = &[
    "annotations",
    "labels",
    "selector",
    "env",
    "envs",
    "envvars",
    "environmentvars",
    "data",
    "context",
    "resources",
    "limits",
    "requests",
    "affinity",
    "probe",
    "strategy",
    "lifecycle",
    "capabilities",
    "parameters",
];

/// Whether a mapping may hold more than its defaults: those that Kubernetes reads, and contents of ConfigMaps, whose keys
/// have dots.
fn is_free(name: &str, defaults: &Map) -> bool {
    let name = name.to_ascii_lowercase();
    FREE.iter().any(|free| name.ends_with(free)) || defaults.keys().any(|key| key.contains(['.', '/']))
}
