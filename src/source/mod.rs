//! The loaded files and the door to the outside.

mod bounded;
mod disk;
mod entries;
pub mod git;
mod glob;
mod memory;
mod overlay;
pub mod path;
mod text;
mod world;

pub use bounded::Bounded;
pub use disk::Disk;
pub use glob::{Glob, Globber};
pub use memory::Memory;
pub use overlay::Overlay;
pub use text::{CODES, read_text, read_texts, too_large};
pub use world::{FileKind, World, WorldError};

use crate::base::Span;

/// All texts that were read, laid end to end in one position space.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    next: u32,
}

/// One text.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as messages name it: relative to the folder of the spec where it lies below it.
    pub path: String,
    /// The text.
    pub text: String,
    base: u32,
    built_in: bool,
    line_starts: std::sync::OnceLock<Vec<u32>>,
}

/// A place as a reader sees it. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCol {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Handle of a file in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(usize);

impl SourceMap {
    /// A place in the input: this one, or `origin`, that of the thing, where it is none or in a built-in template.
    #[must_use]
    pub fn in_input(&self, span: Span, origin: Span) -> Span {
        if self.file_of(span).is_none_or(SourceFile::is_built_in) { origin } else { span }
    }

    /// An empty map.
    #[must_use]
    pub fn new() -> SourceMap {
        SourceMap { files: Vec::new(), next: 1 }
    }

    /// Adds a text. `None` when the position space (4 GiB over all files) is full.
    pub fn add(&mut self, path: impl Into<String>, text: String) -> Option<FileId> {
        let len = u32::try_from(text.len()).ok()?;
        let base = self.next;
        self.next = base.checked_add(len)?.checked_add(1)?;
        let line_starts = std::sync::OnceLock::new();
        let file = SourceFile { path: path.into(), text, base, built_in: false, line_starts };
        self.files.push(file);
        Some(FileId(self.files.len() - 1))
    }

    /// Marks a text as one that is in the program: faults of what it writes are shown where it is used.
    pub fn mark_built_in(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(id.0) {
            file.built_in = true;
        }
    }

    /// The file of a handle.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0)
    }

    /// All files in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// The file that holds a span.
    #[must_use]
    pub fn file_of(&self, span: Span) -> Option<&SourceFile> {
        if span.is_none() {
            return None;
        }
        let after = self.files.partition_point(|f| f.base <= span.lo);
        self.files.get(after.checked_sub(1)?)
    }

    /// The text of a span.
    #[must_use]
    pub fn text_of(&self, span: Span) -> Option<&str> {
        let file = self.file_of(span)?;
        let (lo, hi) = file.range(span);
        file.text.get(lo..hi)
    }
}

impl SourceFile {
    /// Whether it is a template that is in the program.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.built_in
    }

    /// The same file with another text, whose places are those of this one. `None` when it is not of the same length.
    #[must_use]
    pub fn with_text(&self, text: String) -> Option<SourceFile> {
        let line_starts = std::sync::OnceLock::new();
        let same = text.len() == self.text.len();
        same.then(|| SourceFile { path: self.path.clone(), text, base: self.base, built_in: false, line_starts })
    }

    /// First position of this file in the common space.
    #[must_use]
    pub fn base(&self) -> u32 {
        self.base
    }

    /// The span of this file's bytes `lo..hi`.
    #[must_use]
    pub fn span(&self, lo: usize, hi: usize) -> Span {
        let offset = |n: usize| self.base + u32::try_from(n.min(self.text.len())).unwrap_or(0);
        Span::new(offset(lo), offset(hi))
    }

    /// The bytes of this file that a span covers.
    #[must_use]
    pub fn range(&self, span: Span) -> (usize, usize) {
        let at = |pos: u32| (pos.saturating_sub(self.base) as usize).min(self.text.len());
        let lo = at(span.lo);
        (lo, at(span.hi).max(lo))
    }

    /// The bytes of a line, counted from 1, without its end; `None` after the last line.
    #[must_use]
    pub fn line_range(&self, line: usize) -> Option<(usize, usize)> {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let start = *starts.get(line.checked_sub(1)?)? as usize;
        let end = starts.get(line).map_or(self.text.len(), |&next| next as usize - 1);
        let text = self.text.get(start..end)?;
        Some((start, start + text.strip_suffix('\r').unwrap_or(text).len()))
    }

    /// The line that a byte of this file lies in, from 1.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        starts.partition_point(|&s| s as usize <= byte).max(1)
    }

    /// Line and column of the start of a span.
    #[must_use]
    pub fn line_col(&self, span: Span) -> LineCol {
        let (lo, _) = self.range(span);
        let line = self.line_of(lo);
        let start = self.line_range(line).map_or(0, |(start, _)| start);
        let column = self.text.get(start..lo).map_or(0, |t| t.chars().count()) + 1;
        LineCol { line, column }
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let newlines = text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
    std::iter::once(0).chain(newlines.filter_map(|(i, _)| u32::try_from(i + 1).ok())).collect()
}
