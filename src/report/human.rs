//! Findings for a reader at a terminal.
//!
//! The only file that knows miette, which draws the lines and the marks below them; header, help
//! and summary are written here.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use super::excerpt::{Cut, Excerpt, Mark};
use super::text::{clean, wrapped};
use crate::diag::{Edit, Finding, Level, Masks, Place, Suppressed};
use crate::source::SourceMap;

/// Shortest line of input that is worth showing, in characters.
const ROOM_MIN: usize = 20;
/// ANSI codes, those of paths as miette has them.
const BOLD: &str = "1";
const LINK: &str = "36;1;4";
const HELP: &str = "36";

/// How to draw. Whoever knows the terminal and the environment decides.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to use ANSI colours.
    pub color: bool,
    /// Whether to draw with characters beyond ASCII.
    pub unicode: bool,
}

/// So many findings of one code are shown in full, where not all are asked for.
const EACH: usize = 10;

/// The first findings of each code with a blank line between them, how many more there are, and the summary; empty when
/// there are none.
#[must_use]
pub fn report(findings: &[Finding], sources: &SourceMap, look: Look) -> String {
    listed(findings, &[], sources, look, Some("check --all"))
}

/// The same for a command that has `--all`, which shows `all` in full. What `suppressed` findings hide is hidden too.
#[must_use]
pub fn page(findings: &[Finding], suppressed: &[Suppressed], sources: &SourceMap, look: Look, all: bool) -> String {
    listed(findings, suppressed, sources, look, (!all).then_some("--all"))
}

/// With `shows`, at most [`EACH`] of a code: it is what shows the others.
fn listed(
    findings: &[Finding],
    suppressed: &[Suppressed],
    sources: &SourceMap,
    look: Look,
    shows: Option<&str>,
) -> String {
    let mut out = String::new();
    let masks = Masks::of(findings.iter().chain(suppressed.iter().map(|s| &s.finding)));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rest: BTreeMap<(Level, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    for one in findings {
        let count = counts.entry(one.code.id).or_default();
        *count += 1;
        if shows.is_some() && *count > EACH {
            let files = rest.entry((one.level, one.code.id)).or_default();
            *files.entry(path(one, sources)).or_default() += 1;
            continue;
        }
        // Writing to a string can't fail.
        let _ = finding(&mut out, one, sources, &masks, look);
        out.push('\n');
    }
    for ((level, code), files) in &rest {
        let head = paint(&format!("{}[{code}]", level.word()), shade(*level), look);
        let _ = writeln!(out, "{head}: {}\n", clean(&more(files, shows.unwrap_or_default()), look.unicode));
    }
    let fixable = findings.iter().filter(|f| !f.edits.is_empty()).count();
    if fixable > 0 {
        let _ = writeln!(out, "`sailplan check --fix` mends {fixable} of them");
    }
    out.push_str(&summary(findings, look));
    out
}

/// The file of a finding.
fn path<'a>(finding: &'a Finding, sources: &'a SourceMap) -> &'a str {
    match &finding.primary.place {
        Place::File(path) => path,
        Place::Span(span) => sources.file_of(*span).map_or("", |file| &file.path),
    }
}

/// What is not shown: how many, where most of them are, and what `shows` them.
fn more(files: &BTreeMap<&str, usize>, shows: &str) -> String {
    let mut most: Vec<(&str, usize)> = files.iter().map(|(path, count)| (*path, *count)).collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown: Vec<String> = most.iter().take(3).map(|(path, count)| format!("{count} in {path}")).collect();
    let others = match most.len().saturating_sub(3) {
        0 => String::new(),
        1 => ", and in another file".to_owned(),
        n => format!(", and in {n} other files"),
    };
    let total: usize = files.values().sum();
    format!("and {total} more like this, not shown: {}{others}; `{shows}` shows them", shown.join(", "))
}

/// One finding: header, lines of input, help. `masks` are those of the whole report.
///
/// # Errors
/// Those of the writer.
pub fn finding(out: &mut impl Write, finding: &Finding, sources: &SourceMap, masks: &Masks, look: Look) -> fmt::Result {
    let level = finding.level.word();
    let head = format!("{level}[{}]", finding.code.id);
    let message = wrapped(&clean(&finding.message, look.unicode), "  ", head.len() + 2, look.width);
    let (head, message) = (paint(&head, shade(finding.level), look), paint(&message, BOLD, look));
    writeln!(out, "{head}: {message}")?;
    let room = look.width.saturating_sub(12).max(ROOM_MIN);
    let excerpt = Excerpt::of(finding, sources, Cut { masks, room, unicode: look.unicode });
    let corner = if look.unicode { "──" } else { "--" };
    for (path, text) in &excerpt.bare {
        let gap = if text.is_empty() { "" } else { " " };
        let path = paint(&clean(path, look.unicode), LINK, look);
        writeln!(out, "  {corner}[{path}]{gap}{}", clean(text, look.unicode))?;
    }
    if !excerpt.marks.is_empty() {
        out.write_str(&drawn(&excerpt, finding.level, look))?;
    }
    if !finding.help.is_empty() {
        let help = wrapped(&clean(&finding.help, look.unicode), "        ", "  help: ".len(), look.width);
        writeln!(out, "  {} {help}", paint("help:", HELP, look))?;
    }
    if let Some(fix) = fix(finding) {
        let fix = wrapped(&clean(&fix, look.unicode), "       ", "  fix: ".len(), look.width);
        writeln!(out, "  {} {fix}", paint("fix:", HELP, look))?;
    }
    Ok(())
}

/// What `check --fix` does about it.
fn fix(finding: &Finding) -> Option<String> {
    let (first, more) = finding.edits.split_first()?;
    let what = match first {
        _ if !more.is_empty() => format!("makes {} changes here", more.len() + 1),
        Edit::Replace { new, .. } => format!("writes `{new}` here"),
        Edit::Quote { .. } => "puts it in double quotes".to_owned(),
        Edit::Remove { .. } => "takes it out".to_owned(),
    };
    Some(format!("`check --fix` {what}"))
}

/// How many there are of each level, in one line, after the gravest: `error: 10 errors, 2 warnings`.
#[must_use]
pub fn summary(findings: &[Finding], look: Look) -> String {
    let count = |level: Level| findings.iter().filter(|f| f.level == level).count();
    let levels = [Level::Error, Level::Warning, Level::Note].map(|level| (level, count(level)));
    let some: Vec<_> = levels.into_iter().filter(|(_, n)| *n > 0).collect();
    let Some((worst, _)) = some.first() else { return String::new() };
    let part = |(level, n): &(Level, usize)| format!("{n} {}{}", level.word(), if *n == 1 { "" } else { "s" });
    let parts: Vec<String> = some.iter().map(part).collect();
    format!("{}: {}\n", paint(worst.word(), shade(*worst), look), parts.join(", "))
}

/// The ANSI code of a level's colour.
fn shade(level: Level) -> &'static str {
    match level {
        Level::Error => "31;1",
        Level::Warning => "33;1",
        Level::Note => "36;1",
    }
}

