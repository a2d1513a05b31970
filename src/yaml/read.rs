//! The reader. The one file that knows the parser crate.

use std::borrow::Cow;

use granit_parser as granit;

use super::build::{Builder, Bytes, Props, Stop};
use super::layout::{find_between, trim_end};
use super::syntax::{self, Fault};
use super::tags::{Core, Tag};
use super::{Limits, codes};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::source::{FileId, SourceFile, SourceMap};

/// Reads all documents of a file; an empty document is null.
///
/// Every value and key has the place of its own token: of a quoted scalar with its quotes, of a block
/// scalar from its `|` or `>`, of an alias the alias itself (what is inside it keeps its own place), of
/// a list or mapping from the first to the last byte of what is inside. Equal keys share their text.
///
/// What is wrong goes to `bag`, all of it an error. Reading continues after a fault of content (a
/// key that stands twice is left out) and stops at a fault of syntax, at a limit, or at the 200th
/// finding: the documents that ended before are given.
pub fn read(sources: &SourceMap, id: FileId, bag: &mut Bag, limits: &Limits) -> Vec<Value> {
    sources.file(id).map(|file| read_file(file, None, bag, limits)).unwrap_or_default()
}

/// Reads all documents of a text that is in no map of sources, or of one that is laid over a file of it
/// ([`SourceFile::with_text`]).
pub fn read_text(file: &SourceFile, bag: &mut Bag, limits: &Limits) -> Vec<Value> {
    read_file(file, None, bag, limits)
}

/// Reads a YAML text that stands inside another value: every value gets the place `at`, that of
/// its host, or [`Span::NONE`].
///
/// # Errors
/// When there is anything wrong with the text: the line in it, and what is wrong.
pub fn read_embedded(text: &str, at: Span) -> Result<Vec<Value>, String> {
    read_inner(text, Some(at), |_, docs| docs)
}

/// Reads a text that is in no map of sources: all values get a place, or that in the text. What comes out is made of
/// them beside the file that they point into.
pub(super) fn read_inner(
    text: &str,
    at: Option<Span>,
    made: impl FnOnce(&SourceFile, Vec<Value>) -> Vec<Value>,
) -> Result<Vec<Value>, String> {
    let mut sources = SourceMap::new();
    let id = sources.add("", text.to_owned()).ok_or("the text is too large")?;
    let file = sources.file(id).ok_or("the text is too large")?;
    let mut bag = Bag::new();
    let docs = read_file(file, at, &mut bag, &Limits::default());
    match bag.into_sorted().first() {
        None => Ok(made(file, docs)),
        Some(finding) => Err(in_words(file, finding)),
    }
}

fn in_words(file: &SourceFile, finding: &Finding) -> String {
    let crate::diag::Place::Span(span) = finding.primary.place else { return finding.message.clone() };
    format!("line {}: {} ({})", file.line_col(span).line, finding.message, finding.help)
}

fn read_file(file: &SourceFile, at: Option<Span>, bag: &mut Bag, limits: &Limits) -> Vec<Value> {
    let mut builder = Builder::new(file, at, bag, limits);
    let mut options = granit::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: limits.max_depth.saturating_add(1),
        block_nesting_limit: limits.max_depth.saturating_add(1),
    };
    options.set_emit_comments(false);
    for event in granit::Parser::new_from_str_with_options(&file.text, options) {
        let step = match event {
            Ok((event, span)) => take(&mut builder, event, &span),
            Err(error) => fault(&mut builder, &error),
        };
        if step.is_err() {
            break;
        }
    }
    builder.into_docs()
}

fn take(builder: &mut Builder<'_>, event: granit::Event<'_>, span: &granit::Span) -> Result<(), Stop> {
    use granit::{Event, StructureStyle};
    let bytes = bytes(span);
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            let props = Props { anchor, tag: tag_use(tag.as_deref(), span) };
            scalar(builder, text, style, bytes, props)
        }
        Event::SequenceStart(style, anchor, tag) => {
            let props = Props { anchor, tag: tag_use(tag.as_deref(), span) };
            builder.start(true, style == StructureStyle::Flow, bytes, props)
        }
        Event::MappingStart(style, anchor, tag) => {
            let props = Props { anchor, tag: tag_use(tag.as_deref(), span) };
            builder.start(false, style == StructureStyle::Flow, bytes, props)
        }
        Event::SequenceEnd | Event::MappingEnd => builder.end(bytes),
        Event::Alias(id) => builder.alias(id, bytes),
        Event::UnresolvedAlias(_) => {
            builder.dead_alias(bytes, "names no anchor that stands before it", "set the anchor on an earlier value")
        }
        // The marks between documents.
        _ => {
            builder.last_end = builder.last_end.max(bytes.hi);
            Ok(())
        }
    }
}

