//! A file as the comparison sees it.

use crate::base::{Span, Value, json};
use crate::model::document::Identity;
use crate::yaml;

/// Largest file that is compared as data, in bytes.
const LARGEST: usize = 16 << 20;
/// Largest text that is compared as one value, in bytes.
const LARGEST_TEXT: usize = 1 << 18;
/// Ends of the names of files that hold data.
const DATA: &[&str] = &[".yaml", ".yml", ".json"];

/// What a file holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Its objects, in their order.
    pub objects: Vec<(Identity, Value)>,
    /// What is no object: data of a tool, or a text.
    pub rest: Option<Value>,
    /// Why there is neither, in words.
    pub opaque: Option<String>,
}

impl Contents {
    /// Reads the bytes of a file.
    #[must_use]
    pub fn of(path: &str, bytes: &[u8]) -> Contents {
        let opaque = |why: String| Contents { opaque: Some(why), ..Contents::default() };
        if bytes.len() > LARGEST {
            return opaque(format!("it is larger than {} MiB", LARGEST >> 20));
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return opaque("it is no text".to_owned()) };
        if !DATA.iter().any(|end| path.ends_with(end)) {
            return match bytes.len() > LARGEST_TEXT {
                true => opaque(format!("it is a text of more than {} KiB", LARGEST_TEXT >> 10)),
                false => Contents { rest: Some(Value::from(text)), ..Contents::default() },
            };
        }
        match documents(path, text) {
            Ok(documents) => Contents::sorted(documents),
            Err(why) => opaque(format!("it can't be read: {why}")),
        }
    }

    fn sorted(documents: Vec<Value>) -> Contents {
        let mut out = Contents::default();
        let mut rest = Vec::new();
        for document in documents {
            let items = document.get("items").and_then(Value::as_list);
            let is_list = document.str_at("kind") == Some("List")
                && document.get("metadata").is_none_or(|m| m.get("name").is_none());
            let of_list: Option<Vec<(Identity, Value)>> = items
                .filter(|_| is_list)
                .and_then(|items| items.iter().map(|item| Some((Identity::of(item)?, item.clone()))).collect());
            match (of_list, Identity::of(&document)) {
                (Some(objects), _) => out.objects.extend(objects),
                (_, Some(identity)) => out.objects.push((identity, document)),
                _ if document.is_null() => {}
                _ => rest.push(document),
            }
        }
        out.rest = match rest.len() {
            0 => None,
            1 => rest.pop(),
            _ => Some(Value::from(rest)),
        };
        out
    }
}

fn documents(path: &str, text: &str) -> Result<Vec<Value>, String> {
    if path.ends_with(".json")
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(vec![json::from_json(&value)]);
    }
    yaml::read_embedded(text, Span::NONE)
}
