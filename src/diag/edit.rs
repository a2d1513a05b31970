//! Changes of the input that mend a finding.

use crate::base::Span;

/// A change of one range of an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Writes `new` where the scalar `old` stands, plain or in quotes, which stay. Where it does not stand there, because the
    /// text came by an anchor or an escape, nothing is changed.
    Replace {
        /// The range.
        span: Span,
        /// What must stand there.
        old: String,
        /// What is to stand there.
        new: String,
    },
    /// Puts a plain scalar in double quotes.
    Quote {
        /// The range.
        span: Span,
    },
    /// Takes a range out.
    Remove {
        /// The range.
        span: Span,
    },
}

impl Edit {
    /// The range.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Edit::Replace { span, .. } | Edit::Quote { span } | Edit::Remove { span } => *span,
        }
    }

    /// What the range holds after the change, where `found` stands now. `None` where that is not what the
    /// finding was about.
    #[must_use]
    pub fn text(&self, found: &str) -> Option<String> {
        let (old, new) = match self {
            Edit::Remove { .. } => return Some(String::new()),
            Edit::Quote { .. } => {
                let odd = |c: char| c.is_control() || c.is_whitespace() || "\"'\\#&*!|>{}[],".contains(c);
                return (!found.is_empty() && !found.contains(odd)).then(|| format!("\"{found}\""));
            }
            Edit::Replace { old, new, .. } => (old, new),
        };
        if found == old {
            return Some(new.clone());
        }
        let quote = found.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inner = found.strip_prefix(quote)?.strip_suffix(quote)?;
        let plain = |text: &str| !text.contains(['"', '\'', '\\', '\n']);
        (inner == old && plain(old) && plain(new)).then(|| format!("{quote}{new}{quote}"))
    }
}
