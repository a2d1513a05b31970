//! Changes of the input that mend a finding.

use crate::base::Span;

/// A change of one range of an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The range.
    pub span: Span,
    /// The scalar that must stand there, plain or in quotes, which stay; where it does not, because the text came
    /// by an anchor or an escape, nothing is changed. `None` when the range is replaced whatever stands there.
    pub old: Option<String>,
    /// What is to stand there.
    pub new: String,
}

impl Edit {
    /// What the range holds after the change, where `found` stands now. `None` where that is not what the
    /// finding was about.
    #[must_use]
    pub fn text(&self, found: &str) -> Option<String> {
        let Some(old) = &self.old else { return Some(self.new.clone()) };
        if found == old {
            return Some(self.new.clone());
        }
        let quote = found.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inner = found.strip_prefix(quote)?.strip_suffix(quote)?;
        let plain = |text: &str| !text.contains(['"', '\'', '\\', '\n']);
        (inner == old && plain(old) && plain(&self.new)).then(|| format!("{quote}{}{quote}", self.new))
    }
}
