//! CustomResourceDefinitions as JSON Schemas.

use serde_json::{Map, Value as Json, json};

/// The JSON Schemas of a CustomResourceDefinition, one for each version it serves. Objects with known
/// properties are closed: Kubernetes prunes unknown fields in silence, here they are errors.
pub fn schemas(crd: &Json) -> Vec<Json> {
    let text = |pointer: &str| crd.pointer(pointer).and_then(Json::as_str);
    let (Some(group), Some(kind)) = (text("/spec/group"), text("/spec/names/kind")) else { return Vec::new() };
    let scope = text("/spec/scope").unwrap_or("Namespaced");
    let versions = crd.pointer("/spec/versions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    versions.iter().filter_map(|version| schema(version, group, kind, scope)).collect()
}

fn schema(version: &Json, group: &str, kind: &str, scope: &str) -> Option<Json> {
    if version.get("served") == Some(&Json::Bool(false)) {
        return None;
    }
    let name = version.get("name")?.as_str()?;
    let mut schema = version.pointer("/schema/openAPIV3Schema")?.clone();
    close(&mut schema);
    let object = schema.as_object_mut()?;
    let properties = object.entry("properties").or_insert_with(|| json!({})).as_object_mut()?;
    properties.insert("apiVersion".to_owned(), json!({ "const": format!("{group}/{name}") }));
    properties.insert("kind".to_owned(), json!({ "const": kind }));
    let metadata = if scope == "Cluster" { "cluster" } else { "namespaced" };
    let reference = format!("https://sailplan.dev/schemas/common/metadata.json#/$defs/{metadata}");
    properties.insert("metadata".to_owned(), json!({ "$ref": reference }));
    object.insert("x-scope".to_owned(), json!(scope));
    object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    Some(schema)
}

/// Makes an `OpenAPI` structural schema a JSON Schema with closed objects.
fn close(schema: &mut Json) {
    let Json::Object(object) = schema else {
        if let Json::Array(items) = schema {
            items.iter_mut().for_each(close);
        }
        return;
    };
    let open = object.get("x-kubernetes-preserve-unknown-fields") == Some(&Json::Bool(true))
        || object.contains_key("additionalProperties");
    if object.contains_key("properties") && !open {
        object.insert("additionalProperties".to_owned(), Json::Bool(false));
    }
    if object.get("x-kubernetes-int-or-string") == Some(&Json::Bool(true)) {
        object.remove("type");
        object.insert("anyOf".to_owned(), json!([{ "type": "integer" }, { "type": "string" }]));
    }
    if object.get("nullable") == Some(&Json::Bool(true))
        && let Some(Json::String(kind)) = object.get("type").cloned()
    {
        object.insert("type".to_owned(), json!([kind, "null"]));
    }
    // Formats of OpenAPI are no formats of JSON Schema, and defaults are no part of validation.
    object.remove("format");
    fill_required(object);
    // Branches only state conditions; the properties they name are closed by their parent.
    for key in ["properties", "patternProperties"] {
        if let Some(Json::Object(properties)) = object.get_mut(key) {
            properties.values_mut().for_each(close);
        }
    }
    for key in ["items", "additionalProperties"] {
        object.get_mut(key).into_iter().for_each(close);
    }
}

/// A required property with a default is filled in by the API server before it validates.
fn fill_required(object: &mut Map<String, Json>) {
    let has_default =
        |name: &str| object.get("properties").and_then(|p| p.get(name)).is_some_and(|p| p.get("default").is_some());
    let Some(Json::Array(required)) = object.get("required") else { return };
    let kept: Vec<Json> = required.iter().filter(|r| !r.as_str().is_some_and(has_default)).cloned().collect();
    object.insert("required".to_owned(), Json::Array(kept));
}
