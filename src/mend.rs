//! `check --fix`: makes the edits that findings carry, looks again, and keeps what helped.
//!
//! Edits are made in memory, all at once where that works. When a run finds that they did not help, they are made in
//! halves, so that one that harms does not keep the others from being made. At the end the files are written, each as a
//! whole, and only if nobody has changed them meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Finding, Level};
use crate::model::key::Key;
use crate::pipeline::{Outcome, Reached};
use crate::source::{Overlay, SourceMap, World};

/// Most runs of the pipeline: what is left then is left.
const RUNS: usize = 60;

/// What came of it.
pub struct Mended {
    /// The last run: what is still found.
    pub outcome: Outcome,
    /// Files that changed, with their texts before and after.
    pub changes: Vec<Change>,
    /// How many findings were mended by an edit of theirs.
    pub fixed: usize,
    /// How many edits were taken back, because they did not help.
    pub refused: usize,
}

/// A file that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path, relative to the folder of the spec.
    pub path: String,
    /// The text before.
    pub before: String,
    /// The text after.
    pub after: String,
}

/// The edits of a finding, as byte ranges of files.
struct Fix {
    key: Key,
    edits: Vec<(String, usize, usize, String)>,
}

struct Work<'w, 'r> {
    run: &'r dyn Fn(&dyn World) -> Outcome,
    overlay: Overlay<'w>,
    outcome: Outcome,
    refused: BTreeSet<Key>,
    before: BTreeMap<String, String>,
    fixed: usize,
    runs: usize,
}

/// Mends what can be mended. Nothing is written.
pub fn mend(world: &dyn World, run: &dyn Fn(&dyn World) -> Outcome) -> Mended {
    let (overlay, outcome) = (Overlay::new(world), run(world));
    let mut work = Work { run, overlay, outcome, refused: BTreeSet::new(), before: BTreeMap::new(), fixed: 0, runs: 1 };
    loop {
        let fixes = fixes(&work.outcome, &work.refused);
        if fixes.is_empty() || !work.attempt(&fixes) {
            break;
        }
    }
    let change = |(path, after): (&String, &String)| {
        let before = work.before.get(path).cloned().unwrap_or_default();
        Some(Change { path: path.clone(), before, after: after.clone() }).filter(|c| c.before != c.after)
    };
    let changes = work.overlay.texts().iter().filter_map(change).collect();
    Mended { changes, fixed: work.fixed, refused: work.refused.len(), outcome: work.outcome }
}

/// Writes the files that changed.
///
/// # Errors
/// When one was changed by somebody else meanwhile, or can't be written; the files before it are written then.
pub fn write(world: &dyn World, changes: &[Change]) -> Result<(), String> {
    for change in changes {
        let now = world.read(&change.path).map_err(|e| e.to_string())?;
        if now != change.before.as_bytes() {
            return Err(format!("{} was changed meanwhile, and is left as it is", change.path));
        }
        world.write(&change.path, change.after.as_bytes()).map_err(|e| e.to_string())?;
    }
    Ok(())
}

impl Work<'_, '_> {
    /// Makes some fixes; in halves, where they don't help together. Whether any was made.
    fn attempt(&mut self, fixes: &[Fix]) -> bool {
        if self.runs >= RUNS {
            return false;
        }
        self.runs += 1;
        let texts = applied(fixes, &self.outcome.sources);
        let overlay = self.overlay.with(texts);
        let next = (self.run)(&overlay);
        if helped(&self.outcome, &next, fixes) {
            for path in overlay.texts().keys() {
                if let Some(file) = self.outcome.sources.files().find(|f| f.path == *path) {
                    self.before.entry(path.clone()).or_insert_with(|| file.text.clone());
                }
            }
            self.fixed += fixes.len();
            (self.overlay, self.outcome) = (overlay, next);
            return true;
        }
        if let [one] = fixes {
            self.refused.insert(one.key.clone());
            // The others may still help.
            return true;
        }
        let (first, second) = fixes.split_at(fixes.len() / 2);
        // Once one half is made, the places of the other have moved: it comes with the next round.
        self.attempt(first) || self.attempt(second)
    }
}