fn paint(text: &str, code: &str, look: Look) -> String {
    if look.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// The lines with their marks.
fn drawn(excerpt: &Excerpt, level: Level, look: Look) -> String {
    let mut theme = match (look.unicode, look.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let strong = match level {
        Level::Error => theme.styles.error,
        Level::Warning => theme.styles.warning,
        Level::Note => theme.styles.advice,
    };
    // Styles are dealt out to the marks in the order of their places.
    let mut order: Vec<&Mark> = excerpt.marks.iter().collect();
    order.sort_by_key(|mark| mark.range);
    theme.styles.highlights =
        order.iter().map(|mark| if mark.primary { strong } else { theme.styles.advice }).collect();
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_context_lines(1);
    let mut out = String::new();
    // Fails only where a mark is outside the text, which it never is.
    let _ = handler.render_report(&mut out, &Drawing { excerpt, order });
    // The first line is miette's own header, empty here.
    out.lines().skip(1).flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// An excerpt in miette's eyes.
#[derive(Debug)]
struct Drawing<'e> {
    excerpt: &'e Excerpt<'e>,
    order: Vec<&'e Mark>,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = |mark: &&Mark| {
            let text = Some(mark.text.clone()).filter(|text| !text.is_empty());
            let span = span(mark.range);
            match mark.primary {
                true => LabeledSpan::new_primary_with_span(text, span),
                false => LabeledSpan::new_with_span(text, span),
            }
        };
        Some(Box::new(self.order.iter().map(label)))
    }
}

impl SourceCode for Excerpt<'_> {
    /// The group that holds a span, so that groups are never joined; with no lines of context, as miette
    /// asks for the place in the header of a group, the mark itself.
    fn read_span<'a>(
        &'a self,
        wanted: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (lo, hi) = (wanted.offset(), wanted.offset() + wanted.len());
        let group = self.groups.iter().find(|g| g.range.0 <= lo && hi <= g.range.1 && lo < g.range.1);
        let group = group.ok_or(MietteError::OutOfBounds)?;
        let mark = self.marks.iter().find(|mark| before == 0 && mark.range == (lo, hi));
        let (line, column) = mark.map_or((group.first, 1), |mark| (mark.line, mark.column));
        let data = self.text.get(group.range.0..group.range.1).unwrap_or_default();
        let name: String = group.path.chars().map(|c| super::text::shown(c, true)).collect();
        Ok(Box::new(MietteSpanContents::new_named(
            name,
            data.as_bytes(),
            span(group.range),
            line - 1,
            column - 1,
            data.lines().count(),
        )))
    }
}

fn span((lo, hi): (usize, usize)) -> SourceSpan {
    SourceSpan::new(lo.into(), hi - lo)
}
