//! From events to values.

use std::borrow::Cow;
use std::sync::Arc;

use super::keys::{Index, Keys};
use super::layout::{find_between, line_at};
use super::scalar::resolve;
use super::tags::{Core, Tag};
use super::{Limits, codes};
use crate::base::{Entry, Kind, Map, Span, Value};
use crate::diag::{Bag, Code, Finding, Place};
use crate::source::SourceFile;

/// After so many findings the rest of a file is not read: it is another kind of file.
const MAX_FINDINGS: usize = 200;

/// Reading of this file has ended before its time; a finding says why.
pub(super) struct Stop;

/// What stands before a node: an anchor (0 for none) and a tag with its place.
#[derive(Clone, Copy, Default)]
pub(super) struct Props {
    pub(super) anchor: usize,
    pub(super) tag: Option<(Tag, Bytes)>,
}

/// A range of bytes of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes {
    pub(super) lo: usize,
    pub(super) hi: usize,
}

/// Builds the values of one file. Its stack is on the heap, so no depth of input can overflow ours.
pub(super) struct Builder<'a> {
    pub(super) file: &'a SourceFile,
    /// The place of all values, if not their own.
    pub(super) at: Option<Span>,
    bag: &'a mut Bag,
    pub(super) limits: &'a Limits,
    pub(super) keys: Keys,
    pub(super) frames: Vec<Frame>,
    pub(super) items: Vec<Value>,
    pub(super) entries: Vec<Entry>,
    pub(super) anchors: Vec<Option<Anchored>>,
    pub(super) docs: Vec<Value>,
    /// Nodes as written, nodes that aliases stand for, and the sum of both.
    nodes: usize,
    pub(super) alias_nodes: usize,
    findings: usize,
    /// A template that was read as a mapping, until it is known that the line makes no sense at all.
    template: Option<Finding>,
    /// End of the last token, and the last scalar.
    pub(super) last_end: usize,
    pub(super) last_scalar: Bytes,
}

/// A list or mapping that is still open.
pub(super) struct Frame {
    pub(super) list: bool,
    pub(super) flow: bool,
    pub(super) bytes: Bytes,
    /// Where its children start on the stack of items or entries.
    pub(super) start: usize,
    pub(super) anchor: usize,
    /// Nodes before it, to count its own when it closes.
    pub(super) before: usize,
    pub(super) height: usize,
    pub(super) key: Key,
    pub(super) index: Index,
    pub(super) merge: Option<Merge>,
    /// Whether it is an unquoted template, `{{ x }}`, which stands for its text.
    pub(super) template: bool,
}

/// The key that waits for its value.
pub(super) enum Key {
    None,
    Name(Arc<str>, Span),
    Merge(Span),
    /// It was faulty: the value is read and left out.
    Refused,
}

/// The mappings that `<<` named, and the position it stood at.
pub(super) struct Merge {
    pub(super) position: usize,
    pub(super) place: Span,
    pub(super) maps: Vec<Arc<Map>>,
}

pub(super) struct Anchored {
    pub(super) value: Value,
    pub(super) bytes: Bytes,
    pub(super) nodes: usize,
    pub(super) height: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: &'a SourceFile, at: Option<Span>, bag: &'a mut Bag, limits: &'a Limits) -> Builder<'a> {
        Builder {
            file,
            at,
            bag,
            limits,
            keys: Keys::default(),
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            anchors: Vec::new(),
            docs: Vec::new(),
            nodes: 0,
            alias_nodes: 0,
            findings: 0,
            template: None,
            last_end: 0,
            last_scalar: Bytes::default(),
        }
    }

    /// The documents that were read to their end.
    pub(super) fn into_docs(mut self) -> Vec<Value> {
        self.bag.extend(self.template.take().into_iter().collect());
        self.docs
    }

    /// Adds a finding at a range of the file.
    pub(super) fn report(
        &mut self,
        code: &'static Code,
        bytes: Bytes,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Result<(), Stop> {
        let span = self.file.span(bytes.lo, bytes.hi);
        self.push(Finding::error(code, span, message, help))
    }

    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Finding) -> Result<(), Stop> {
        self.bag.extend(self.template.take().into_iter().collect());
        self.bag.push(finding);
        self.findings += 1;
        if self.findings < MAX_FINDINGS { Ok(()) } else { Err(Stop) }
    }

