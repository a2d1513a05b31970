//! Findings as JUnit XML, which most CI systems read: a suite for each file, a case for each finding.
//!
//! There is no standard; the elements are those that Jenkins, GitLab and Azure DevOps take.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Report;
use super::place::{Locator, Spot};
use super::text::escaped;
use crate::diag::{Finding, SuppressedBy};

/// A finding at its place; with why it does not count, if it does not.
type Case<'a> = (Spot, &'a Finding, Option<&'a SuppressedBy>);

/// Writes the report. Findings below the level that fails are cases that pass and say what was found.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut locator = Locator::new(report);
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    let counted = report.findings.iter().map(|f| (f, None));
    for (finding, by) in counted.chain(report.suppressed.iter().map(|s| (&s.finding, Some(&s.by)))) {
        let spot = locator.label(&finding.primary);
        suites.entry(spot.path.clone()).or_default().push((spot, finding, by));
    }
    let fails = |case: &&Case| case.2.is_none() && case.1.level <= report.fail_on;
    let total = suites.values().map(Vec::len).sum::<usize>().max(1);
    let failures = suites.values().flatten().filter(fails).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"sailplan check\" tests=\"{total}\" failures=\"{failures}\" errors=\"0\">")?;
    if suites.is_empty() {
        writeln!(out, "  <testsuite name=\"sailplan\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">")?;
        writeln!(out, "    <testcase name=\"no findings\" classname=\"sailplan\"/>\n  </testsuite>")?;
    }
    for (path, cases) in &suites {
        let failures = cases.iter().filter(fails).count();
        let skipped = cases.iter().filter(|case| case.2.is_some()).count();
        let (name, tests) = (safe(if path.is_empty() { "sailplan" } else { path }), cases.len());
        write!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" ")?;
        writeln!(out, "skipped=\"{skipped}\">")?;
        for one in cases {
            case(out, one, &name, fails(&one))?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(out: &mut dyn Write, (spot, finding, by): &Case, suite: &str, fails: bool) -> io::Result<()> {
    let line = spot.line.map(|line| format!(" at line {line}")).unwrap_or_default();
    let (code, level) = (finding.code.id, finding.level.word());
    let place = [spot.line, spot.column].iter().flatten().fold(spot.path.clone(), |at, n| format!("{at}:{n}"));
    let text = format!("{place}: {level}[{code}]: {}\nhelp: {}", finding.message, finding.help);
    let (message, text) = (safe(&finding.message), safe(&text));
    let file = if spot.path.is_empty() { String::new() } else { format!(" file=\"{}\"", safe(&spot.path)) };
    let number = spot.line.map(|line| format!(" line=\"{line}\"")).unwrap_or_default();
    writeln!(out, "    <testcase name=\"{code}{line}\" classname=\"{suite}\"{file}{number}>")?;
    match by {
        Some(SuppressedBy::Comment(reason)) => {
            writeln!(out, "      <skipped message=\"allowed by a comment: {}\"/>", safe(reason))?;
        }
        Some(SuppressedBy::Baseline) => writeln!(out, "      <skipped message=\"known by the baseline\"/>")?,
        None if fails => writeln!(out, "      <failure message=\"{message}\" type=\"{level}\">{text}</failure>")?,
        None => writeln!(out, "      <system-out>{text}</system-out>")?,
    }
    writeln!(out, "    </testcase>")
}

/// Text in XML 1.0, which has no place for most control characters.
fn safe(text: &str) -> String {
    escaped(text, |out, c| match c {
        '\n' => out.push_str("&#10;"),
        '\t' => out.push_str("&#9;"),
        _ if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
        _ => out.push(c),
    })
}
