//! A compiled template.

use std::sync::Arc;

use super::formula::Formula;
use crate::base::{Span, Value};

/// What gives one value.
#[derive(Debug)]
pub(super) enum Node<'e> {
    /// A subtree without expressions, shared by all evaluations.
    Literal(Value),
    /// A scalar that is one expression.
    Native(Formula<'e>),
    /// Text around expressions.
    Text(Text<'e>),
    /// A mapping that holds expressions or directives.
    Map(MapNode<'e>),
    /// A list that holds expressions or directives.
    List { parts: Vec<Part<'e, Node<'e>>>, span: Span },
}

/// A mapping.
#[derive(Debug)]
pub(super) struct MapNode<'e> {
    pub(super) parts: Vec<Part<'e, Pair<'e>>>,
    /// Whether all keys are fixed, and therefore unique.
    pub(super) plain: bool,
    pub(super) span: Span,
}

/// Text around expressions.
#[derive(Debug)]
pub(super) struct Text<'e> {
    pub(super) pieces: Vec<TextPiece<'e>>,
    pub(super) span: Span,
}

/// A piece of a text.
#[derive(Debug)]
pub(super) enum TextPiece<'e> {
    Text(Box<str>),
    Formula(Formula<'e>),
}

/// A key with what gives its value.
#[derive(Debug)]
pub(super) struct Pair<'e> {
    pub(super) key: Key<'e>,
    pub(super) span: Span,
    pub(super) node: Node<'e>,
}

/// A key.
#[derive(Debug)]
pub(super) enum Key<'e> {
    Fixed(Arc<str>),
    Text(Text<'e>),
}

/// An entry of a mapping or an item of a list, or a directive in its place.
#[derive(Debug)]
pub(super) enum Part<'e, T> {
    One(T),
    If(Vec<Branch<'e, T>>),
    For(Loop<'e, T>),
    Spread(Formula<'e>),
}

/// One branch of a condition. `else` has no condition.
#[derive(Debug)]
pub(super) struct Branch<'e, T> {
    pub(super) condition: Option<Formula<'e>>,
    pub(super) body: Vec<Part<'e, T>>,
}

/// A loop.
#[derive(Debug)]
pub(super) struct Loop<'e, T> {
    /// The item; or the key and the value.
    pub(super) variables: Vec<Box<str>>,
    pub(super) source: Formula<'e>,
    pub(super) body: Vec<Part<'e, T>>,
}
