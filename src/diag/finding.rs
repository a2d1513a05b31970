//! One finding: what is wrong, where, and what to write instead.

use std::sync::Arc;

use super::masks::Hidden;
use super::{Code, Edit};
use crate::base::Span;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is emitted while one of these stands.
    Error,
    /// Emitted, but likely not what is wanted.
    Warning,
    /// Worth knowing.
    Note,
}

impl Level {
    /// The word for it, as reports and the spec have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// Where a finding points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A range of an input file.
    Span(Span),
    /// A file as a whole: one that can't be read, or one of the output folder.
    File(String),
}

impl From<Span> for Place {
    fn from(span: Span) -> Place {
        Place::Span(span)
    }
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// A finding. Code, place, message and help are given at birth, so that none can be forgotten.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its name.
    pub code: &'static Code,
    /// How grave it is.
    pub level: Level,
    /// How grave it was before the spec said otherwise.
    pub born: Level,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The place, with what is wrong there.
    pub primary: Label,
    /// Further places that explain it.
    pub secondary: Vec<Label>,
    /// What to write.
    pub help: String,
    /// Changes that mend it; all of them together, or none.
    pub edits: Vec<Edit>,
    /// The one environment that it is about, where whoever made it knew.
    pub environment: Option<Arc<str>>,
    /// Ranges of the input that no report may show, and their texts.
    pub(super) hidden: Vec<Hidden>,
}

impl Finding {
    /// An error.
    pub fn error(
        code: &'static Code,
        place: impl Into<Place>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        Finding::new(code, Level::Error, place.into(), message.into(), help.into())
    }

    /// A warning.
    pub fn warning(
        code: &'static Code,
        place: impl Into<Place>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        Finding::new(code, Level::Warning, place.into(), message.into(), help.into())
    }

    /// Something worth knowing that stops nothing.
    pub fn note(
        code: &'static Code,
        place: impl Into<Place>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        Finding::new(code, Level::Note, place.into(), message.into(), help.into())
    }

    fn new(code: &'static Code, level: Level, place: Place, message: String, help: String) -> Finding {
        let primary = Label { place, text: String::new() };
        let (message, help) = (bounded(message).replace('\n', "\\n"), bounded(help));
        let (secondary, edits, hidden) = (Vec::new(), Vec::new(), Vec::new());
        Finding { code, level, born: level, message, primary, secondary, help, edits, environment: None, hidden }
    }

    /// Hides a range of the input, here and in each other finding of the report: its characters are
    /// replaced where lines of input are shown, and so is `text`, what the range stands for, where
    /// messages quote it.
    #[must_use]
    pub fn hide(mut self, span: Span, text: &str) -> Finding {
        self.hidden.push(Hidden::new(span, text));
        self
    }

    /// Says what is to be seen at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Finding {
        self.primary.text = text.into();
        self
    }

    /// Adds a further place. A span that points nowhere is left out.
    #[must_use]
    pub fn also(mut self, place: impl Into<Place>, text: impl Into<String>) -> Finding {
        let place = place.into();
        if place != Place::Span(Span::NONE) {
            self.secondary.push(Label { place, text: text.into() });
        }
        self
    }

    /// Mends it by writing `new` where the scalar `old` stands. Only for what is certain to be right.
    #[must_use]
    pub fn replacing(mut self, span: Span, old: impl Into<String>, new: impl Into<String>) -> Finding {
        if !span.is_none() {
            self.edits.push(Edit::Replace { span, old: old.into(), new: new.into() });
        }
        self
    }

    /// Mends it by putting a plain scalar in double quotes.
    #[must_use]
    pub fn quoting(mut self, span: Span) -> Finding {
        if !span.is_none() {
            self.edits.push(Edit::Quote { span });
        }
        self
    }

    /// Mends it by taking a range of the input out.
    #[must_use]
    pub fn removing(mut self, span: Span) -> Finding {
        if !span.is_none() {
            self.edits.push(Edit::Remove { span });
        }
        self
    }

    /// Whether a report need not show both: they have one code and one help, and point at one place.
    pub(crate) fn repeats(&self, other: &Finding) -> bool {
        self.code == other.code && self.primary.place == other.primary.place && self.help == other.help
    }

    /// Order of a report: by place, then code, help and level. Findings that are the same so far stay in
    /// the order in which they were made.
    pub fn sort_key(&self) -> (u8, u32, &str, &str, &str, Level) {
        match &self.primary.place {
            Place::Span(span) => (0, span.lo, "", self.code.id, &self.help, self.level),
            Place::File(path) => (1, 0, path, self.code.id, &self.help, self.level),
        }
    }
}

/// Longest message or help, in bytes: what they quote from the input may be of any length.
const LONGEST: usize = 2000;

/// The text, without its middle where it is too long for anybody to read.
fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let head = text.char_indices().nth(LONGEST / 4).map_or(text.len(), |(i, _)| i);
    let tail = text.char_indices().rev().nth(LONGEST / 8).map_or(0, |(i, _)| i);
    format!("{} … {}", text.get(..head).unwrap_or_default(), text.get(tail..).unwrap_or_default())
}
