//! Typed reading of value trees: one declaration of a struct gives its reader, its JSON Schema and its
//! documentation.
//!
//! The reader collects every shape error and never stops at the first; the values it makes keep
//! their places.

mod block;
mod collections;
mod key;
mod macros;
mod reader;
mod scalars;
mod schema;

pub use block::{Block, Partial, Shared};
pub use collections::{Dict, Keyed, List, Named, Names};
pub use key::{KeyRule, LabelName, Loose};
pub use reader::{BAD_LABEL, BAD_NAME, CODES, KEY_CONFLICT, MISSING_KEY, OUT_OF_RANGE, Reader, UNKNOWN_VALUE};
pub use scalars::{AnyMap, AtLeast, Number, Text};
pub use schema::{Schemas, choice, closed, describe};

use crate::base::{Span, Value};

/// A type that can be read from a value tree.
pub trait Shape: Sized {
    /// Reads it, with a finding for each thing that is wrong. `None` when there was no making sense
    /// of it; a finding has been left then.
    fn read(cx: &mut Reader, value: &Value) -> Option<Self>;

    /// What stands for it when the key `key` is not in the mapping at `parent`. Types that may be
    /// left out override this; for the others it is a finding.
    fn absent(cx: &mut Reader, parent: Span, key: &str) -> Option<Self> {
        cx.missing(parent, key);
        None
    }

    /// What stands for it when it was there but could not be read, so that the rest of the mapping is
    /// still checked.
    fn fallback() -> Option<Self> {
        None
    }

    /// Whether a mapping must have it.
    const REQUIRED: bool = true;

    /// Its JSON Schema (draft 2020-12); named types register themselves under `$defs`.
    fn schema(schemas: &mut Schemas) -> serde_json::Value;
}

impl<T: Shape> Shape for Option<T> {
    const REQUIRED: bool = false;

    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        T::read(cx, value).map(Some)
    }

    fn absent(_: &mut Reader, _: Span, _: &str) -> Option<Self> {
        Some(None)
    }

    fn fallback() -> Option<Self> {
        Some(None)
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        T::schema(schemas)
    }
}

impl<T: Shape> Shape for Box<T> {
    const REQUIRED: bool = T::REQUIRED;

    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        T::read(cx, value).map(Box::new)
    }

    fn absent(cx: &mut Reader, parent: Span, key: &str) -> Option<Self> {
        T::absent(cx, parent, key).map(Box::new)
    }

    fn fallback() -> Option<Self> {
        T::fallback().map(Box::new)
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        T::schema(schemas)
    }
}
