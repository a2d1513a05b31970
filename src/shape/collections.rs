//! Lists, and mappings of named things.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use serde_json::json;

use super::reader::BAD_NAME;
use super::{KeyRule, LabelName, Loose, Reader, Schemas, Shape, Text};
use crate::base::{Span, Value};
use crate::diag::Finding;

/// A list; one that is left out is empty.
#[derive(Clone, Debug)]
pub struct List<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the list stands.
    pub span: Span,
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List { items: Vec::new(), span: Span::NONE }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T: Shape> Shape for List<T> {
    const REQUIRED: bool = false;

    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let Some(items) = value.as_list() else {
            cx.wrong_type(value, "a list");
            return None;
        };
        let read = |(i, item): (usize, &Value)| cx.at(&format!("[{i}]").into(), |cx| T::read(cx, item));
        Some(List { items: items.iter().enumerate().filter_map(read).collect(), span: value.span })
    }

    fn absent(_: &mut Reader, _: Span, _: &str) -> Option<Self> {
        Some(List::default())
    }

    fn fallback() -> Option<Self> {
        Some(List::default())
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "type": "array", "items": T::schema(schemas) })
    }
}

/// A mapping of things by name; one that is left out is empty. `K` says what the names may be.
#[derive(Clone, Debug)]
pub struct Keyed<K, T> {
    /// The things, in the order they were written.
    pub items: Vec<Named<T>>,
    /// Where the mapping stands.
    pub span: Span,
    /// Names of things that could not be read, for which findings have been left; `None` when all could not.
    unread: Option<Vec<Arc<str>>>,
    rule: PhantomData<K>,
}

/// Things whose names become names of objects.
pub type Names<T> = Keyed<LabelName, T>;
/// Things whose names may be any text.
pub type Dict<T> = Keyed<Loose, T>;

/// A thing and its name.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// The name, at the place of the key.
    pub name: Text,
    /// The thing.
    pub item: T,
}

impl<K, T> Default for Keyed<K, T> {
    fn default() -> Self {
        Keyed { items: Vec::new(), span: Span::NONE, unread: Some(Vec::new()), rule: PhantomData }
    }
}

impl<K, T> Deref for Keyed<K, T> {
    type Target = [Named<T>];
    fn deref(&self) -> &[Named<T>] {
        &self.items
    }
}

impl<K, T> Keyed<K, T> {
    /// The thing of that name. Linear: for the small mappings of a spec.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Named<T>> {
        self.items.iter().find(|n| &*n.name == name)
    }

    /// Whether there is a thing of that name, be it one that could not be read.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.named(name).is_some() || self.unread.as_ref().is_none_or(|unread| unread.iter().any(|n| **n == *name))
    }

    /// Whether there are things in it that could not be read; findings have been left then.
    #[must_use]
    pub fn is_misread(&self) -> bool {
        self.unread.as_ref().is_none_or(|unread| !unread.is_empty())
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|n| &*n.name)
    }
}

impl<K: KeyRule, T: Shape> Shape for Keyed<K, T> {
    const REQUIRED: bool = false;

    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let Some(map) = value.as_map() else {
            cx.wrong_type(value, "a mapping of names");
            return None;
        };
        let mut items = Vec::with_capacity(map.len());
        let mut unread = Vec::new();
        for entry in map {
            if cx.is_removal(&entry.value) {
                continue;
            }
            let key = &entry.key;
            if let Some(fault) = K::fault(key) {
                let message = format!("`{key}` can't be a name: {fault}");
                let help = "write a name of a-z, 0-9 and `-`, at most 63 characters";
                cx.push(Finding::error(&BAD_NAME, entry.key_span, message, help));
            }
            let name = Text { value: Arc::clone(key), span: entry.key_span };
            match cx.at(key, |cx| T::read(cx, &entry.value)) {
                Some(item) => items.push(Named { name, item }),
                None => unread.push(Arc::clone(key)),
            }
        }
        Some(Keyed { items, span: value.span, unread: Some(unread), rule: PhantomData })
    }

    fn absent(_: &mut Reader, _: Span, _: &str) -> Option<Self> {
        Some(Keyed::default())
    }

    fn fallback() -> Option<Self> {
        Some(Keyed { unread: None, ..Keyed::default() })
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        let mut schema = json!({ "type": "object", "additionalProperties": T::schema(schemas) });
        if let (Some(pattern), Some(object)) = (K::PATTERN, schema.as_object_mut()) {
            object.insert("propertyNames".to_owned(), json!({ "pattern": pattern }));
        }
        schema
    }
}
