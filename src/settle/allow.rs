//! Findings that the input allows, by a comment with a reason.

use crate::base::hash::HashMap;

use super::{Input, Settled, Stage};
use crate::base::{Day, Span, suggest};
use crate::diag::{Bag, Code, Finding, Level, Place, Suppressed, SuppressedBy};
use crate::source::SourceFile;

crate::codes! {
    /// A comment allows a finding that is not there.
    ///
    /// What it was written for is mended, or has moved to another line. Left behind, it would hide the next finding
    /// there. Take the comment out.
    UNUSED_ALLOWANCE = "unused-allowance": warning fixable;
    /// A comment that is to allow a finding does not say which, or why, or names one that can't be allowed.
    ///
    /// The form is `# sailplan:allow CODE REASON`, at the end of the line of the finding or alone on the line above;
    /// `CODE until 2027-03-01 REASON` allows it to the end of that day.
    /// Warnings and notes can be allowed, and `plaintext-secret` where the value is known to be none. Other errors
    /// can't: what they are about would fail.
    ALLOWANCE_FORM = "allowance-form": error fixable;
    /// The last day of a comment that allows a finding is over.
    ///
    /// Whoever wrote it wanted to be asked again by then. The finding stays allowed, so that no tree changes because
    /// a day has passed; only `check` says it, as `render` does not look at the clock. Mend what the comment is
    /// about and take it out, or write a later day.
    ALLOWANCE_EXPIRED = "allowance-expired": warning;
}

const MARK: &str = "sailplan:allow";
/// Most comments one above the other.
const STACKED: usize = 16;

/// A comment that allows a finding.
struct Allowance<'s> {
    code: &'static Code,
    reason: &'s str,
    until: Option<Day>,
    span: Span,
    /// All that goes when the comment does.
    whole: Span,
    used: Option<Span>,
}

/// Comments by the line that they are about: the file, by its first position, and the line.
type Places<'s> = HashMap<(u32, usize), Vec<Allowance<'s>>>;

/// Takes out the findings that comments allow, and reports comments that allow nothing, or are over.
pub(super) fn apply(input: &Input, bag: Bag) -> Settled {
    let mut out = Bag::new();
    let mut places: Places = HashMap::default();
    for file in input.sources.files().filter(|f| !f.is_built_in() && f.text.contains(MARK)) {
        collect(file, input, &mut places, &mut out);
    }
    if input.of != Stage::Tree {
        // What is wrong with them was told before.
        out = Bag::new();
    }
    if places.is_empty() && out.findings().is_empty() {
        return Settled { bag, allowed: Vec::new() };
    }
    let mut allowed = Vec::new();
    let mut stands = false;
    for finding in bag.into_findings() {
        if let Some(reason) = allowing(&finding, input, &mut places) {
            allowed.push(Suppressed { finding, by: SuppressedBy::Comment(reason) });
        } else {
            stands |= finding.born == Level::Error;
            out.push(finding);
        }
    }
    allowed.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    allowed.dedup_by(|a, b| a.finding.repeats(&b.finding));
    for allowance in places.into_values().flatten() {
        let expired = allowance.until.zip(input.today).filter(|(until, today)| until < today);
        match (allowance.used, expired) {
            // A run that an error stopped has not found everything.
            (None, _) if !stands && input.of.seeks(allowance.code) => out.push(unused(&allowance)),
            (Some(place), Some((until, _))) => out.push(over(&allowance, until, place)),
            _ => {}
        }
    }
    Settled { bag: out, allowed }
}

fn unused(allowance: &Allowance) -> Finding {
    let message = format!("there is no finding `{}` here that could be allowed", allowance.code.id);
    let help = "take the comment out, or move it to the line of the finding";
    Finding::warning(&UNUSED_ALLOWANCE, allowance.span, message, help).removing(allowance.whole)
}

fn over(allowance: &Allowance, until: Day, place: Span) -> Finding {
    let message = format!("`{}` was allowed here until {until}, which is over", allowance.code.id);
    let help = "mend what it is about and take the comment out, or write a later day and why";
    Finding::warning(&ALLOWANCE_EXPIRED, allowance.span, message, help).also(place, "still there")
}

/// The reason for which a finding is allowed.
fn allowing(finding: &Finding, input: &Input, places: &mut Places) -> Option<String> {
    let Place::Span(span) = finding.primary.place else { return None };
    if places.is_empty() || !finding.code.can_be_allowed(finding.born) {
        return None;
    }
    let file = input.sources.file_of(span)?;
    let key = (file.base(), file.line_col(span).line);
    let here = places.get_mut(&key)?;
    let allowance = here.iter_mut().find(|a| a.code == finding.code)?;
    allowance.used = Some(span);
    Some(allowance.reason.to_owned())
}

