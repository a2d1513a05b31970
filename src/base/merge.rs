//! Merging of value trees, as defaults and overrides use it.

use std::sync::Arc;

use super::{Kind, Map, Value};

/// `over` laid on `under`: mappings are merged key by key, anything else is replaced, and a null in
/// `over` takes out a key that `under` has (where there is none to take out it stays a null, which
/// Helm values need). Keys keep the order of `under`, new ones follow.
#[must_use]
pub fn merge(under: &Value, over: &Value) -> Value {
    let (Kind::Map(a), Kind::Map(b)) = (&under.kind, &over.kind) else {
        return over.clone();
    };
    let mut out: Map = (**a).clone();
    for entry in &**b {
        match out.get_mut(&entry.key) {
            Some(_) if entry.value.is_null() => drop(out.remove(&entry.key)),
            Some(old) => *old = merge(old, &entry.value),
            None => out.push_unique(entry.clone()),
        }
    }
    Value { kind: Kind::Map(Arc::new(out)), span: over.span.or(under.span) }
}
