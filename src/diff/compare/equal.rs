//! Whether two values are the same, in time that is linear whatever the order of keys.

use crate::base::hash::HashMap;

use crate::base::{Kind, Map, Value};

/// From so many keys on a mapping gets an index.
const MANY: usize = 24;

/// Looks up keys of a mapping, fast where it is large.
pub struct Lookup<'v> {
    map: &'v Map,
    index: HashMap<&'v str, &'v Value>,
}

impl<'v> Lookup<'v> {
    /// For a mapping.
    pub fn new(map: &'v Map) -> Lookup<'v> {
        let index = match map.len() < MANY {
            true => HashMap::default(),
            false => map.iter().map(|e| (&*e.key, &e.value)).collect(),
        };
        Lookup { map, index }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&'v Value> {
        if self.index.is_empty() { self.map.get(key) } else { self.index.get(key).copied() }
    }
}

/// Whether two values are the same. Order of keys has no meaning, order of items has.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::List(a), Kind::List(b)) => {
            std::sync::Arc::ptr_eq(a, b) || (a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b)))
        }
        (Kind::Map(a), Kind::Map(b)) => {
            if std::sync::Arc::ptr_eq(a, b) {
                return true;
            }
            let in_b = Lookup::new(b);
            a.len() == b.len() && a.iter().all(|e| in_b.get(&e.key).is_some_and(|v| equal(&e.value, v)))
        }
        _ => a == b,
    }
}