fn bytes(span: &granit::Span) -> Bytes {
    let range = span.byte_range().unwrap_or_default();
    Bytes { lo: range.start, hi: range.end.max(range.start) }
}

fn tag_use(tag: Option<&granit::Tag>, span: &granit::Span) -> Option<(Tag, Bytes)> {
    let tag = tag?;
    let core = tag.core_suffix().and_then(Core::from_name);
    let plain = tag.handle().is_empty() && tag.suffix() == "!" || tag.handle() == "!" && tag.suffix().is_empty();
    let meaning = match core {
        Some(core) => Tag::Core(core),
        None if plain => Tag::Plain,
        None => Tag::Foreign,
    };
    Some((meaning, span.tag_span().as_ref().map(bytes).unwrap_or_default()))
}

fn scalar(
    builder: &mut Builder<'_>,
    text: Cow<'_, str>,
    style: granit::ScalarStyle,
    bytes: Bytes,
    props: Props,
) -> Result<(), Stop> {
    use granit::ScalarStyle;
    match style {
        ScalarStyle::Plain => builder.scalar(text, true, bytes, props),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => builder.scalar(text, false, bytes, props),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let source = &builder.file.text;
            // The parser's span leaves out the indicator and takes in the blank lines that follow.
            let lo = find_between(source, builder.last_end, bytes.lo, b"|>").unwrap_or(bytes.lo);
            let hi = trim_end(source, lo, bytes.hi);
            builder.scalar(text, false, Bytes { lo, hi }, props)
        }
    }
}

fn fault(builder: &mut Builder<'_>, error: &granit::ScanError) -> Result<(), Stop> {
    let at = error.marker().byte_offset().unwrap_or_default();
    let fault = fault_of(error.kind());
    if fault == Fault::TooDeep {
        return builder.too_deep(syntax::char_at(&builder.file.text, at));
    }
    let found = syntax::explain(&builder.file.text, &fault, at, builder.last_end, builder.last_scalar);
    builder.drop_template(found.bytes.lo);
    let span = builder.file.span(found.bytes.lo, found.bytes.hi);
    let mut finding = Finding::error(&codes::SYNTAX, span, found.message, found.help).label(found.label);
    if fault == Fault::InBrackets
        && let Some(open) = builder.open_bracket()
    {
        finding = finding.also(open, "the bracket that is open");
    }
    builder.push(finding)?;
    Err(Stop)
}

fn fault_of(kind: &granit::ErrorKind) -> Fault {
    use granit::ErrorKind as K;
    match kind {
        K::RecursionLimitExceeded => Fault::TooDeep,
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart
        | K::TabInPlainScalar => Fault::Tab,
        K::UnclosedQuotedScalar | K::InvalidQuotedScalarIndent | K::DocumentIndicatorInQuotedScalar => Fault::OpenQuote,
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => Fault::AfterQuote,
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate
        | K::InvalidUnicodeEscape => Fault::Escape,
        K::UnclosedFlowCollection { open } => Fault::OpenBracket(*open),
        K::MismatchedFlowCollectionEnd { open, close } => Fault::WrongBracket { open: *open, close: *close },
        K::MisplacedFlowCollectionEnd => Fault::StrayBracket,
        K::ExpectedFlowMappingSeparator
        | K::ExpectedFlowSequenceSeparator
        | K::InvalidColonPlacement
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::InvalidFlowScalarIndent => Fault::InBrackets,
        K::MappingValueNotAllowed | K::InvalidMappingValueWhitespace => Fault::Colon,
        K::SimpleKeyExpected | K::InvalidSimpleKey => Fault::NoColon,
        K::ExpectedBlockMappingKey
        | K::ExpectedBlockSequenceEntry
        | K::InvalidIndentation
        | K::InvalidBlockScalarIndent => Fault::Indentation,
        K::ExpectedDocumentStart => Fault::DocumentStart,
        K::BlockSequenceEntryNotAllowed | K::BlockEntryInFlowCollection => Fault::Dash,
        K::UnexpectedCharacter { character } => Fault::Character(*character),
        K::MissingAnchorOrAliasName => Fault::NoName,
        K::InvalidBlockScalarHeader | K::ZeroBlockScalarIndent => Fault::BlockHeader,
        K::CommentNotSeparated | K::CommentInterceptedScalar => Fault::Comment,
        K::UndeclaredTagHandle | K::UnclosedVerbatimTag | K::InvalidTagTerminator | K::MissingTagUri => Fault::Tag,
        _ => Fault::Other,
    }
}
