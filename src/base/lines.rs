//! The difference of two texts, line by line, with the words that changed. The only file that knows `similar`.

use std::fmt::Write as _;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// A line of a text diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which side has it.
    pub side: LineSide,
    /// Its number before, from 1.
    pub before: Option<usize>,
    /// Its number after, from 1.
    pub after: Option<usize>,
    /// The text without its end, in parts; `true` for those words that changed.
    pub parts: Vec<(bool, String)>,
}

/// Which side has a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineSide {
    /// Both.
    Same,
    /// The first: it is gone.
    Before,
    /// The second: it is new.
    After,
    /// Neither: equal lines were left out here.
    Gap,
}

/// How long the shortest difference is searched for. After that a longer one is given, which is true too.
const PATIENCE: Duration = Duration::from_millis(500);
/// Texts longer than this, in bytes, are not compared word by word.
const LONGEST_FOR_WORDS: usize = 1 << 16;

/// The lines that differ, each with up to `context` equal lines around it; gaps between them.
#[must_use]
pub fn lines(before: &str, after: &str, context: usize) -> Vec<Line> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let words = before.len().max(after.len()) <= LONGEST_FOR_WORDS;
    let mut out = Vec::new();
    let mut end = (0, 0);
    for group in diff.grouped_ops(context) {
        let start = group.first().map_or(end, |op| (op.old_range().start, op.new_range().start));
        if start != end {
            out.push(gap());
        }
        end = group.last().map_or(end, |op| (op.old_range().end, op.new_range().end));
        for op in &group {
            match words {
                true => out.extend(diff.iter_inline_changes(op).map(|change| {
                    let parts = change.values().iter().map(|(strong, text)| (*strong, trimmed(text)));
                    let parts = parts.filter(|(_, text)| !text.is_empty()).collect();
                    line(change.tag(), change.old_index(), change.new_index(), parts)
                })),
                false => out.extend(diff.iter_changes(op).map(|change| {
                    let parts = vec![(false, trimmed(change.value()))];
                    line(change.tag(), change.old_index(), change.new_index(), parts)
                })),
            }
        }
    }
    if !out.is_empty() && end != (before.lines().count(), after.lines().count()) {
        out.push(gap());
    }
    out
}

fn gap() -> Line {
    Line { side: LineSide::Gap, before: None, after: None, parts: Vec::new() }
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches(['\n', '\r']).to_owned()
}

fn line(tag: ChangeTag, before: Option<usize>, after: Option<usize>, parts: Vec<(bool, String)>) -> Line {
    let side = match tag {
        ChangeTag::Equal => LineSide::Same,
        ChangeTag::Delete => LineSide::Before,
        ChangeTag::Insert => LineSide::After,
    };
    Line { side, before: before.map(|n| n + 1), after: after.map(|n| n + 1), parts }
}

/// The difference of two texts of a file in the unified format, which `patch` and `git apply` read.
#[must_use]
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let all = lines(before, after, 3);
    let mut out = String::new();
    for hunk in all.split(|line| line.side == LineSide::Gap).filter(|hunk| !hunk.is_empty()) {
        if out.is_empty() {
            let _ = writeln!(out, "--- a/{path}\n+++ b/{path}");
        }
        let count = |other: LineSide| hunk.iter().filter(|line| line.side != other).count();
        let (old, new) = (count(LineSide::After), count(LineSide::Before));
        let (first, second) = (hunk.iter().find_map(|l| l.before), hunk.iter().find_map(|l| l.after));
        let _ = writeln!(out, "@@ -{},{old} +{},{new} @@", first.unwrap_or(0), second.unwrap_or(0));
        for line in hunk {
            let mark = match line.side {
                LineSide::Before => '-',
                LineSide::After => '+',
                LineSide::Same | LineSide::Gap => ' ',
            };
            out.push(mark);
            line.parts.iter().for_each(|(_, text)| out.push_str(text));
            out.push('\n');
        }
    }
    out
}
