//! Why a template could not be evaluated.

use std::error::Error as _;

use minijinja::{Error as Jinja, ErrorKind};

use super::codes::TEMPLATE_EVAL;
use crate::base::Span;
use crate::diag::{Code, Finding};

/// Why a template could not be evaluated for one scope.
#[derive(Clone, Debug)]
pub struct EvalError {
    /// The name of the defect.
    pub code: &'static Code,
    /// The place in the template.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to write.
    pub help: String,
    /// A place in the spec that has to do with it, and what is to be seen there.
    pub also: Option<(Span, String)>,
}

impl EvalError {
    /// A value that can't be used where the template uses it.
    pub(super) fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> EvalError {
        EvalError { code: &TEMPLATE_EVAL, span, message: message.into(), help: help.into(), also: None }
    }

    /// The same error, with the value it is about.
    pub(super) fn about(mut self, span: Span, text: impl Into<String>) -> EvalError {
        if !span.is_none() {
            self.also = Some((span, text.into()));
        }
        self
    }

    /// The template grew too large.
    pub(super) fn too_large(span: Span) -> EvalError {
        EvalError::new(
            span,
            "this template makes more values than one document can hold",
            "loop over fewer items, or make one document for each item",
        )
    }

    /// The finding: at the template's place, with the places in the spec. `item` is what the template
    /// was evaluated for.
    #[must_use]
    pub fn finding(self, item: Span) -> Finding {
        let mut finding = Finding::error(self.code, self.span, self.message, self.help);
        let about = self.also.as_ref().map(|(span, _)| *span);
        if let Some((span, text)) = self.also {
            finding = if span == self.span { finding.label(text) } else { finding.also(span, text) };
        }
        match about == Some(item) {
            true => finding,
            false => finding.also(item, "while rendering this"),
        }
    }
}

/// What an error of minijinja says, with the errors behind it.
pub(super) fn message(error: &Jinja) -> String {
    if error.kind() == ErrorKind::OutOfFuel {
        return "this takes too many steps".to_owned();
    }
    let own = |e: &Jinja| e.detail().map_or_else(|| e.kind().to_string(), ToOwned::to_owned);
    let mut message = own(error);
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.downcast_ref::<Jinja>().map_or_else(|| cause.to_string(), own);
        message.push_str(": ");
        message.push_str(&text);
        next = cause.source();
    }
    message
}
