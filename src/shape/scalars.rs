//! Text, truth values, numbers, and values of any type.

use std::ops::Deref;
use std::sync::Arc;

use serde_json::json;

use super::reader::OUT_OF_RANGE;
use super::{Reader, Schemas, Shape};
use crate::base::{Kind, Map, Span, Value};
use crate::diag::Finding;

/// Text with its place.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The text.
    pub value: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

impl Text {
    /// Text without a place.
    pub fn new(value: impl Into<Arc<str>>) -> Text {
        Text { value: value.into(), span: Span::NONE }
    }

    /// The text as a value at its place.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::from(Arc::clone(&self.value)).at(self.span)
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.value
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.value == other.value
    }
}

impl Shape for Text {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        if let Kind::Str(s) = &value.kind {
            return Some(Text { value: Arc::clone(s), span: value.span });
        }
        cx.wrong_type(value, "a string");
        // What was meant is plain, so nothing else has to complain that it is missing.
        let text = match &value.kind {
            Kind::Bool(b) => b.to_string(),
            Kind::Int(n) => n.to_string(),
            Kind::UInt(n) => n.to_string(),
            Kind::Float(n) => n.to_string(),
            _ => return None,
        };
        Some(Text { value: text.into(), span: value.span })
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        json!({ "type": "string" })
    }
}

impl Shape for bool {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let found = value.as_bool();
        if found.is_none() {
            cx.wrong_type(value, "`true` or `false`");
        }
        found
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        json!({ "type": "boolean" })
    }
}

/// A whole number with its place, not below `MIN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtLeast<const MIN: i64> {
    /// The number.
    pub value: i64,
    /// Where it stands.
    pub span: Span,
}

/// Any whole number with its place.
pub type Number = AtLeast<{ i64::MIN }>;

impl<const MIN: i64> Shape for AtLeast<MIN> {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let Some(found) = value.as_int() else {
            cx.wrong_type(value, "a whole number");
            return None;
        };
        if found < MIN {
            let message = format!("{} is {found}, and {MIN} is the least", cx.path());
            cx.push(Finding::error(&OUT_OF_RANGE, value.span, message, format!("write {MIN} or more")));
            return None;
        }
        Some(AtLeast { value: found, span: value.span })
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        match MIN {
            i64::MIN => json!({ "type": "integer" }),
            least => json!({ "type": "integer", "minimum": least }),
        }
    }
}

impl<const MIN: i64> From<AtLeast<MIN>> for Value {
    fn from(number: AtLeast<MIN>) -> Value {
        Value::from(number.value).at(number.span)
    }
}

/// Anything at all.
impl Shape for Value {
    fn read(_: &mut Reader, value: &Value) -> Option<Self> {
        Some(value.clone())
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        json!({})
    }
}

/// A mapping of anything, such as Helm values.
#[derive(Clone, Debug, Default)]
pub struct AnyMap {
    /// The mapping.
    pub map: Arc<Map>,
    /// Where it stands.
    pub span: Span,
}

impl AnyMap {
    /// The mapping as a value at its place.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::from(Arc::clone(&self.map)).at(self.span)
    }
}

impl Shape for AnyMap {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        if let Kind::Map(map) = &value.kind {
            Some(AnyMap { map: Arc::clone(map), span: value.span })
        } else {
            cx.wrong_type(value, "a mapping");
            None
        }
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        json!({ "type": "object" })
    }
}
