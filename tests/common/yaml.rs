//! Reads a text and keeps everything that came of it.

use sailplan::base::Value;
use sailplan::diag::{Bag, Finding, Place};
use sailplan::source::SourceMap;
use sailplan::yaml::Limits;

/// A text that was read.
#[allow(dead_code)] // Not every test file asks for everything.
pub struct Read {
    pub sources: SourceMap,
    pub docs: Vec<Value>,
    pub findings: Vec<Finding>,
}

/// Reads with the default limits.
pub fn read(text: &str) -> Read {
    read_within(text, &Limits::default())
}

/// Reads with other limits.
#[allow(dead_code)] // Not every test file asks for everything.
pub fn read_within(text: &str, limits: &Limits) -> Read {
    let mut sources = SourceMap::new();
    let id = sources.add("test.yaml", text.to_owned()).unwrap();
    let mut bag = Bag::new();
    let docs = sailplan::yaml::read(&sources, id, &mut bag, limits);
    Read { sources, docs, findings: bag.into_sorted() }
}

#[allow(dead_code)] // Not every test file asks for everything.
impl Read {
    #[track_caller]
    pub fn assert_clean(&self) {
        assert!(self.findings.is_empty(), "{:#?}", self.findings);
    }

    /// The text a finding points at.
    pub fn text_of(&self, finding: &Finding) -> String {
        match finding.primary.place {
            Place::Span(span) => self.sources.text_of(span).unwrap_or_default().to_owned(),
            Place::File(_) => panic!("no span: {finding:?}"),
        }
    }
}
