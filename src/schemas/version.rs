//! Fields that came with some version.

use serde_json::Value as Json;

use crate::model::context::parse_version;

/// Takes out of a schema the properties that came after `version`: those whose schema has an
/// `x-since` above it. Objects are closed, so such a field is then an error.
pub fn strip(schema: &mut Json, version: (u32, u32)) {
    match schema {
        Json::Object(object) => {
            if let Some(Json::Object(properties)) = object.get_mut("properties") {
                properties.retain(|_, property| !is_newer(property, version));
            }
            object.values_mut().for_each(|value| strip(value, version));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| strip(item, version)),
        _ => {}
    }
}

fn is_newer(property: &Json, version: (u32, u32)) -> bool {
    let since = property.get("x-since").and_then(Json::as_str).and_then(parse_version);
    since.is_some_and(|since| since > version)
}
