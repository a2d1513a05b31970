//! The lines of input that a finding points at, cut out and made fit for a terminal.
//!
//! A finding may point into several files and into lines of any length. All that is to be shown is laid
//! into one small text, group after group, so that drawing costs the same however large the input is.

use super::text::{shown, view};
use crate::base::{Span, secrecy};
use crate::diag::{Finding, Label, Masks, Place};
use crate::source::{SourceFile, SourceMap};

/// What to draw.
#[derive(Debug, Default)]
pub(super) struct Excerpt<'a> {
    /// The lines of all groups, each with `\n`.
    pub text: String,
    /// Runs of neighbouring lines; the one with the primary place comes first.
    pub groups: Vec<Group<'a>>,
    /// The marks, that of the primary place first.
    pub marks: Vec<Mark>,
    /// Places that have no lines.
    pub bare: Vec<(&'a str, &'a str)>,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The path of the file.
    pub path: &'a str,
    /// Number of the first line, from 1.
    pub first: usize,
    /// Number of the last line.
    last: usize,
    /// The bytes of these lines in the text.
    pub range: (usize, usize),
}

/// A marked place.
#[derive(Debug)]
pub(super) struct Mark {
    /// The bytes in the text; never beyond one line.
    pub range: (usize, usize),
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in the file, from 1.
    pub column: usize,
    /// What is to be seen there; may be empty.
    pub text: String,
    /// Whether it is the primary place.
    pub primary: bool,
}

/// How to cut.
#[derive(Clone, Copy)]
pub(super) struct Cut<'m> {
    /// What is not shown.
    pub masks: &'m Masks,
    /// Longest line, in characters.
    pub room: usize,
    /// Whether characters beyond ASCII may be used for signs.
    pub unicode: bool,
}

/// A label whose lines are known.
struct Spot<'a> {
    file: &'a SourceFile,
    group: usize,
    line: usize,
    column: usize,
    lo: usize,
    hi: usize,
    text: &'a str,
    primary: bool,
}

/// A line of a file.
#[derive(Clone, Copy)]
struct Line<'a> {
    file: &'a SourceFile,
    /// Its first byte in the file.
    base: usize,
    text: &'a str,
}

/// So many bytes before what is shown are looked at, to know what it is part of.
const LEAD: usize = 512;

impl Line<'_> {
    /// Tells which of the bytes `from..to` hold a secret: one that was found, or one that this line alone
    /// gives away, as in a file that could not be parsed.
    fn covered(self, from: usize, to: usize, masks: &Masks) -> impl Fn(usize) -> bool {
        let start = (from.saturating_sub(LEAD)..=from).find(|i| self.text.is_char_boundary(*i)).unwrap_or(from);
        let alone = secrecy::in_line(self.text.get(start..to).unwrap_or_default());
        move |byte| {
            let span = self.file.span(self.base + byte, self.base + byte);
            masks.hides(span.lo) || alone.iter().any(|range| range.contains(&(byte - start)))
        }
    }
}

