//! Parts of the spec that are merged before they are used.

use super::{Reader, Schemas, Shape};
use crate::base::{Span, Value};

/// A mapping that is both checked as a `T` where it stands and kept as it was written, to be merged
/// with others. With `DEFER`, text in it may hold expressions, evaluated for each app it applies to.
#[derive(Clone, Debug)]
pub struct Block<T, const DEFER: bool> {
    /// As a type. Fields with expressions are left out.
    pub typed: T,
    /// As written.
    pub raw: Value,
}

/// A block that is used as it stands.
pub type Partial<T> = Block<T, false>;
/// A block whose text may hold expressions.
pub type Shared<T> = Block<T, true>;

impl<T: Shape, const DEFER: bool> Shape for Block<T, DEFER> {
    const REQUIRED: bool = T::REQUIRED;

    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let nullable = std::mem::replace(&mut cx.nullable, true);
        let typed = if DEFER { cx.deferring(|cx| T::read(cx, value)) } else { T::read(cx, value) };
        cx.nullable = nullable;
        let typed = typed?;
        Some(Block { typed, raw: value.clone() })
    }

    fn absent(cx: &mut Reader, parent: Span, key: &str) -> Option<Self> {
        T::absent(cx, parent, key).map(|typed| Block { typed, raw: Value::default() })
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        T::schema(schemas)
    }
}
