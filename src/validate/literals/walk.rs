//! The way through a tree.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::locate::locate;
use super::views::{View, below};
use crate::base::secrecy::{self, Head};
use crate::base::{Kind, Map, Span, Value};
use crate::source::SourceMap;
use crate::yaml;

/// Longest text that is parsed again, in bytes.
const LONGEST_EMBEDDED: usize = 1 << 20;
/// How many texts may stand inside each other to be looked into: values in an Application, settings in values.
const DEEPEST: usize = 4;

/// A secret that was found.
pub struct Hit {
    /// Where it stands.
    pub place: Span,
    /// What reports must not show: the place, and the value that holds it where the place is not exact.
    pub masks: Vec<Span>,
    /// Whether the place is one that a report shows, masked.
    pub shown: bool,
    /// The secret.
    pub text: String,
    path: String,
    what: Option<&'static str>,
}

impl Hit {
    /// What is wrong.
    pub fn message(&self) -> String {
        match (self.what, self.path.is_empty()) {
            (None, _) => format!("`{}` holds a secret in plain text", self.path),
            (Some(what), true) => format!("{what} stands here in plain text"),
            (Some(what), false) => format!("`{}` holds {what}", self.path),
        }
    }
}

/// A step on the way to a value.
#[derive(Clone, Copy)]
enum Step<'v> {
    Key(&'v str),
    Item(usize),
}

/// Walks through a value and collects secrets.
pub struct Walk<'s, 'v> {
    sources: &'s SourceMap,
    path: Vec<Step<'v>>,
    prefix: String,
    /// How many texts this one stands in.
    depth: usize,
    hits: Vec<Hit>,
    places: BTreeSet<Span>,
}

impl<'s, 'v> Walk<'s, 'v> {
    /// A walk that begins at a whole.
    pub fn new(sources: &'s SourceMap) -> Walk<'s, 'v> {
        Walk::below(sources, "")
    }

    /// A walk that begins at a part, whose path is given.
    pub fn below(sources: &'s SourceMap, prefix: &str) -> Walk<'s, 'v> {
        let prefix = prefix.to_owned();
        Walk { sources, path: Vec::new(), prefix, depth: 0, hits: Vec::new(), places: BTreeSet::new() }
    }

    /// What was found.
    pub fn into_hits(self) -> Vec<Hit> {
        self.hits
    }

