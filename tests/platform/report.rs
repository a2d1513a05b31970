//! Collects every failing fact, so that one run shows all of them.

/// Failures in the order they were found.
#[derive(Default, Debug)]
pub struct Report {
    failures: Vec<String>,
}

impl Report {
    /// A stated fact that does not hold: whose, where, what was expected, what was found.
    pub fn fact(&mut self, subject: &str, pointer: &str, expected: impl ToString, found: impl ToString) {
        self.failures.push(format!(
            "{subject}: {pointer}\n      expected {}\n      found    {}",
            expected.to_string(),
            found.to_string()
        ));
    }

    /// A rule that is broken, in one sentence.
    pub fn broken(&mut self, subject: &str, sentence: impl ToString) {
        self.failures.push(format!("{subject}: {}", sentence.to_string()));
    }

    /// Takes over failures under the id of the rule they break.
    pub fn merge_as(&mut self, id: &str, other: Report) {
        self.failures.extend(other.failures.into_iter().map(|failure| format!("{id}: {failure}")));
    }

    pub fn merge(&mut self, other: Report) {
        self.failures.extend(other.failures);
    }

    pub fn len(&self) -> usize {
        self.failures.len()
    }

    pub fn is_empty(&self) -> bool {
        self.failures.is_empty()
    }

    /// All failures as text, numbered.
    pub fn text(&self) -> String {
        let lines = self.failures.iter().enumerate().map(|(n, f)| format!("  {}. {f}\n", n + 1));
        lines.collect()
    }

    /// Ends a test: panics with the whole list unless it is empty.
    #[track_caller]
    pub fn finish(self, title: &str) {
        assert!(self.is_empty(), "{title}: {} failing\n{}", self.len(), self.text());
    }
}

#[test]
fn an_empty_report_passes() {
    Report::default().finish("nothing");
}

#[test]
#[should_panic(expected = "2. b: later")]
fn every_failure_is_listed() {
    let mut report = Report::default();
    report.fact("a", "/x", 1, 2);
    report.broken("b", "later");
    report.finish("title");
}
