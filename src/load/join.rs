//! Joining the parts of a spec: maps of names are united, a name may stand only once.

use crate::base::hash::HashMap;
use std::sync::Arc;

use super::{DUPLICATE_NAME, INCLUDED_KEY};
use crate::base::{Entry, Kind, Map, Span, Value};
use crate::diag::{Bag, Finding};

/// Sections that are maps of names, to which each file adds.
const MAPS: &[&str] =
    &["environments", "clusters", "repos", "charts", "projects", "categories", "namespaces", "apps", "applicationSets"];
/// Sections that are lists, to which each file adds.
const LISTS: &[&str] = &["acknowledge", "external", "overrides"];
/// Keys that each file may repeat.
const HEADER: &[&str] = &["apiVersion", "kind"];

/// One tree of all parts; the first is the main file.
pub fn join(parts: Vec<Value>, bag: &mut Bag) -> Value {
    let mut parts = parts.into_iter();
    let Some(mut root) = parts.next() else {
        return Value::default();
    };
    let rest: Vec<Value> = parts.collect();
    if rest.is_empty() {
        return root;
    }
    let mut sections = Sections::default();
    let Kind::Map(main) = &root.kind else { return root };
    let mut out = Map::new();
    for entry in &**main {
        match is_joined(&entry.key, &entry.value) {
            true => sections.add(entry, bag),
            false => out.push_unique(entry.clone()),
        }
    }
    for part in &rest {
        for entry in part.as_map().into_iter().flatten() {
            included_entry(entry, &mut sections, &mut out, bag);
        }
    }
    sections.finish(&mut out);
    root.kind = Kind::Map(Arc::new(out));
    root
}

/// Whether a value of that key is joined with others.
fn is_joined(key: &str, value: &Value) -> bool {
    match value.kind {
        Kind::Map(_) => MAPS.contains(&key),
        Kind::List(_) => LISTS.contains(&key),
        _ => false,
    }
}

fn included_entry(entry: &Entry, sections: &mut Sections, out: &mut Map, bag: &mut Bag) {
    let key = &*entry.key;
    if HEADER.contains(&key) {
        if out.get(key).is_none() {
            out.put(entry.clone());
        }
    } else if MAPS.contains(&key) || LISTS.contains(&key) {
        match is_joined(key, &entry.value) {
            true => sections.add(entry, bag),
            // Not a map or list: kept where nothing else claims the key, so that its type is reported.
            false if out.get(key).is_none() => out.put(entry.clone()),
            false => {}
        }
    } else if crate::model::spec::Spec::KEYS.contains(&key) {
        let message = format!("`{key}` belongs into the main file");
        let help = "move it there; included files hold maps of names, such as `apps` and `clusters`";
        bag.push(Finding::error(&INCLUDED_KEY, entry.key_span, message, help));
        // Taken all the same where the main file has none, so that nothing is found to be missing.
        if out.get(key).is_none() {
            out.put(entry.clone());
        }
    } else if out.get(key).is_none() {
        out.put(entry.clone());
    }
}

/// The entries of a map of names, with the place of each name.
type NamedThings = (Vec<Entry>, HashMap<Arc<str>, Span>);

/// The sections that are being joined, in the order in which they were met.
#[derive(Default)]
struct Sections {
    order: Vec<(Arc<str>, Span, Span)>,
    maps: HashMap<Arc<str>, NamedThings>,
    lists: HashMap<Arc<str>, Vec<Value>>,
}

impl Sections {
    fn add(&mut self, entry: &Entry, bag: &mut Bag) {
        if !self.order.iter().any(|(key, ..)| *key == entry.key) {
            self.order.push((Arc::clone(&entry.key), entry.key_span, entry.value.span));
        }
        match &entry.value.kind {
            Kind::Map(map) => self.add_names(&entry.key, map, bag),
            Kind::List(items) => self.lists.entry(Arc::clone(&entry.key)).or_default().extend(items.iter().cloned()),
            _ => {}
        }
    }

    fn add_names(&mut self, section: &Arc<str>, map: &Map, bag: &mut Bag) {
        let (entries, places) = self.maps.entry(Arc::clone(section)).or_default();
        for entry in map {
            match places.get(&entry.key) {
                None => {
                    places.insert(Arc::clone(&entry.key), entry.key_span);
                    entries.push(entry.clone());
                }
                Some(&first) => {
                    let message = format!("`{}` is given twice under `{section}`", entry.key);
                    let help = "keep one of the two, or give one another name";
                    let finding = Finding::error(&DUPLICATE_NAME, entry.key_span, message, help);
                    bag.push(finding.label("second").also(first, "first"));
                }
            }
        }
    }

    fn finish(mut self, out: &mut Map) {
        for (key, key_span, span) in self.order {
            let kind = match self.maps.remove(&key) {
                Some((entries, _)) => Kind::Map(Arc::new(Map::from_unique(entries))),
                None => Kind::List(Arc::new(self.lists.remove(&key).unwrap_or_default())),
            };
            out.put(Entry { key, key_span, value: Value { kind, span } });
        }
    }
}
