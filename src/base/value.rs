//! The one value tree of the program: what the YAML reader makes, templates evaluate to, patches
//! edit, schemas check and the writer prints.

use std::sync::Arc;

use super::Span;

/// A value and the place it came from.
///
/// Clones are cheap: strings, lists and maps are shared and copied only when one of the holders
/// edits them. Equality looks at the content, never at the place.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// What the value is.
    pub kind: Kind,
    /// Where it stands in the input, or [`Span::NONE`].
    pub span: Span,
}

/// The JSON data model, with whole numbers kept apart from fractions.
#[derive(Clone, Debug, Default)]
pub enum Kind {
    /// No value.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number that fits 64 bits with sign.
    Int(i64),
    /// A whole number above `i64::MAX`.
    UInt(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Arc<str>),
    /// A sequence.
    List(Arc<Vec<Value>>),
    /// A mapping, in the order it was written.
    Map(Arc<Map>),
}

/// A mapping that keeps the order of its entries. Keys are unique.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

impl Value {
    /// A value without a place.
    #[must_use]
    pub fn new(kind: Kind) -> Value {
        Value { kind, span: Span::NONE }
    }

    /// The same value at another place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Value {
        self.span = span;
        self
    }

    /// The same value, at `span` if it had no place of its own.
    #[must_use]
    pub fn or_at(mut self, span: Span) -> Value {
        self.span = self.span.or(span);
        self
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// The whole number, if it is one that fits.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self.kind {
            Kind::Int(n) => Some(n),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value under `key`, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// The text under `key`.
    #[must_use]
    pub fn str_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// What it is, in the words of error messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Int(_) | Kind::UInt(_) => "a whole number",
            Kind::Float(_) => "a number",
            Kind::Str(_) => "a string",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// The same content with the keys of all mappings in byte order, for content whose order has no
/// meaning. What is in order already is shared.
#[must_use]
pub fn sorted(value: &Value) -> Value {
    in_order(value).unwrap_or_else(|| value.clone())
}

/// `None` when the value is in order as it is.
fn in_order(value: &Value) -> Option<Value> {
    let kind = match &value.kind {
        Kind::List(items) => {
            let mut out: Option<Vec<Value>> = None;
            for (i, item) in items.iter().enumerate() {
                if let Some(value) = in_order(item) {
                    let items = out.get_or_insert_with(|| items.to_vec());
                    *items.get_mut(i)? = value;
                }
            }
            Kind::List(Arc::new(out?))
        }
        Kind::Map(map) => {
            let mut out: Option<Map> = None;
            for (i, entry) in map.iter().enumerate() {
                if let Some(value) = in_order(&entry.value) {
                    let entries = &mut out.get_or_insert_with(|| Map::clone(map)).entries;
                    entries.get_mut(i)?.value = value;
                }
            }
            if !map.entries.is_sorted_by(|a, b| a.key <= b.key) {
                out.get_or_insert_with(|| Map::clone(map)).sort();
            }
            Kind::Map(Arc::new(out?))
        }
        _ => return None,
    };
    Some(Value { kind, span: value.span })
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Int(a), Kind::Int(b)) => a == b,
            (Kind::UInt(a), Kind::UInt(b)) => a == b,
            (Kind::Float(a), Kind::Float(b)) => a.to_bits() == b.to_bits(),
            (Kind::Str(a), Kind::Str(b)) => a == b,
            (Kind::List(a), Kind::List(b)) => Arc::ptr_eq(a, b) || a == b,
            (Kind::Map(a), Kind::Map(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

/// Two mappings are equal when they hold the same keys with equal values, in whatever order.
impl PartialEq for Map {
    fn eq(&self, other: &Map) -> bool {
        self.len() == other.len()
            && self.iter().zip(other.iter()).all(|(a, b)| match a.key == b.key {
                true => a.value == b.value,
                false => other.get(&a.key) == Some(&a.value) && self.contains(&b.key),
            })
    }
}

impl Map {
    /// An empty mapping.
    #[must_use]
    pub fn new() -> Map {
        Map::default()
    }

    /// An empty mapping with room for `n` entries.
    #[must_use]
    pub fn with_capacity(n: usize) -> Map {
        Map { entries: Vec::with_capacity(n) }
    }

    /// A mapping of entries whose keys the caller knows to be unique.
    #[must_use]
    pub fn from_unique(entries: Vec<Entry>) -> Map {
        Map { entries }
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|e| &*e.key)
    }

    /// The entry of `key`. Linear in the number of entries: these mappings are small, and whoever
    /// looks up names in a large one builds an index of its own.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position(key).and_then(|i| self.entries.get(i))
    }

    /// Where `key` stands. Keys of one length mostly begin or end otherwise: looking there first spares a call for each.
    fn position(&self, key: &str) -> Option<usize> {
        let (wanted, first, last) = (key.len(), key.as_bytes().first(), key.as_bytes().last());
        self.entries.iter().position(|e| {
            let bytes = e.key.as_bytes();
            bytes.len() == wanted && bytes.last() == last && bytes.first() == first && bytes == key.as_bytes()
        })
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|e| &e.value)
    }

    /// Whether `key` is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The value of `key`, to edit.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let i = self.position(key)?;
        self.entries.get_mut(i).map(|e| &mut e.value)
    }

    /// Sets `key`, in its old position if it was there, at the end otherwise.
    pub fn set(&mut self, key: impl Into<Arc<str>>, value: impl Into<Value>) {
        self.put(Entry { key: key.into(), key_span: Span::NONE, value: value.into() });
    }

    /// Sets an entry, in its old position if the key was there, at the end otherwise.
    pub fn put(&mut self, entry: Entry) {
        match self.position(&entry.key).and_then(|i| self.entries.get_mut(i)) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }

    /// Adds an entry whose key the caller knows to be new.
    pub fn push_unique(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Gives back room for entries that are not there.
    pub fn shrink(&mut self) {
        self.entries.shrink_to_fit();
    }

    /// Takes `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let i = self.position(key)?;
        Some(self.entries.remove(i).value)
    }

    /// Sorts the entries by key, in byte order.
    pub fn sort(&mut self) {
        self.entries.sort_by(|a, b| a.key.cmp(&b.key));
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl IntoIterator for Map {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Into<Arc<str>>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(iter: I) -> Map {
        let mut map = Map::new();
        for (key, value) in iter {
            map.set(key, value);
        }
        map
    }
}

macro_rules! value_from {
    ($($from:ty => |$x:ident| $kind:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from($x: $from) -> Value { Value::new($kind) }
        })*
    };
}

value_from! {
    bool => |x| Kind::Bool(x),
    i64 => |x| Kind::Int(x),
    i32 => |x| Kind::Int(i64::from(x)),
    u64 => |x| i64::try_from(x).map_or(Kind::UInt(x), Kind::Int),
    f64 => |x| Kind::Float(x),
    &str => |x| Kind::Str(x.into()),
    &String => |x| Kind::Str(x.as_str().into()),
    String => |x| Kind::Str(x.into()),
    Arc<str> => |x| Kind::Str(x),
    Vec<Value> => |x| Kind::List(Arc::new(x)),
    Map => |x| Kind::Map(Arc::new(x)),
    Arc<Map> => |x| Kind::Map(x),
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(iter: I) -> Value {
        Value::from(iter.into_iter().collect::<Vec<_>>())
    }
}
