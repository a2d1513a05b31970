//! The findings of a run, and the proof that there was no error among them.

use super::{Finding, Level};

/// A growing set of findings.
#[derive(Debug, Default)]
pub struct Bag {
    findings: Vec<Finding>,
}

/// Proof that a bag held no error. A stage that must not run on faulty input asks for one.
#[derive(Debug)]
pub struct Clean(());

impl Bag {
    /// An empty bag.
    #[must_use]
    pub fn new() -> Bag {
        Bag::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds all findings of another bag.
    pub fn extend(&mut self, other: Bag) {
        self.findings.extend(other.findings);
    }

    /// How many errors there are.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|f| f.level == Level::Error).count()
    }

    /// The findings in the order they were added.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The findings in report order. Of several with one code at one place only the first is kept:
    /// a shared default that is wrong is wrong for each app that takes it.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        self.findings.dedup_by(|a, b| a.code == b.code && a.primary.place == b.primary.place);
        self.findings
    }

    /// The proof, if no error is in the bag.
    #[must_use]
    pub fn clean(&self) -> Option<Clean> {
        (self.errors() == 0).then_some(Clean(()))
    }
}

impl FromIterator<Finding> for Bag {
    fn from_iter<I: IntoIterator<Item = Finding>>(iter: I) -> Bag {
        Bag { findings: iter.into_iter().collect() }
    }
}
