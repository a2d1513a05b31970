//! Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.
//!
//! GitHub shows ten annotations of each level for a step and drops all others, so the rest is written as plain lines
//! into a group of the log. Escapes: `@actions/core`, `command.ts`, `escapeData` and `escapeProperty`.

use std::io::{self, Write};

use super::Report;
use super::place::{Locator, Spot};
use crate::diag::{Finding, Level};

/// How many annotations of one level GitHub shows for a step.
const SHOWN: usize = 10;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut rest = Vec::new();
    let mut locator = Locator::new(report);
    for level in [Level::Error, Level::Warning, Level::Note] {
        for (i, finding) in report.findings.iter().filter(|f| f.level == level).enumerate() {
            match i < SHOWN {
                true => command(out, finding, &locator.label(&finding.primary))?,
                false => rest.push(finding),
            }
        }
    }
    if rest.is_empty() {
        return Ok(());
    }
    writeln!(out, "::group::{} more findings, which GitHub would not show beside the lines", rest.len())?;
    for finding in rest {
        let Spot { path, line, column, .. } = locator.label(&finding.primary);
        let place = [line, column].iter().flatten().fold(path, |place, number| format!("{place}:{number}"));
        let (level, code) = (finding.level.word(), finding.code.id);
        writeln!(out, "- {}", plain(&format!("{place}: {level}[{code}]: {}; {}", finding.message, finding.help)))?;
    }
    writeln!(out, "::endgroup::")
}

fn command(out: &mut dyn Write, finding: &Finding, spot: &Spot) -> io::Result<()> {
    let name = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    write!(out, "::{name} ")?;
    if !spot.path.is_empty() {
        write!(out, "file={},", property(&spot.path))?;
    }
    // Columns count only where a range lies in one line.
    let one_line = spot.end_line.is_none_or(|end| Some(end) == spot.line);
    let columns = [("col", spot.column), ("endColumn", spot.end_column)];
    let numbers = [("line", spot.line), ("endLine", spot.end_line)];
    for (key, number) in numbers.into_iter().chain(columns.into_iter().filter(|_| one_line)) {
        if let Some(number) = number {
            write!(out, "{key}={number},")?;
        }
    }
    let text = format!("{}\n{}", finding.message, finding.help);
    writeln!(out, "title={}::{}", property(&format!("sailplan: {}", finding.code.id)), data(&text))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line of the log that is no command: the old form of commands may stand anywhere in a line.
fn plain(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.replace("##[", "# #[")
}
