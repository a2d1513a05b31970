//! Findings that do not count.

use super::Finding;

/// A finding that does not count, and why.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What keeps it from counting.
    pub by: SuppressedBy,
}

/// What keeps a finding from counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// A comment in the input, with its reason.
    Comment(String),
    /// The baseline.
    Baseline,
}