/// The comments of a file.
fn collect<'s>(file: &'s SourceFile, input: &Input, places: &mut Places<'s>, bag: &mut Bag) {
    for (at, _) in file.text.match_indices(MARK) {
        let line = file.line_col(file.span(at, at)).line;
        let Some((start, end)) = file.line_range(line) else { continue };
        let before = file.text.get(start..at).unwrap_or_default();
        let Some(lead) = before.trim_end().strip_suffix('#') else { continue };
        if !(lead.is_empty() || lead.ends_with([' ', '\t'])) {
            continue;
        }
        let rest = file.text.get(at + MARK.len()..end).unwrap_or_default();
        let words = rest.split(" #").next().unwrap_or_default().trim();
        let alone = lead.trim().is_empty();
        let whole = match (alone, rest.contains(" #")) {
            // The whole line, with its end.
            (true, false) => file.span(start, file.line_range(line + 1).map_or(file.text.len(), |(next, _)| next)),
            (true, true) => file.span(start + lead.len(), at + MARK.len() + rest.find(" #").unwrap_or_default() + 1),
            (false, false) => file.span(start + lead.trim_end().len(), end),
            (false, true) => {
                file.span(start + lead.trim_end().len(), at + MARK.len() + rest.find(" #").unwrap_or_default())
            }
        };
        let span = file.span(at, at + MARK.len() + 1 + words.len());
        let (code, rest_of) = words.split_once(' ').unwrap_or((words, ""));
        let known = input.codes.iter().find(|c| c.id == code);
        match (read(code, rest_of.trim()), known) {
            (Ok((until, reason)), Some(code)) => {
                let about = if alone { below(file, line) } else { line };
                let allowance = Allowance { code, reason, until, span, whole, used: None };
                places.entry((file.base(), about)).or_default().push(allowance);
            }
            (Ok(_), None) => {
                let place = rest.find(code).map_or(span, |i| {
                    let start = at + MARK.len() + i;
                    file.span(start, start + code.len())
                });
                bag.push(unknown(code, place, input));
            }
            (Err(message), _) => {
                let help = format!("write `# {MARK} CODE REASON`, with the code that the finding shows in brackets");
                bag.push(Finding::error(&ALLOWANCE_FORM, span, message, help));
            }
        }
    }
}

/// The line that a comment alone on its line is about: the one below, and below others of its kind.
fn below(file: &SourceFile, line: usize) -> usize {
    let is_other = |number: &usize| {
        let text = file.line_range(*number).and_then(|(lo, hi)| file.text.get(lo..hi)).unwrap_or_default();
        text.trim_start().strip_prefix('#').is_some_and(|comment| comment.trim_start().starts_with(MARK))
    };
    line + 1 + (line + 1..=line + STACKED).take_while(is_other).count()
}

/// What follows the code: `REASON`, `until DAY REASON` or `REASON until DAY`.
fn read<'s>(code: &str, rest: &'s str) -> Result<(Option<Day>, &'s str), String> {
    let parsed =
        |text: &str| Day::parse(text).map(Some).ok_or(format!("`{text}` is no day; write it as `until 2027-03-01`"));
    let dated = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-');
    let (until, reason) = match (rest.strip_prefix("until "), rest.rsplit_once(" until ")) {
        (Some(after), _) => {
            let (day, reason) = after.trim().split_once(' ').unwrap_or((after.trim(), ""));
            (parsed(day)?, reason.trim())
        }
        (None, Some((reason, day))) if dated(day) => (parsed(day)?, reason.trim()),
        _ => (None, rest),
    };
    match (code.is_empty(), reason.is_empty()) {
        (true, _) => Err("nothing says what is allowed here".to_owned()),
        (false, true) => Err(format!("nothing says why `{code}` is allowed here")),
        (false, false) => Ok((until, reason)),
    }
}

fn unknown(code: &str, place: Span, input: &Input) -> Finding {
    let near = suggest::nearest(code, input.codes.iter().map(|c| c.id));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write `# {MARK} CODE REASON`, with the code that the finding shows in brackets"),
    };
    let finding = Finding::error(&ALLOWANCE_FORM, place, format!("`{code}` is no code of a finding"), help);
    match suggest::sure(code, input.codes.iter().map(|c| c.id)) {
        Some(sure) => finding.replacing(place, code, sure),
        None => finding,
    }
}
