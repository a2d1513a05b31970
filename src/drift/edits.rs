//! What a hand changed in a file.

use crate::base::Value;
use crate::base::patch::operations;
use crate::yaml;

/// So many places are named.
const NAMED: usize = 3;

/// An object, as it was rendered and as it was edited.
pub(super) struct Edited {
    pub rendered: Value,
    pub edited: Value,
}

/// What differs between a file as it was rendered and as it stands.
pub(super) enum Edits {
    /// Objects that differ, each with itself.
    Objects(Vec<Edited>),
    /// Nothing that means anything: comments, quotes, order of keys.
    Cosmetic,
    /// Objects came, went or took other names.
    Other,
    /// It no longer is YAML.
    Unreadable,
    /// It never was: a policy, a script.
    Text,
}

pub(super) fn between(rendered: &[u8], edited: &[u8]) -> Edits {
    let Some(rendered) = documents(rendered) else { return Edits::Text };
    let Some(edited) = documents(edited) else { return Edits::Unreadable };
    let same_objects = rendered.len() == edited.len() && rendered.iter().zip(&edited).all(|(a, b)| name(a) == name(b));
    if !same_objects {
        return Edits::Other;
    }
    let pairs = rendered.into_iter().zip(edited).filter(|(a, b)| a != b);
    let pairs: Vec<Edited> = pairs.map(|(rendered, edited)| Edited { rendered, edited }).collect();
    if pairs.is_empty() { Edits::Cosmetic } else { Edits::Objects(pairs) }
}

/// As the end of a sentence.
pub(super) fn in_words(edits: &Edits) -> String {
    match edits {
        Edits::Objects(objects) => {
            let changed = |object: &Edited| operations(&object.rendered, &object.edited);
            let all: Vec<Value> = objects.iter().flat_map(changed).collect();
            let places: Vec<&str> = all.iter().filter_map(|op| op.str_at("path")).collect();
            let named: Vec<String> = places.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
            match places.len().saturating_sub(NAMED) {
                0 => format!(": {}", named.join(", ")),
                more => format!(": {} and {more} more values", named.join(", ")),
            }
        }
        Edits::Cosmetic => ", without changing a value".to_owned(),
        Edits::Other => ": its objects are other ones".to_owned(),
        Edits::Unreadable => ", and is no YAML any more".to_owned(),
        Edits::Text => String::new(),
    }
}

/// The documents of a file. Any text can be read as a scalar; that is no document.
fn documents(bytes: &[u8]) -> Option<Vec<Value>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let documents = yaml::read_embedded(text, crate::base::Span::NONE).ok()?;
    documents.iter().all(|document| document.as_str().is_none()).then_some(documents)
}

/// What names an object.
fn name(value: &Value) -> [Option<&str>; 4] {
    let metadata = |key: &str| value.get("metadata").and_then(|m| m.str_at(key));
    [value.str_at("apiVersion"), value.str_at("kind"), metadata("namespace"), metadata("name")]
}
