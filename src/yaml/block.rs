//! YAML texts inside literal blocks: `values: |` keeps lines and columns, so each part of the text has a place of its own.

use std::sync::Arc;

use super::read::{read_embedded, read_inner};
use crate::base::{Entry, Kind, Map, Span, Value};
use crate::source::{SourceFile, SourceMap};

/// Reads a YAML text that stands inside another value. In a literal block every value gets its own place; in a text that
/// is folded, quoted or computed, all get the place `at`, as from [`read_embedded`].
///
/// # Errors
/// When there is anything wrong with the text: the line in it, and what is wrong.
pub fn read_block(sources: &SourceMap, text: &str, at: Span) -> Result<Vec<Value>, String> {
    let Some(block) = sources.file_of(at).and_then(|file| Block::of(file, text, at)) else {
        return read_embedded(text, at);
    };
    read_inner(text, None, |inner, docs| docs.iter().map(|doc| block.moved(inner, doc)).collect())
}

/// A literal block.
struct Block<'a> {
    outer: &'a SourceFile,
    /// The first byte of each line, in the text and in the file.
    lines: Vec<(usize, usize)>,
}

impl<'a> Block<'a> {
    /// The block at a place, if that is one and holds the text line by line.
    fn of(outer: &'a SourceFile, text: &str, at: Span) -> Option<Block<'a>> {
        let (lo, _) = outer.range(at);
        let source = outer.text.get(lo..)?.strip_prefix('|')?;
        let header = source.find('\n')? + 1;
        let content = source.get(header..)?;
        let first = content.lines().find(|line| !line.trim().is_empty())?;
        let indent = first.len() - first.trim_start_matches(' ').len();
        let mut lines = Vec::new();
        let (mut inner, mut place) = (0, lo + 1 + header);
        let mut written = content.split_inclusive('\n');
        for line in text.split_inclusive('\n') {
            let there = written.next().unwrap_or_default();
            let cut = indent.min(there.len() - there.trim_start_matches(' ').len());
            let same = there.get(cut..)?.trim_end_matches(['\r', '\n']) == line.trim_end_matches(['\r', '\n']);
            if !same {
                return None;
            }
            lines.push((inner, place + cut));
            inner += line.len();
            place += there.len();
        }
        Some(Block { outer, lines })
    }

    fn offset(&self, inner: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= inner);
        let line = self.lines.get(after.saturating_sub(1)).copied().unwrap_or_default();
        line.1 + (inner - line.0.min(inner))
    }

    fn place(&self, inner: &SourceFile, span: Span) -> Span {
        let (lo, hi) = inner.range(span);
        match hi > lo {
            true => self.outer.span(self.offset(lo), self.offset(hi - 1) + 1),
            false => self.outer.span(self.offset(lo), self.offset(lo)),
        }
    }

    /// The value with places in the file.
    fn moved(&self, inner: &SourceFile, value: &Value) -> Value {
        let kind = match &value.kind {
            Kind::List(items) => Kind::List(Arc::new(items.iter().map(|item| self.moved(inner, item)).collect())),
            Kind::Map(map) => {
                let entry = |e: &Entry| Entry {
                    key_span: self.place(inner, e.key_span),
                    value: self.moved(inner, &e.value),
                    ..e.clone()
                };
                Kind::Map(Arc::new(Map::from_unique(map.iter().map(entry).collect())))
            }
            other => other.clone(),
        };
        Value { kind, span: self.place(inner, value.span) }
    }
}
