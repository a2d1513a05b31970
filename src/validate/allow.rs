//! Findings that the input allows, by a comment with a reason.

use std::collections::HashMap;

use super::literals::PLAINTEXT_SECRET;
use crate::base::Span;
use crate::diag::{Bag, Code, Finding, Level, Place};
use crate::source::{SourceFile, SourceMap};

crate::codes! {
    /// A comment allows a finding that is not there.
    ///
    /// What it was written for is mended, or has moved to another line. Left behind, it would hide the next finding
    /// there. Take the comment out.
    UNUSED_ALLOWANCE = "unused-allowance";
    /// A comment that is to allow a finding does not say which, or why, or names one that can't be allowed.
    ///
    /// The form is `# sailplan:allow CODE REASON`, at the end of the line of the finding or alone on the line above.
    /// Warnings and notes can be allowed, and `plaintext-secret` where the value is known to be none. Other errors
    /// can't: what they are about would fail.
    ALLOWANCE_FORM = "allowance-form";
}

const MARK: &str = "sailplan:allow";

/// A comment that allows a finding.
struct Allowance<'s> {
    code: &'s str,
    span: Span,
    used: bool,
}

/// Takes out the findings that comments allow, and reports comments that allow nothing. Codes are known by
/// `known`.
pub fn apply(sources: &SourceMap, known: &dyn Fn(&str) -> bool, bag: Bag) -> Bag {
    let mut out = Bag::new();
    let mut places: HashMap<(u32, usize), Vec<Allowance>> = HashMap::new();
    for file in sources.files().filter(|f| !f.is_built_in() && f.text.contains(MARK)) {
        collect(file, known, &mut places, &mut out);
    }
    if places.is_empty() && out.findings().is_empty() {
        return bag;
    }
    let (taken, kept): (Vec<Finding>, Vec<Finding>) =
        bag.into_findings().into_iter().partition(|f| is_allowed(f, sources, &mut places));
    let stands = kept.iter().any(|f| f.level == Level::Error);
    drop(taken);
    out.extend(kept.into_iter().collect());
    // A run that an error stopped has not found everything.
    let unused = places.into_values().flatten().filter(|a| !a.used && !stands);
    for allowance in unused {
        let message = format!("there is no finding `{}` here that could be allowed", allowance.code);
        let help = "take the comment out, or move it to the line of the finding";
        out.push(Finding::warning(&UNUSED_ALLOWANCE, allowance.span, message, help));
    }
    out
}

/// Whether a finding can be allowed at all.
fn can_be_allowed(level: Level, code: &Code) -> bool {
    level != Level::Error || code.id == PLAINTEXT_SECRET.id
}

fn is_allowed(finding: &Finding, sources: &SourceMap, places: &mut HashMap<(u32, usize), Vec<Allowance>>) -> bool {
    let Place::Span(span) = finding.primary.place else { return false };
    let Some(file) = sources.file_of(span) else { return false };
    let key = (file.base(), file.line_col(span).line);
    let fits = |a: &&mut Allowance| a.code == finding.code.id && can_be_allowed(finding.level, finding.code);
    let Some(allowance) = places.get_mut(&key).and_then(|here| here.iter_mut().find(fits)) else { return false };
    allowance.used = true;
    true
}

/// The comments of a file, by the line that they are about.
fn collect<'s>(
    file: &'s SourceFile,
    known: &dyn Fn(&str) -> bool,
    places: &mut HashMap<(u32, usize), Vec<Allowance<'s>>>,
    bag: &mut Bag,
) {
    for (at, _) in file.text.match_indices(MARK) {
        let line = file.line_col(file.span(at, at)).line;
        let Some((start, end)) = file.line_range(line) else { continue };
        let before = file.text.get(start..at).unwrap_or_default();
        let Some(lead) = before.trim_end().strip_suffix('#') else { continue };
        if !(lead.is_empty() || lead.ends_with([' ', '\t'])) {
            continue;
        }
        let words = file.text.get(at + MARK.len()..end).unwrap_or_default();
        let words = words.split(" #").next().unwrap_or_default().trim();
        let (code, reason) = words.split_once(' ').unwrap_or((words, ""));
        let span = file.span(at, at + MARK.len() + 1 + words.len());
        let fault = match () {
            () if !known(code) => Some(format!("`{code}` is no code of a finding")),
            () if reason.trim().is_empty() => Some(format!("nothing says why `{code}` is allowed here")),
            () => None,
        };
        if let Some(message) = fault {
            let help = format!("write `# {MARK} CODE REASON`, with the code that the finding shows in brackets");
            bag.push(Finding::error(&ALLOWANCE_FORM, span, message, help));
            continue;
        }
        let about = if lead.trim().is_empty() { line + 1 } else { line };
        places.entry((file.base(), about)).or_default().push(Allowance { code, span, used: false });
    }
}
