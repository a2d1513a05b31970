//! The reference page of the spec, made from its JSON Schema.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// The page: the introduction, then a section for each type, the root first, the others by name.
pub fn page(intro: &str, schema: &Json) -> String {
    let mut out =
        String::from("<!-- Made from docs/spec-intro.md and the schema: UPDATE_DOCS=1 cargo test --test docs -->\n\n");
    out.push_str(intro.trim_end());
    out.push_str("\n\n## Types\n\nEach section is one kind of mapping. A key that is not listed is an error.\n");
    let defs = schema["$defs"].as_object().unwrap();
    let root = target(schema).unwrap();
    let others = defs.keys().map(String::as_str).filter(|name| *name != root);
    for name in std::iter::once(root).chain(others) {
        section(&mut out, name, &defs[name]);
    }
    out
}

fn section(out: &mut String, name: &str, schema: &Json) {
    let _ = write!(out, "\n### {name}\n\n{}\n\n", text(schema));
    out.push_str("| key | type | left out | what it is |\n|---|---|---|---|\n");
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    for (key, property) in schema["properties"].as_object().unwrap() {
        let absent = match (property.get("default"), required.contains(&key.as_str())) {
            (Some(default), _) => format!("`{default}`"),
            (None, true) => "**required**".to_owned(),
            (None, false) => String::new(),
        };
        let _ = writeln!(out, "| `{key}` | {} | {absent} | {} |", type_of(property), cell(&text(property)));
    }
}

/// The first type of a page is the one that the schema itself refers to.
fn target(schema: &Json) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

fn text(schema: &Json) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}

fn cell(text: &str) -> String {
    text.replace('\n', "<br>").replace('|', "\\|")
}

fn type_of(schema: &Json) -> String {
    if let Some(name) = target(schema) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().filter_map(Json::as_str).map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
    }
    if let Some(options) = schema["anyOf"].as_array() {
        return options.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    match &schema["type"] {
        Json::Array(types) => types.iter().filter_map(Json::as_str).map(word).collect::<Vec<_>>().join(" or "),
        Json::String(name) if name == "array" => format!("list of {}", type_of(&schema["items"])),
        Json::String(name) if name == "object" => match schema.get("additionalProperties") {
            Some(of) if of.is_object() => format!("name: {}", type_of(of)),
            _ => "mapping".to_owned(),
        },
        Json::String(name) => word(name).to_owned(),
        _ => "anything".to_owned(),
    }
}

fn word(name: &str) -> &str {
    match name {
        "string" => "text",
        "integer" => "whole number",
        "boolean" => "`true` or `false`",
        other => other,
    }
}
