//! Names of the items of a list.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::table::{self, By};
use crate::base::{Kind, Value};

/// Longest label, in bytes: longer texts are told apart by their place.
const LONGEST: usize = 400;

/// The items of two lists by name.
pub struct Labels {
    /// Those of the first.
    pub before: Vec<Arc<str>>,
    /// Those of the second.
    pub after: Vec<Arc<str>>,
    /// Whether the order of items means something.
    pub ordered: bool,
}

/// Names for the items of two lists: unique in each. `None` where the items have none.
pub fn labels(kind: &str, keys: &[&str], csv: bool, a: &[Value], b: &[Value]) -> Option<Labels> {
    if csv {
        return both(By::Text, false, a, b);
    }
    let known = table::known(kind, keys).find_map(|list| both(list.by, list.ordered, a, b));
    if known.is_some() {
        return known;
    }
    table::guesses().find_map(|field| {
        let all = |items: &[Value]| unique(items.iter().map(|item| text(item.get(field)?)));
        Some(Labels { before: all(a)?, after: all(b)?, ordered: true })
    })
}

fn both(by: By, ordered: bool, a: &[Value], b: &[Value]) -> Option<Labels> {
    let all = |items: &[Value]| unique(items.iter().map(|item| label(by, item)));
    Some(Labels { before: all(a)?, after: all(b)?, ordered })
}

fn unique(labels: impl Iterator<Item = Option<String>>) -> Option<Vec<Arc<str>>> {
    let mut seen = BTreeSet::new();
    labels
        .map(|label| {
            let label: Arc<str> = label.filter(|text| text.len() <= LONGEST)?.into();
            seen.insert(Arc::clone(&label)).then_some(label)
        })
        .collect()
}

fn label(by: By, item: &Value) -> Option<String> {
    match by {
        By::Text => text(item),
        By::Before(marks) => {
            let whole = item.as_str()?;
            Some(whole.split(marks).next().unwrap_or(whole).to_owned())
        }
        By::Fields(ways) => ways.iter().find_map(|fields| joined(item, fields)),
    }
}

/// The fields of an item, joined by `/`.
fn joined(item: &Value, fields: &[&str]) -> Option<String> {
    let mut parts = Vec::new();
    for field in fields {
        let (field, may_miss) = field.strip_prefix('?').map_or((*field, false), |field| (field, true));
        let found = match field {
            "*" => item.as_map()?.keys().find(|key| *key != "selector").map(str::to_owned),
            _ => field.split('.').try_fold(item, |at, key| at.get(key)).and_then(text),
        };
        match found {
            Some(text) => parts.push(text),
            None if may_miss => {}
            None => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// A scalar as text; a list of scalars joined by commas.
fn text(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Str(text) => Some(text.to_string()),
        Kind::Int(n) => Some(n.to_string()),
        Kind::UInt(n) => Some(n.to_string()),
        Kind::Bool(b) => Some(b.to_string()),
        Kind::List(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map(|all| all.join(",")),
        Kind::Null | Kind::Float(_) | Kind::Map(_) => None,
    }
}