    /// Keeps the finding for a template that was read as a mapping until the next one is known.
    pub(super) fn hold_template(&mut self, finding: Finding) -> Result<(), Stop> {
        let before = self.template.replace(finding);
        self.findings += 1;
        self.bag.extend(before.into_iter().collect());
        if self.findings < MAX_FINDINGS { Ok(()) } else { Err(Stop) }
    }

    /// Drops it when the line that holds `at` is no YAML because of it, which says more.
    pub(super) fn drop_template(&mut self, at: usize) {
        let (start, line) = line_at(&self.file.text, at);
        let line = self.file.span(start, start + line.len());
        let on_line = |f: &Finding| matches!(f.primary.place, Place::Span(place) if line.contains(place));
        self.template.take_if(|held| on_line(held));
    }

    pub(super) fn span(&self, bytes: Bytes) -> Span {
        self.at.unwrap_or_else(|| self.file.span(bytes.lo, bytes.hi))
    }

    fn count(&mut self, bytes: Bytes) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes <= self.limits.max_nodes {
            return Ok(());
        }
        let message = format!("the file holds more than {} values", self.limits.max_nodes);
        self.report(&codes::TOO_LARGE, bytes, message, "split it into several files")?;
        Err(Stop)
    }

    /// Reports nesting beyond the limit.
    pub(super) fn too_deep(&mut self, bytes: Bytes) -> Result<(), Stop> {
        let message = format!("lists and mappings are nested more than {} levels deep", self.limits.max_depth);
        self.report(&codes::TOO_DEEP, bytes, message, "flatten the structure")?;
        Err(Stop)
    }

    fn foreign_tag(&mut self, bytes: Bytes) -> Result<(), Stop> {
        let text = self.file.text.get(bytes.lo..bytes.hi).unwrap_or("!");
        let message = format!("the tag `{text}` has no meaning here");
        let help = match text {
            "!!binary" => "remove the tag and write the data as a quoted base64 text",
            _ => "remove the tag; if text that begins with `!` is meant, put it in double quotes",
        };
        self.report(&codes::TAG, bytes, message, help)
    }

    pub(super) fn at_key(&self) -> bool {
        self.frames.last().is_some_and(|f| !f.list && matches!(f.key, Key::None))
    }

    /// A scalar. `plain` says that it was not quoted, so that its text decides its type.
    pub(super) fn scalar(&mut self, text: Cow<'_, str>, plain: bool, bytes: Bytes, props: Props) -> Result<(), Stop> {
        self.count(bytes)?;
        let bytes = self.place_of_empty(bytes);
        self.last_scalar = bytes;
        self.last_end = self.last_end.max(bytes.hi);
        let text = if bytes.lo == bytes.hi { Cow::Borrowed("") } else { text };
        let untagged = props.tag.is_none() && props.anchor == 0;
        if untagged && self.at_key() {
            return match plain {
                true if text == "<<" => self.merge_key(bytes),
                true if matches!(&*text, "" | "~" | "null" | "Null" | "NULL") => self.refuse_key(bytes, "null"),
                _ => self.key(&text, bytes),
            };
        }
        let kind = self.scalar_kind(&text, plain, bytes, props)?;
        let value = Value { kind, span: self.span(bytes) };
        self.done(value, bytes, props.anchor, 1, 0)
    }

    fn scalar_kind(&mut self, text: &str, plain: bool, bytes: Bytes, props: Props) -> Result<Kind, Stop> {
        let by_style = |text: &str| if plain { resolve(text) } else { Kind::Str(text.into()) };
        Ok(match props.tag {
            None => by_style(text),
            Some((Tag::Plain, _)) => Kind::Str(text.into()),
            Some((Tag::Foreign, place)) => {
                self.foreign_tag(place)?;
                by_style(text)
            }
            Some((Tag::Core(core), place)) => {
                let kind = core.scalar(text);
                if kind.is_none() {
                    self.mismatch(place, bytes)?;
                }
                kind.unwrap_or_else(|| by_style(text))
            }
        })
    }

    fn mismatch(&mut self, tag: Bytes, value: Bytes) -> Result<(), Stop> {
        let name = self.file.text.get(tag.lo..tag.hi).unwrap_or_default();
        let message = format!("the value is not what its tag `{name}` says");
        let finding = Finding::error(
            &codes::TAG,
            self.file.span(tag.lo, tag.hi),
            message,
            "remove the tag, or write a value of that type",
        );
        self.push(finding.also(self.file.span(value.lo, value.hi), "the value"))
    }

    /// An absent value has no bytes; its place is right after the colon or dash that announced it.
    fn place_of_empty(&self, bytes: Bytes) -> Bytes {
        if bytes.lo != bytes.hi {
            return bytes;
        }
        let in_list = self.frames.last().is_none_or(|f| f.list);
        let wanted: &[u8] = if in_list { b"-" } else { b":" };
        let after = find_between(&self.file.text, self.last_end, self.file.text.len().min(bytes.hi + 1), wanted);
        after.map_or(bytes, |at| Bytes { lo: at + 1, hi: at + 1 })
    }

    /// The start of a list or mapping.
    pub(super) fn start(&mut self, list: bool, flow: bool, bytes: Bytes, props: Props) -> Result<(), Stop> {
        self.count(bytes)?;
        if self.frames.len() >= self.limits.max_depth {
            return self.too_deep(bytes);
        }
        match props.tag {
            Some((Tag::Foreign, place)) => self.foreign_tag(place)?,
            Some((Tag::Core(core), place)) if core != if list { Core::Seq } else { Core::Map } => {
                self.mismatch(place, bytes)?;
            }
            _ => {}
        }
        // A list that is not indented below its key starts, to the parser, after the first dash.
        let in_map = self.frames.last().is_some_and(|f| !f.list);
        let dash = (list && !flow && in_map).then(|| find_between(&self.file.text, self.last_end, bytes.lo + 1, b"-"));
        let lo = dash.flatten().unwrap_or(bytes.lo);
        if flow {
            self.last_end = self.last_end.max(bytes.hi);
        }
        self.reserve_anchor(props.anchor);
        self.frames.push(Frame {
            list,
            flow,
            bytes: Bytes { lo, hi: bytes.hi.max(lo) },
            start: if list { self.items.len() } else { self.entries.len() },
            anchor: props.anchor,
            before: self.nodes + self.alias_nodes,
            height: 1,
            key: Key::None,
            index: Index::default(),
            merge: None,
            template: false,
        });
        Ok(())
    }

    /// The place of the innermost bracket that is still open.
    pub(super) fn open_bracket(&self) -> Option<Span> {
        let frame = self.frames.last().filter(|f| f.flow)?;
        Some(self.file.span(frame.bytes.lo, frame.bytes.lo + 1))
    }

    /// The end of the innermost list or mapping.
    pub(super) fn end(&mut self, bytes: Bytes) -> Result<(), Stop> {
        let Some(mut frame) = self.frames.pop() else { return Ok(()) };
        if frame.flow && bytes.lo != bytes.hi {
            frame.bytes.hi = bytes.hi;
            self.last_end = self.last_end.max(bytes.hi);
        }
        let kind = if frame.list {
            Kind::List(Arc::new(self.items.drain(frame.start..).collect()))
        } else {
            let own: Vec<Entry> = self.entries.drain(frame.start..).collect();
            let text = self.file.text.get(frame.bytes.lo..frame.bytes.hi).filter(|_| frame.template);
            let entries = match frame.merge.take() {
                Some(merge) => merge.into(own, &mut frame.index),
                None => own,
            };
            text.map_or_else(|| Kind::Map(Arc::new(Map::from_unique(entries))), |text| Kind::Str(text.into()))
        };
        let value = Value { kind, span: self.span(frame.bytes) };
        let nodes = 1 + self.nodes + self.alias_nodes - frame.before;
        self.done(value, frame.bytes, frame.anchor, nodes, frame.height)
    }
}
