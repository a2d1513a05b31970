//! What is wrong within one scalar or text, before its place in the file is known.

use std::ops::Range;

use super::codes::TEMPLATE_EXPRESSION;
use crate::base::Span;
use crate::diag::{Code, Finding};

/// A defect, with the bytes of the scalar's content where it stands.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) code: &'static Code,
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

impl Fault {
    /// An expression that can't be read.
    pub(super) fn expression(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { code: &TEMPLATE_EXPRESSION, range, message: message.into(), help: help.into() }
    }

    /// The same defect for someone who counts from `by` bytes before.
    pub(super) fn shifted(mut self, by: usize) -> Fault {
        self.range = self.range.start + by..self.range.end + by;
        self
    }

    /// The finding at its place in a file.
    pub(super) fn at(self, span: Span) -> Finding {
        Finding::error(self.code, span, self.message, self.help)
    }
}
