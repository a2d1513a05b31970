//! Changes that are meant, although their class is refused.

use serde_json::json;

use crate::base::{Day, Span, Value};
use crate::diag::Finding;
use crate::model::changes::Class;
use crate::shape::{Reader, Schemas, Shape, Text};

crate::shape! {
    /// A change that is meant: `diff --deny` lets it through.
    Acknowledge {
        /// Its class.
        change: Class,
        /// A glob over the object, before or after, as `Application argocd/harbor`, or over the path of its file.
        object: Text,
        /// Why it is meant.
        reason: Text,
        /// Last day on which it is let through. Without it, as long as the entry stands.
        until: Option<DayAt>,
    }
}

/// A day with its place.
#[derive(Clone, Debug)]
pub struct DayAt {
    /// The day.
    pub day: Day,
    /// Where it stands.
    pub span: Span,
}

crate::codes! {
    /// A text is not a day of the form `2026-12-31`.
    ///
    /// Days have four digits of the year, two of the month and two of the day, so that they can be compared and mean the
    /// same to everybody.
    NOT_A_DAY = "not-a-day";
}

impl Shape for DayAt {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let text = Text::read(cx, value)?;
        let day = Day::parse(&text);
        if day.is_none() {
            let message = format!("{} is not a day: `{}`", cx.path(), &*text);
            let help = "write year, month and day, as `2026-12-31`";
            cx.push(Finding::error(&NOT_A_DAY, text.span, message, help));
        }
        day.map(|day| DayAt { day, span: text.span })
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" })
    }
}

impl Shape for Class {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let Some(name) = value.as_str() else {
            cx.wrong_type(value, "a string");
            return None;
        };
        let known: Vec<&str> = Class::ALL.iter().map(|class| class.name()).collect();
        let class = Class::from_name(name);
        if class.is_none() {
            cx.unknown_value(value.span, name, &known);
        }
        class
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        let known: Vec<&str> = Class::ALL.iter().map(|class| class.name()).collect();
        let meanings = Class::ALL.iter().map(|class| format!("- `{}`: {}", class.name(), class.meaning()));
        let lines: Vec<String> =
            std::iter::once("What a change does to a running platform.".to_owned()).chain(meanings).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        crate::shape::choice(&lines, &known)
    }
}
