//! Keys of one file, each stored once.

use crate::base::hash::{HashMap, HashSet};
use std::sync::Arc;

use crate::base::Entry;

/// Up to this many entries a look along the mapping is faster than an index.
const SMALL: usize = 16;

/// Most files have fewer keys.
const ROOM: usize = 48;

/// The keys seen so far. Equal keys share one allocation, so that comparing pointers suffices.
pub(super) struct Keys(HashSet<Arc<str>>);

impl Default for Keys {
    fn default() -> Keys {
        let mut keys = HashSet::default();
        keys.reserve(ROOM);
        Keys(keys)
    }
}

impl Keys {
    /// The shared key of this text.
    pub(super) fn intern(&mut self, text: &str) -> Arc<str> {
        if let Some(key) = self.0.get(text) {
            return Arc::clone(key);
        }
        let key: Arc<str> = text.into();
        self.0.insert(Arc::clone(&key));
        key
    }
}

/// Finds earlier entries of one growing mapping in constant time, however large it gets.
#[derive(Default)]
pub(super) struct Index(Option<HashMap<Arc<str>, usize>>);

impl Index {
    /// The position of `key` among `entries`, whose keys come from one [`Keys`].
    pub(super) fn find(&mut self, entries: &[Entry], key: &Arc<str>) -> Option<usize> {
        if self.0.is_none() {
            if entries.len() <= SMALL {
                return entries.iter().position(|e| Arc::ptr_eq(&e.key, key));
            }
            self.0 = Some(entries.iter().enumerate().map(|(i, e)| (Arc::clone(&e.key), i)).collect());
        }
        self.0.as_ref()?.get(key).copied()
    }

    /// Takes note of an entry that was added at position `i`.
    pub(super) fn added(&mut self, key: &Arc<str>, i: usize) {
        if let Some(index) = &mut self.0 {
            index.insert(Arc::clone(key), i);
        }
    }
}
