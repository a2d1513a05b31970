//! Where finished values go: into their list, under their key, behind their anchor.

use std::sync::Arc;

use super::build::{Anchored, Builder, Bytes, Key, Merge, Stop};
use super::codes;
use super::keys::Index;
use crate::base::{Entry, Kind, Map, Span, Value};
use crate::diag::Finding;

impl Builder<'_> {
    /// Makes room for an anchor whose value is still being read, and forgets an older one of that id.
    pub(super) fn reserve_anchor(&mut self, id: usize) {
        if id > 0 && self.anchors.len() <= id {
            self.anchors.resize_with(id + 1, || None);
        }
    }

    /// Takes a finished value: `nodes` is what it expands to, `height` the levels inside it.
    pub(super) fn done(
        &mut self,
        value: Value,
        bytes: Bytes,
        anchor: usize,
        nodes: usize,
        height: usize,
    ) -> Result<(), Stop> {
        self.reserve_anchor(anchor);
        if anchor > 0
            && let Some(slot) = self.anchors.get_mut(anchor)
        {
            *slot = Some(Anchored { value: value.clone(), bytes, nodes, height });
        }
        if self.at_key() {
            return self.value_as_key(&value, bytes);
        }
        let Some(frame) = self.frames.last_mut() else {
            self.docs.push(value);
            return Ok(());
        };
        frame.bytes.hi = frame.bytes.hi.max(bytes.hi);
        frame.height = frame.height.max(height + 1);
        if frame.list {
            self.items.push(value);
            return Ok(());
        }
        match std::mem::replace(&mut frame.key, Key::None) {
            Key::Name(key, key_span) => {
                frame.index.added(&key, self.entries.len() - frame.start);
                self.entries.push(Entry { key, key_span, value });
                Ok(())
            }
            Key::Merge(place) => self.merge_value(place, &value, bytes),
            Key::None | Key::Refused => Ok(()),
        }
    }

    /// An alias for the value of an anchor.
    pub(super) fn alias(&mut self, id: usize, bytes: Bytes) -> Result<(), Stop> {
        self.last_end = self.last_end.max(bytes.hi);
        let Some(Some(anchored)) = self.anchors.get(id) else {
            return self.dead_alias(bytes, "stands inside the value it names", "name an anchor whose value has ended");
        };
        let (nodes, height) = (anchored.nodes, anchored.height);
        let value = Value { kind: anchored.value.kind.clone(), span: self.span(bytes) };
        let source = anchored.bytes;
        self.alias_nodes = self.alias_nodes.saturating_add(nodes);
        if self.alias_nodes > self.limits.max_alias_nodes {
            let message =
                format!("the aliases of this file stand for more than {} values", self.limits.max_alias_nodes);
            self.report(&codes::TOO_LARGE, bytes, message, "write out what is meant, or nest aliases less")?;
            return Err(Stop);
        }
        if self.frames.len() + height > self.limits.max_depth {
            return self.too_deep(bytes);
        }
        if self.at_key() && !matches!(value.kind, Kind::Str(_) | Kind::Null | Kind::List(_) | Kind::Map(_)) {
            // A number or boolean that an alias puts in the place of a key: as it was written.
            let file = self.file;
            return self.key(file.text.get(source.lo..source.hi).unwrap_or_default(), bytes);
        }
        self.done(value, bytes, 0, nodes, height)
    }

    /// An alias that can't be followed. Null takes its place, so that reading goes on.
    pub(super) fn dead_alias(&mut self, bytes: Bytes, fault: &str, help: &str) -> Result<(), Stop> {
        self.last_end = self.last_end.max(bytes.hi);
        let name = self.file.text.get(bytes.lo..bytes.hi).unwrap_or("*");
        let message = format!("the alias `{name}` {fault}");
        let help = format!("{help}; if the text is meant, write \"{name}\" in double quotes");
        self.report(&codes::ALIAS, bytes, message, help)?;
        if self.at_key() {
            self.set_key(Key::Refused, bytes);
            return Ok(());
        }
        let value = Value { kind: Kind::Null, span: self.span(bytes) };
        self.done(value, bytes, 0, 1, 0)
    }

    fn set_key(&mut self, key: Key, bytes: Bytes) {
        if let Some(frame) = self.frames.last_mut() {
            frame.bytes.hi = frame.bytes.hi.max(bytes.hi);
            frame.key = key;
        }
    }

    /// A text in the place of a key.
    pub(super) fn key(&mut self, text: &str, bytes: Bytes) -> Result<(), Stop> {
        let key = self.keys.intern(text);
        let span = self.span(bytes);
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        let siblings = self.entries.get(frame.start..).unwrap_or_default();
        let first = frame.index.find(siblings, &key).and_then(|i| siblings.get(i));
        if let Some(first) = first.map(|e| e.key_span) {
            return self.duplicate(text, bytes, first);
        }
        self.set_key(Key::Name(key, span), bytes);
        Ok(())
    }

    fn duplicate(&mut self, key: &str, bytes: Bytes, first: Span) -> Result<(), Stop> {
        let shown: String = key.chars().take(60).collect();
        let finding = Finding::error(
            &codes::DUPLICATE_KEY,
            self.file.span(bytes.lo, bytes.hi),
            format!("the key `{shown}` stands twice in this mapping"),
            "remove one of the two, or join their contents under one key",
        );
        self.set_key(Key::Refused, bytes);
        self.push(finding.label("second").also(first, "first"))
    }

    /// A whole value in the place of a key.
    fn value_as_key(&mut self, value: &Value, bytes: Bytes) -> Result<(), Stop> {
        match &value.kind {
            Kind::Str(text) => self.key(text, bytes),
            Kind::Null => self.refuse_key(bytes, "null"),
            Kind::List(_) => self.refuse_key(bytes, "a list"),
            Kind::Map(_) => self.refuse_key(bytes, "a mapping"),
            Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => {
                let file = self.file;
                self.key(file.text.get(bytes.lo..bytes.hi).unwrap_or_default(), bytes)
            }
        }
    }

    /// A key that is no text.
    pub(super) fn refuse_key(&mut self, bytes: Bytes, what: &str) -> Result<(), Stop> {
        self.set_key(Key::Refused, bytes);
        let text = self.file.text.get(bytes.lo..bytes.hi).unwrap_or_default();
        // `{{ x }}`: the inner braces are the key of the outer ones.
        let before = self.file.text.get(..bytes.lo).unwrap_or_default();
        let template = text.starts_with('{') && before.ends_with('{');
        let help = match template {
            true => format!("put the template in double quotes: \"{{{text}}}\""),
            false if text.starts_with("{{") => format!("put the template in double quotes: \"{text}\""),
            false if text.is_empty() => "write a name before the colon".to_owned(),
            false => "put double quotes around it if a text is meant".to_owned(),
        };
        if let Some(frame) = self.frames.last_mut().filter(|_| template) {
            frame.template = true;
        }
        let finding = Finding::error(
            &codes::KEY,
            self.file.span(bytes.lo, bytes.hi),
            format!("a key must be a text, this one is {what}"),
            help,
        );
        match template {
            true => self.hold_template(finding.label("YAML reads braces as a mapping")),
            false => self.push(finding),
        }
    }

    /// `<<`, unquoted.
    pub(super) fn merge_key(&mut self, bytes: Bytes) -> Result<(), Stop> {
        let place = self.span(bytes);
        let seen = self.frames.last().and_then(|f| f.merge.as_ref()).map(|m| m.place);
        if let Some(first) = seen {
            return self.duplicate("<<", bytes, first);
        }
        self.set_key(Key::Merge(place), bytes);
        Ok(())
    }

    fn merge_value(&mut self, place: Span, value: &Value, bytes: Bytes) -> Result<(), Stop> {
        let maps: Option<Vec<Arc<Map>>> = match &value.kind {
            Kind::Map(map) => Some(vec![Arc::clone(map)]),
            Kind::List(items) => items.iter().map(as_map).collect(),
            _ => None,
        };
        let Some(maps) = maps else {
            let message = format!("`<<` takes a mapping or a list of mappings, this is {}", value.type_name());
            let help = "name an anchor of a mapping, or write \"<<\" in double quotes if the text is meant";
            return self.report(&codes::MERGE, bytes, message, help);
        };
        if let Some(frame) = self.frames.last_mut() {
            let position = self.entries.len() - frame.start;
            frame.merge = Some(Merge { position, place, maps });
        }
        Ok(())
    }
}

fn as_map(value: &Value) -> Option<Arc<Map>> {
    match &value.kind {
        Kind::Map(map) => Some(Arc::clone(map)),
        _ => None,
    }
}

impl Merge {
    /// The entries of a mapping with those merged in, at the position of `<<`. Its own entries win
    /// over merged ones, and earlier mappings over later ones.
    pub(super) fn into(self, own: Vec<Entry>, index: &mut Index) -> Vec<Entry> {
        let mut merged: Vec<Entry> = Vec::new();
        let mut seen = Index::default();
        for entry in self.maps.iter().flat_map(|map| map.iter()) {
            if index.find(&own, &entry.key).is_none() && seen.find(&merged, &entry.key).is_none() {
                seen.added(&entry.key, merged.len());
                merged.push(entry.clone());
            }
        }
        let mut own = own;
        let position = self.position.min(own.len());
        own.splice(position..position, merged);
        own
    }
}