impl<'a> Excerpt<'a> {
    /// Cuts out what a finding points at.
    pub(super) fn of(finding: &'a Finding, sources: &'a SourceMap, cut: Cut<'_>) -> Excerpt<'a> {
        let mut excerpt = Excerpt::default();
        let mut spots: Vec<Spot<'a>> = Vec::new();
        for (i, label) in std::iter::once(&finding.primary).chain(&finding.secondary).enumerate() {
            match &label.place {
                Place::File(path) => excerpt.bare.push((path, &label.text)),
                Place::Span(span) => spots.extend(spot(sources, *span, label, i == 0)),
            }
        }
        for spot in &mut spots {
            spot.group = excerpt.group_for(spot);
        }
        for group in 0..excerpt.groups.len() {
            excerpt.lay_out(group, &spots, cut);
        }
        excerpt
    }

    /// The group that has or gets the lines of a spot: one more on each side of the primary place.
    fn group_for(&mut self, spot: &Spot<'a>) -> usize {
        let around = usize::from(spot.primary);
        let filled = |line: &usize| {
            let (lo, hi) = spot.file.line_range(*line)?;
            spot.file.text.get(lo..hi).filter(|text| !text.trim().is_empty())
        };
        let first = spot.line.checked_sub(around).filter(|line| filled(line).is_some()).unwrap_or(spot.line);
        let last = Some(spot.line + around).filter(|line| filled(line).is_some()).unwrap_or(spot.line);
        let path = spot.file.path.as_str();
        let touches = |g: &Group| g.path == path && first <= g.last + 1 && g.first <= last + 1;
        if let Some(i) = self.groups.iter().position(touches) {
            if let Some(group) = self.groups.get_mut(i) {
                group.first = group.first.min(first);
                group.last = group.last.max(last);
            }
            return i;
        }
        self.groups.push(Group { path, first, last, range: (0, 0) });
        self.groups.len() - 1
    }

    /// Appends the lines of a group, and marks the spots in them.
    fn lay_out(&mut self, index: usize, spots: &[Spot<'a>], cut: Cut<'_>) {
        let here: Vec<&Spot> = spots.iter().filter(|s| s.group == index).collect();
        let (Some(lead), Some(group)) = (here.first(), self.groups.get(index)) else { return };
        let start = self.text.len();
        // Long lines are shifted, all by the same, until the first spot is in view.
        let seen = lead.column + lead.file.text.get(lead.lo..lead.hi).map_or(0, |t| t.chars().take(cut.room).count());
        let shift = if seen <= cut.room { 0 } else { (lead.column - 1).saturating_sub(cut.room / 3) };
        for number in group.first..=group.last {
            let on_line: Vec<&Spot> = here.iter().copied().filter(|s| s.line == number).collect();
            if let Some((lo, hi)) = lead.file.line_range(number) {
                let line = lead.file.text.get(lo..hi).unwrap_or_default();
                lay_line(
                    &mut self.text,
                    &mut self.marks,
                    Line { file: lead.file, base: lo, text: line },
                    shift,
                    &on_line,
                    cut,
                );
            }
        }
        let range = (start, self.text.len());
        if let Some(group) = self.groups.get_mut(index) {
            group.range = range;
        }
    }
}

/// Finds the line of a label. The span is cut to its first line.
fn spot<'a>(sources: &'a SourceMap, span: Span, label: &'a Label, primary: bool) -> Option<Spot<'a>> {
    let file = sources.file_of(span)?;
    let at = file.line_col(span);
    let (start, end) = file.line_range(at.line)?;
    let (lo, hi) = file.range(span);
    let lo = lo.clamp(start, end);
    let hi = hi.clamp(lo, end);
    let trimmed = file.text.get(lo..hi).map_or(0, |t| t.trim_end().len());
    let (line, column) = (at.line, at.column);
    Some(Spot { file, group: 0, line, column, lo, hi: lo + trimmed, text: &label.text, primary })
}

fn lay_line(text: &mut String, marks: &mut Vec<Mark>, whole: Line<'_>, shift: usize, spots: &[&Spot], cut: Cut<'_>) {
    let Line { base, text: line, .. } = whole;
    let anchor = spots.first().map(|s| s.lo - base);
    let (from, to) = view(line, shift, anchor, cut.room);
    let more = if cut.unicode { "…" } else { "..." };
    if from > 0 {
        text.push_str(more);
    }
    let covered = whole.covered(from, to, cut.masks);
    let cover = if cut.unicode { '•' } else { '*' };
    // Where each byte of interest ends up in the text.
    let mut edges: Vec<(usize, Option<usize>)> =
        spots.iter().flat_map(|s| [(s.lo - base, None), (s.hi - base, None)]).collect();
    for (i, c) in line.get(from..to).unwrap_or_default().char_indices() {
        for edge in edges.iter_mut().filter(|(byte, place)| place.is_none() && *byte <= from + i) {
            edge.1 = Some(text.len());
        }
        let hidden = !c.is_whitespace() && covered(from + i);
        text.push(if hidden { cover } else { shown(c, cut.unicode) });
    }
    let end = text.len();
    if to < line.len() {
        text.push_str(more);
    }
    text.push('\n');
    for (spot, pair) in spots.iter().zip(edges.chunks(2)) {
        let at = |i: usize| pair.get(i).and_then(|edge| edge.1).unwrap_or(end);
        let words = spot.text.chars().map(|c| shown(c, cut.unicode)).collect();
        let (line, column, primary) = (spot.line, spot.column, spot.primary);
        marks.push(Mark { range: (at(0), at(1)), line, column, text: words, primary });
    }
}
