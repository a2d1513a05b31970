//! Findings and results for readers: one file for each format.

pub mod changes;
mod excerpt;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
mod place;
pub mod sarif;
mod text;

use crate::diag::{Finding, Level, Suppressed};
use crate::source::SourceMap;

/// What there is to report.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Findings that count, in report order.
    pub findings: &'a [Finding],
    /// Findings that do not count, in report order.
    pub suppressed: &'a [Suppressed],
    /// The texts that they point into.
    pub sources: &'a SourceMap,
    /// What stands before paths, with a `/` at its end: where the folder of the spec lies in the repository.
    pub base: &'a str,
    /// The least level that counts as a failure.
    pub fail_on: Level,
}

impl Report<'_> {
    /// How many findings there are of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|f| f.level == level).count()
    }

    /// How many `check --fix` can mend.
    #[must_use]
    pub fn fixable(&self) -> usize {
        self.findings.iter().filter(|f| !f.edits.is_empty()).count()
    }

    /// Whether one of them counts as a failure.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|f| f.level <= self.fail_on)
    }
}
