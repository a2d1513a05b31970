//! Fingerprints of values: of a whole, and of its leaves, by which similar objects are found.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::base::{Kind, Value};

/// Most leaves of one object that are looked at.
const MOST: usize = 4096;

/// Fingerprints of the leaves of a value, sorted, each once: the way of keys and the scalar. What names the object is
/// left out, and so is what all objects of a kind share.
#[must_use]
pub fn leaves(value: &Value) -> Vec<u64> {
    let mut out = Vec::new();
    match &value.kind {
        Kind::Str(text) => out.extend(text.lines().take(MOST).map(|line| hash(|state| line.trim().hash(state)))),
        Kind::Map(map) => {
            for entry in map.iter().filter(|entry| !matches!(&*entry.key, "apiVersion" | "kind")) {
                walk(&entry.value, hash(|state| entry.key.hash(state)), &mut out);
            }
        }
        _ => walk(value, 0, &mut out),
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn walk(value: &Value, way: u64, out: &mut Vec<u64>) {
    if out.len() >= MOST {
        return;
    }
    match &value.kind {
        Kind::Map(map) => {
            for entry in map.iter() {
                walk(&entry.value, hash(|state| (way, &*entry.key).hash(state)), out);
            }
        }
        Kind::List(items) => items.iter().for_each(|item| walk(item, way, out)),
        Kind::Str(text) if text.contains('\n') => {
            let lines = text.lines().take(MOST - out.len());
            out.extend(lines.map(|line| hash(|state| (way, line.trim()).hash(state))));
        }
        _ => out.push(hash(|state| {
            way.hash(state);
            feed(value, state);
        })),
    }
}

/// Feeds a value into a hash: equal values give equal hashes, and order counts.
pub fn feed(value: &Value, state: &mut impl Hasher) {
    match &value.kind {
        Kind::Null => 0u8.hash(state),
        Kind::Bool(b) => (1u8, b).hash(state),
        Kind::Int(n) => (2u8, n).hash(state),
        Kind::UInt(n) => (3u8, n).hash(state),
        Kind::Float(n) => (4u8, n.to_bits()).hash(state),
        Kind::Str(text) => (5u8, text).hash(state),
        Kind::List(items) => {
            (6u8, items.len()).hash(state);
            items.iter().for_each(|item| feed(item, state));
        }
        Kind::Map(map) => {
            // Mappings are equal in whatever order.
            let entry = |entry: &crate::base::Entry| {
                hash(|s| {
                    entry.key.hash(s);
                    feed(&entry.value, s);
                })
            };
            let sum = map.iter().map(entry).fold(0u64, u64::wrapping_add);
            (7u8, map.len(), sum).hash(state);
        }
    }
}

/// The hash of what is fed. The same in each run.
pub fn hash(feed: impl FnOnce(&mut DefaultHasher)) -> u64 {
    let mut state = DefaultHasher::new();
    feed(&mut state);
    state.finish()
}

/// How much of two sets of leaves is the same, from 0 to 1, and how many leaves that are.
#[must_use]
pub fn likeness(a: &[u64], b: &[u64]) -> (f64, usize) {
    let (mut i, mut j, mut common) = (a.iter().peekable(), b.iter().peekable(), 0usize);
    while let (Some(x), Some(y)) = (i.peek(), j.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(i.next()),
            std::cmp::Ordering::Greater => drop(j.next()),
            std::cmp::Ordering::Equal => {
                common += 1;
                i.next();
                j.next();
            }
        }
    }
    let all = a.len() + b.len() - common;
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if all == 0 { (0.0, 0) } else { (number(common) / number(all), common) }
}