    /// Goes through a value.
    pub fn value(&mut self, value: &'v Value, view: View) {
        match &value.kind {
            Kind::Map(map) => self.map(value, map, view),
            Kind::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.path.push(Step::Item(i));
                    self.value(item, view);
                    self.path.pop();
                }
            }
            Kind::Str(text) if view != View::Nothing => self.string(text, value.span, view),
            _ => {}
        }
    }

    fn map(&mut self, holder: &'v Value, map: &'v Map, view: View) {
        let keyed = matches!(view, View::Spec | View::Values | View::Secret | View::EncodedValues);
        if keyed {
            self.pair(map);
        }
        for entry in map {
            self.path.push(Step::Key(&entry.key));
            match &entry.value.kind {
                Kind::Map(_) | Kind::List(_) => self.value(&entry.value, below(view, &entry.key, holder)),
                Kind::Null | Kind::Bool(_) => {}
                _ if below(view, &entry.key, holder) == View::Nothing => {}
                _ => {
                    let named = keyed && self.named(&entry.key, &entry.value, map, view);
                    let payload = !named && self.payload(&entry.value, view);
                    if let (false, false, Kind::Str(text)) = (named, payload, &entry.value.kind) {
                        self.string(text, entry.value.span, view);
                    }
                }
            }
            self.path.pop();
        }
    }

    /// The value of a key that names a secret. Whether it is one.
    fn named(&mut self, key: &str, value: &Value, siblings: &Map, view: View) -> bool {
        let Some(head) = secrecy::head(key) else { return false };
        let Some(text) = scalar(value, head) else { return false };
        let decoded = if view == View::EncodedValues { secrecy::decode(&text) } else { None };
        if is_mapping_of_names(key, &text, siblings) || names_a_key(&text, siblings) || !in_company(head, siblings) {
            return false;
        }
        let found = secrecy::literal(head, decoded.as_deref().unwrap_or(&text));
        if found {
            self.hit(value.span, key, &text, None);
        }
        found
    }

    /// `name` and `value`, as variables of containers and parameters have them; `path` and `value` of a patch.
    fn pair(&mut self, map: &'v Map) {
        let Some(value) = map.get("value") else { return };
        let named = map.get("name").or_else(|| map.get("path")).and_then(Value::as_str);
        let Some(name) = named.map(|name| name.rsplit('/').next().unwrap_or(name)) else { return };
        let Some(head) = secrecy::head(name).filter(|_| !name.contains(' ')) else { return };
        if scalar(value, head).is_some_and(|text| secrecy::literal(head, &text)) {
            let text = scalar(value, head).unwrap_or_default();
            self.path.push(Step::Key(name));
            self.hit(value.span, "", &text, None);
            self.path.pop();
        }
    }

    /// A value of a Secret.
    fn payload(&mut self, value: &Value, view: View) -> bool {
        let Kind::Str(text) = &value.kind else { return false };
        let decoded = match view {
            View::Encoded => secrecy::decode(text),
            View::Payload => None,
            _ => return false,
        };
        let plain = decoded.as_deref().unwrap_or(text);
        if secrecy::is_reference(plain) || secrecy::is_switch(plain) || secrecy::is_certificate(plain) {
            return false;
        }
        self.hit(value.span, "", text, None);
        true
    }

    /// A text by itself: shapes, and what is inside where it is YAML or JSON.
    fn string(&mut self, text: &str, span: Span, view: View) {
        let known = self.hits.len();
        let embedded = text.len() > 16 && (text.contains('\n') || text.starts_with(['{', '[']));
        if embedded && view != View::Shapes {
            self.embedded(text, span);
        }
        self.shapes(text, span, known);
    }

    fn embedded(&mut self, text: &str, span: Span) {
        if text.len() > LONGEST_EMBEDDED || self.depth == DEEPEST || !secrecy::mentions(text) {
            return;
        }
        let Ok(docs) = yaml::read_embedded(text, span) else { return };
        for doc in docs.iter().filter(|doc| doc.as_map().is_some() || doc.as_list().is_some()) {
            let mut inner = Walk { depth: self.depth + 1, ..Walk::below(self.sources, &self.path()) };
            inner.value(doc, super::views::of_object(doc));
            self.hits.extend(inner.hits.into_iter().filter(|hit| hit.what.is_none()));
        }
    }

    /// Shapes in a text.
    pub fn text(&mut self, text: &str, span: Span) {
        self.shapes(text, span, self.hits.len());
    }

    /// Shapes in a text, but for those in the hits from `known` on: what was parsed in it.
    fn shapes(&mut self, text: &str, span: Span, known: usize) {
        let parsed = known..self.hits.len();
        for shape in secrecy::shapes(text) {
            let found = text.get(shape.range).unwrap_or_default().to_owned();
            let hits = self.hits.get(parsed.clone()).unwrap_or_default();
            let known = hits.iter().any(|hit| hit.text.contains(&found) || found.contains(&hit.text));
            if !known {
                self.hit(span, "", &found, Some(shape.what));
            }
        }
    }

    fn hit(&mut self, holder: Span, key: &str, text: &str, what: Option<&'static str>) {
        let (place, exact) = locate(self.sources, holder, key, text);
        if !place.is_none() && !self.places.insert(place) {
            return;
        }
        let masks = if place.is_none() { Vec::new() } else { vec![place] };
        let shown = exact && self.sources.file_of(place).is_some_and(|file| !file.is_built_in());
        self.hits.push(Hit { place, masks, shown, text: text.to_owned(), path: self.path(), what });
    }

    /// The path of the value, as people write it: `auth.password`, `env[0].value`.
    fn path(&self) -> String {
        let mut out = self.prefix.clone();
        for step in &self.path {
            match step {
                Step::Key(key) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(key);
                }
                Step::Item(i) => {
                    let _ = write!(out, "[{i}]");
                }
            }
        }
        out
    }
}

/// The text of a scalar. Numbers are passwords only where a password is named.
fn scalar(value: &Value, head: Head) -> Option<String> {
    match &value.kind {
        Kind::Str(text) => Some(text.to_string()),
        Kind::Int(n) if head == Head::Password => Some(n.to_string()),
        Kind::UInt(n) if head == Head::Password => Some(n.to_string()),
        _ => None,
    }
}

/// `username: username` beside `password: password`: names of keys, not values.
fn is_mapping_of_names(key: &str, text: &str, siblings: &Map) -> bool {
    let same = |k: &str, v: &str| k.eq_ignore_ascii_case(v);
    same(key, text) && siblings.iter().any(|e| *e.key != *key && e.value.as_str().is_some_and(|v| same(&e.key, v)))
}

/// `password: password` beside the name of the Secret that has such a key.
fn names_a_key(text: &str, siblings: &Map) -> bool {
    let named = |key: &str| siblings.get(key).and_then(Value::as_str).is_some_and(|name| !name.is_empty());
    secrecy::is_key_name(text) && (named("secretName") || named("existingSecret"))
}

/// Heads that mean something only beside other keys: `secretKey` beside a name of a Secret is the name of a key
/// in it, and `accessKey` is worth hiding only beside its secret half.
fn in_company(head: Head, siblings: &Map) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| siblings.contains(key));
    let half = |e: &crate::base::Entry| {
        let secret = secrecy::head(&e.key).filter(|h| matches!(h, Head::SecretKey | Head::Key));
        secret.is_some_and(|h| e.value.as_str().is_some_and(|v| secrecy::literal(h, v)))
    };
    match head {
        Head::SecretKey => {
            !has(&["remoteRef", "secretName", "secretPath", "objectName", "existingSecret", "name", "secretRef"])
        }
        Head::AccessKey => siblings.iter().any(half),
        _ => true,
    }
}
