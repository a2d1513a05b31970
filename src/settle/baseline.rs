//! A list of findings that are known and do not count, for old repositories.
//!
//! A text file with a line for each finding, sorted, so that git merges it: file, code, how many there are, and the
//! message, with tabs between them.

use std::collections::BTreeMap;

use crate::base::Span;
use crate::diag::{Bag, Finding, Level, Suppressed, SuppressedBy};
use crate::model::key::Key;
use crate::source::SourceMap;

crate::codes! {
    /// A line of the baseline is about a finding that is no longer there, or not so often.
    ///
    /// Somebody has mended it. Left behind, the line would hide the next finding of that kind in that file.
    /// Write the baseline anew: `sailplan check --baseline FILE --write-baseline`.
    BASELINE_STALE = "baseline-stale": note outside;
}

/// The first line of the file.
const HEAD: &str = "# sailplan baseline 1: file, code, count, message; written by `sailplan check --write-baseline`";

/// What a baseline holds: how many findings of each key are known, and where it says so.
#[derive(Debug, Default)]
pub struct Baseline {
    known: BTreeMap<Key, (usize, Span)>,
}

/// What stands beside the baseline, and what it hides.
#[derive(Debug)]
pub struct Split {
    /// Findings that count.
    pub findings: Vec<Finding>,
    /// Notes about stale lines.
    pub stale: Bag,
    /// Findings that the baseline hides.
    pub hidden: Vec<Suppressed>,
}

/// Which findings a baseline may hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All: nothing is made of what was checked.
    All,
    /// All but errors: nothing is written while one stands, and hiding it would not change that.
    NoErrors,
}

impl Reach {
    fn holds(self, finding: &Finding) -> bool {
        // Stale lines are about the baseline itself.
        (self == Reach::All || finding.level != Level::Error) && finding.code != &BASELINE_STALE
    }
}

impl Baseline {
    /// Reads the text of a baseline, which is added to the sources so that findings can point at it.
    ///
    /// # Errors
    /// When it is none; the text says which line.
    pub fn read(path: &str, text: String, sources: &mut SourceMap) -> Result<Baseline, String> {
        let too_large = || format!("{path}: the baseline is too large");
        let id = sources.add(path, text).ok_or_else(too_large)?;
        let file = sources.file(id).ok_or_else(too_large)?;
        if !file.text.starts_with("# sailplan baseline 1") {
            return Err(format!("{path} is no baseline; its first line is `{HEAD}`"));
        }
        let mut known = BTreeMap::new();
        let mut at = 0;
        for (number, whole) in file.text.split_inclusive('\n').enumerate() {
            let line = whole.trim_end_matches(['\n', '\r']);
            let span = file.span(at, at + line.len());
            at += whole.len();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = || format!("{path}:{}: this is no line of a baseline; write it anew", number + 1);
            let mut parts = line.splitn(4, '\t').map(str::to_owned);
            let (path, code, count, message) = parts
                .next()
                .zip(parts.next())
                .zip(parts.next())
                .zip(parts.next())
                .map(|(((path, code), count), message)| (path, code, count, message))
                .ok_or_else(bad)?;
            let count: usize = count.parse().map_err(|_| bad())?;
            // A merge may leave a line twice.
            let known = known.entry(Key { path, code, message }).or_insert((0, span));
            known.0 = known.0.max(count);
        }
        Ok(Baseline { known })
    }

    /// Takes known findings out, as many of each as are known, the first ones. There are notes about stale lines only if
    /// the run looked at everything: `whole`.
    #[must_use]
    pub fn split(&self, findings: Vec<Finding>, sources: &SourceMap, reach: Reach, whole: bool) -> Split {
        let mut left: BTreeMap<&Key, usize> = self.known.iter().map(|(key, (count, _))| (key, *count)).collect();
        let (mut kept, mut hidden, mut stale) = (Vec::new(), Vec::new(), Bag::new());
        for finding in findings {
            let known = Some(Key::of(&finding, sources)).filter(|_| reach.holds(&finding));
            match known.and_then(|key| left.get_mut(&key)).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    hidden.push(Suppressed { finding, by: SuppressedBy::Baseline });
                }
                None => kept.push(finding),
            }
        }
        for (key, (count, span)) in self.known.iter().filter(|_| whole) {
            let gone = left.get(key).copied().unwrap_or_default();
            if gone > 0 {
                stale.push(gone_from(key, *count, gone, *span));
            }
        }
        Split { findings: kept, stale, hidden }
    }
}

fn gone_from(key: &Key, count: usize, gone: usize, span: Span) -> Finding {
    let Key { code, path, .. } = key;
    let message = match gone == count {
        true => format!("the baseline knows `{code}` in `{path}`, which is no longer there"),
        false => format!("the baseline knows `{code}` in `{path}` {count} times, {gone} of them are no longer there"),
    };
    let help = "write the baseline anew: `sailplan check --baseline FILE --write-baseline`";
    Finding::note(&BASELINE_STALE, span, message, help)
}

/// The text of a baseline that knows these findings, and how many they are.
#[must_use]
pub fn text(findings: &[Finding], sources: &SourceMap, reach: Reach) -> (String, usize) {
    let mut counts: BTreeMap<Key, usize> = BTreeMap::new();
    let held = findings.iter().filter(|f| reach.holds(f));
    held.for_each(|f| *counts.entry(Key::of(f, sources)).or_default() += 1);
    let line = |(key, count): (&Key, &usize)| format!("{}\t{}\t{count}\t{}\n", key.path, key.code, key.message);
    (format!("{HEAD}\n{}", counts.iter().map(line).collect::<String>()), counts.values().sum())
}
