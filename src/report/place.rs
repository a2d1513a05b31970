//! Places as machines read them: path, lines and columns.

use serde::Serialize;

use super::Report;
use crate::base::Span;
use crate::diag::{Edit, Finding, Label, Place};
use crate::source::{SourceFile, SourceMap};

/// Longest range of one line whose end is given, in bytes: counting its characters takes time.
const LONGEST: usize = 1 << 16;

/// A place. Lines and columns count from 1, columns in Unicode code points; the end is behind the last character.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spot {
    /// The file; empty where there is none.
    pub path: String,
    /// Whether it is a template in the program, and no file of the repository.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub built_in: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<usize>,
}

/// Finds places. One that lies behind the last one on the same line is counted on from there, so that the work for
/// places in order is linear, however long the lines are.
#[derive(Debug)]
pub(super) struct Locator<'a> {
    sources: &'a SourceMap,
    base: &'a str,
    last: Option<Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    file: u32,
    line: usize,
    byte: usize,
    column: usize,
}

impl<'a> Locator<'a> {
    pub(super) fn new(report: &Report<'a>) -> Locator<'a> {
        Locator { sources: report.sources, base: report.base, last: None }
    }

    pub(super) fn label(&mut self, label: &Label) -> Spot {
        match &label.place {
            Place::File(path) => Spot { path: format!("{}{path}", self.base), ..Spot::default() },
            Place::Span(span) => self.span(*span),
        }
    }

    pub(super) fn span(&mut self, span: Span) -> Spot {
        let Some(file) = self.sources.file_of(span) else { return Spot::default() };
        let (lo, hi) = file.range(span);
        let path = match file.is_built_in() {
            true => file.path.clone(),
            false => format!("{}{}", self.base, file.path),
        };
        let built_in = file.is_built_in();
        let Some(start) = self.locate(file, lo) else { return Spot { path, built_in, ..Spot::default() } };
        let end = Self::end(file, start, lo, hi);
        Spot {
            path,
            built_in,
            line: Some(start.line),
            column: Some(start.column),
            end_line: end.map(|end| end.line),
            end_column: end.map(|end| end.column),
        }
    }

    fn locate(&mut self, file: &SourceFile, byte: usize) -> Option<Known> {
        let line = file.line_of(byte);
        let (start, _) = file.line_range(line)?;
        let near = self.last.filter(|k| k.file == file.base() && k.line == line && k.byte <= byte);
        let (from, column) = near.map_or((start, 1), |k| (k.byte, k.column));
        let column = column + file.text.get(from..byte)?.chars().count();
        let found = Known { file: file.base(), line, byte, column };
        self.last = Some(found);
        Some(found)
    }

    fn end(file: &SourceFile, start: Known, lo: usize, hi: usize) -> Option<Known> {
        let line = file.line_of(hi);
        let from = if line == start.line { lo } else { file.line_range(line)?.0 };
        let column = if line == start.line { start.column } else { 1 };
        let text = file.text.get(from..hi).filter(|text| text.len() <= LONGEST)?;
        Some(Known { line, byte: hi, column: column + text.chars().count(), ..start })
    }

    /// What an edit writes, with its place; `None` for one that can't be made.
    pub(super) fn edit(&mut self, edit: &Edit) -> Option<(Spot, String)> {
        let text = edit.text(self.sources.text_of(edit.span())?)?;
        Some((self.span(edit.span()), text))
    }

    /// The edits of a finding; none at all where one of them can't be made.
    pub(super) fn edits(&mut self, finding: &Finding) -> Vec<(Spot, String)> {
        finding.edits.iter().map(|edit| self.edit(edit)).collect::<Option<_>>().unwrap_or_default()
    }
}
