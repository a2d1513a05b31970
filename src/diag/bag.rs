//! The findings of a run, and the proof that there was no error among them.

use std::sync::Arc;

use super::{Finding, Level, Place, masks};
use crate::base::Span;

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

    /// Notes the environment that all findings are about which do not say it yet.
    pub fn about(&mut self, environment: &Arc<str>) {
        for finding in self.findings.iter_mut().filter(|f| f.environment.is_none()) {
            finding.environment = Some(Arc::clone(environment));
        }
    }

    /// Keeps the first `count` findings.
    pub fn truncate(&mut self, count: usize) {
        self.findings.truncate(count);
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

    /// The findings by themselves.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Whether an error points into a range of the input. What is missing there need not be reported:
    /// it may be what that error is about.
    #[must_use]
    pub fn has_error_in(&self, span: Span) -> bool {
        let within = |f: &&Finding| matches!(f.primary.place, Place::Span(place) if span.contains(place));
        self.findings.iter().filter(|f| f.level == Level::Error).any(|f| within(&f))
    }

    /// The findings in report order. Of several with one code and one help at one place only the gravest
    /// is kept: a shared default that is wrong is wrong for each app that takes it.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        self.findings.dedup_by(|a, b| a.repeats(b));
        masks::cover(&mut self.findings);
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
