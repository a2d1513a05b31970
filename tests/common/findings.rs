//! Findings as tests look at them.

use sailplan::diag::{Finding, Place};
use sailplan::report::human::{self, Look};
use sailplan::source::SourceMap;

/// `path:line code`, or `path code` for a file as a whole.
pub fn located(finding: &Finding, sources: &SourceMap) -> String {
    format!("{} {}", place(&finding.primary.place, sources), finding.code.id)
}

/// `path:line`, or `path` for a file as a whole; `nowhere` where there is none.
pub fn place(place: &Place, sources: &SourceMap) -> String {
    match place {
        Place::File(path) => path.clone(),
        Place::Span(span) => match sources.file_of(*span) {
            Some(file) => format!("{}:{}", file.path, file.line_col(*span).line),
            None => "nowhere".to_owned(),
        },
    }
}

/// What a finding leaves open, if anything: it has a place, a message that is no paragraph, and a help line.
pub fn says_what_to_do(finding: &Finding, sources: &SourceMap) -> Option<String> {
    let name = located(finding, sources);
    let faults = [
        (finding.message.trim().is_empty(), "has no message"),
        (finding.message.ends_with('.'), "has a message that ends with a full stop"),
        (finding.message.contains('\n'), "has a message of several lines"),
        (finding.help.trim().is_empty(), "has no help"),
        (finding.help.ends_with('.'), "has a help that ends with a full stop"),
        (name.starts_with("nowhere"), "has no place"),
    ];
    faults.into_iter().find(|(wrong, _)| *wrong).map(|(_, what)| format!("{name} {what}: {}", finding.message))
}

/// The report as a reader sees it: 80 columns, no colour.
pub fn report(findings: &[Finding], sources: &SourceMap) -> String {
    human::report(findings, sources, Look { width: 80, color: false, unicode: true })
}
