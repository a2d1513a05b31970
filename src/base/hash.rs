//! Maps and sets by hash, with a hasher that is made for short keys.
//!
//! Seeded anew in each process, so that their order is nowhere relied on.

use foldhash::fast::RandomState;

/// A mapping without order.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
/// A set without order.
pub type HashSet<K> = std::collections::HashSet<K, RandomState>;