/// Fixes that do not touch each other, in the order of their places.
fn fixes(outcome: &Outcome, refused: &BTreeSet<Key>) -> Vec<Fix> {
    let mut taken: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    let mut out = Vec::new();
    for finding in outcome.findings.iter().filter(|f| !f.edits.is_empty()) {
        let key = Key::of(finding, &outcome.sources);
        let Some(edits) = edits(finding, &outcome.sources).filter(|_| !refused.contains(&key)) else { continue };
        let free = edits
            .iter()
            .all(|(path, lo, hi, _)| taken.get(path).is_none_or(|ranges| ranges.iter().all(|(l, h)| hi < l || h < lo)));
        if free {
            edits.iter().for_each(|(path, lo, hi, _)| taken.entry(path.clone()).or_default().push((*lo, *hi)));
            out.push(Fix { key, edits });
        }
    }
    out
}

fn edits(finding: &Finding, sources: &SourceMap) -> Option<Vec<(String, usize, usize, String)>> {
    let edit = |edit: &crate::diag::Edit| {
        let file = sources.file_of(edit.span()).filter(|file| !file.is_built_in())?;
        let (lo, hi) = file.range(edit.span());
        Some((file.path.clone(), lo, hi, edit.text(file.text.get(lo..hi)?)?))
    };
    finding.edits.iter().map(edit).collect()
}

/// The texts of the files that fixes touch, with the fixes.
fn applied(fixes: &[Fix], sources: &SourceMap) -> BTreeMap<String, String> {
    let mut by_file: BTreeMap<&str, Vec<(usize, usize, &str)>> = BTreeMap::new();
    for (path, lo, hi, new) in fixes.iter().flat_map(|fix| &fix.edits) {
        by_file.entry(path).or_default().push((*lo, *hi, new));
    }
    let mut out = BTreeMap::new();
    for (path, mut edits) in by_file {
        let Some(file) = sources.files().find(|file| file.path == path && !file.is_built_in()) else { continue };
        edits.sort_unstable();
        let (mut text, mut at) = (String::with_capacity(file.text.len()), 0);
        for (lo, hi, new) in edits {
            text.push_str(file.text.get(at..lo).unwrap_or_default());
            text.push_str(new);
            at = hi;
        }
        text.push_str(file.text.get(at..).unwrap_or_default());
        out.insert(path.to_owned(), text);
    }
    out
}

/// Whether a run found less: it came further, or found fewer errors, or as many and less else; and what was to be
/// mended is mended.
fn helped(before: &Outcome, after: &Outcome, fixes: &[Fix]) -> bool {
    let keys = |outcome: &Outcome| {
        let mut keys: BTreeMap<Key, usize> = BTreeMap::new();
        outcome.findings.iter().for_each(|f| *keys.entry(Key::of(f, &outcome.sources)).or_default() += 1);
        keys
    };
    let (old, new) = (keys(before), keys(after));
    let count = |keys: &BTreeMap<Key, usize>, key: &Key| keys.get(key).copied().unwrap_or_default();
    let mended = fixes.iter().all(|fix| count(&new, &fix.key) < count(&old, &fix.key));
    let score = |outcome: &Outcome| {
        let errors = outcome.findings.iter().filter(|f| f.level == Level::Error).count();
        (std::cmp::Reverse::<Reached>(outcome.reached), errors, outcome.findings.len())
    };
    // A run that could not read the spec has found nothing else; one that finds a key twice has read only one of them.
    let reads = after.reached >= before.reached;
    let breaks = |key: &Key| key.code.starts_with("yaml-") || ["duplicate-name", "key-conflict"].contains(&&*key.code);
    let broken = new.iter().any(|(key, number)| breaks(key) && *number > count(&old, key));
    mended && reads && !broken && score(after) < score(before)
}
