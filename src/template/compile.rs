//! From a YAML tree to a compiled template.

use std::ops::Range;

use super::check::Context;
use super::codes::TEMPLATE_EXPRESSION;
use super::directive::{self, Directive};
use super::engine::Engine;
use super::fault::Fault;
use super::formula::{self, Formula};
use super::names::{Local, Names};
use super::node::{Branch, Key, Loop, MapNode, Node, Pair, Part, Text, TextPiece};
use super::scalar::{Piece, Scalar, cut};
use crate::base::{Entry, Kind, Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::source::SourceMap;

/// Deepest template.
const MAX_DEPTH: usize = 100;

/// Compiles one template. Faults go to the bag, and the part they are in is left out.
pub(super) struct Compiler<'e, 'c> {
    engine: &'e Engine,
    names: &'c Names,
    sources: Option<&'c SourceMap>,
    bag: &'c mut Bag,
    locals: Vec<Local>,
    depth: usize,
}

type Body<'e, 'c, T> = fn(&mut Compiler<'e, 'c>, &Value) -> Vec<Part<'e, T>>;

impl<'e, 'c> Compiler<'e, 'c> {
    pub(super) fn new(
        engine: &'e Engine,
        names: &'c Names,
        sources: Option<&'c SourceMap>,
        bag: &'c mut Bag,
    ) -> Compiler<'e, 'c> {
        Compiler { engine, names, sources, bag, locals: Vec::new(), depth: 0 }
    }

    pub(super) fn node(&mut self, value: &Value) -> Node<'e> {
        if self.depth >= MAX_DEPTH {
            let message = format!("this template is nested deeper than {MAX_DEPTH} levels");
            self.bag.push(Finding::error(&TEMPLATE_EXPRESSION, value.span, message, "make it flatter"));
            return Node::Literal(Value::default());
        }
        self.depth += 1;
        let node = match &value.kind {
            Kind::Str(text) if text.contains("${{") => self.scalar(text, value.span),
            Kind::List(items) if !items.is_empty() => self.list(items, value.span),
            Kind::Map(map) if !map.is_empty() => self.map(map, value.span),
            _ => Node::Literal(value.clone()),
        };
        self.depth -= 1;
        node
    }

    fn report(&mut self, scalar: &Scalar<'_>, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            let place = scalar.place(&fault.range).span;
            self.bag.push(fault.at(place));
        }
    }

    fn context(&self) -> Context<'_> {
        Context { library: &self.engine.library, names: self.names, locals: &self.locals }
    }

    fn formula(&mut self, scalar: &Scalar<'_>, range: &Range<usize>) -> Option<Formula<'e>> {
        match formula::read(&self.engine.env, &self.context(), scalar, range) {
            Ok((formula, _)) => Some(formula),
            Err(faults) => {
                self.report(scalar, faults);
                None
            }
        }
    }

    fn scalar(&mut self, text: &str, span: Span) -> Node<'e> {
        let scalar = Scalar::new(text, span, self.sources);
        if let Ok(Some(_)) = directive::read(text)
            && let Ok([Piece::Expr(range)]) = cut(text).as_deref()
            && formula::parse(&self.engine.env, text.get(range.clone()).unwrap_or("")).is_err()
        {
            let help = "write it as a key, `${{ if EXPR }}: …`, or write an expression, `${{ a if x else b }}`";
            self.report(&scalar, [directive::fault(&(0..text.len()), "a directive is a key, not a value", help)]);
            return Node::Literal(Value::default());
        }
        match self.pieces(&scalar) {
            Some(mut pieces) => match (pieces.len(), pieces.pop()) {
                (1, Some(TextPiece::Formula(formula))) => Node::Native(formula),
                (1, Some(TextPiece::Text(text))) => Node::Literal(Value::from(&*text).at(span)),
                (_, last) => {
                    pieces.extend(last);
                    Node::Text(Text { pieces, span })
                }
            },
            None => Node::Literal(Value::default()),
        }
    }

    fn pieces(&mut self, scalar: &Scalar<'_>) -> Option<Vec<TextPiece<'e>>> {
        let pieces = match cut(scalar.text) {
            Ok(pieces) => pieces,
            Err(fault) => {
                self.report(scalar, [fault]);
                return None;
            }
        };
        let compiled = pieces.into_iter().map(|piece| match piece {
            Piece::Text(text) => Some(TextPiece::Text(text.into())),
            Piece::Expr(range) => self.formula(scalar, &range).map(TextPiece::Formula),
        });
        // All of them are compiled before the first that failed counts, so that all faults are found.
        compiled.collect::<Vec<_>>().into_iter().collect()
    }

    fn list(&mut self, items: &[Value], span: Span) -> Node<'e> {
        let parts = self.items(items);
        let literal: Option<Vec<Value>> = parts.iter().map(literal_item).collect();
        match literal {
            Some(values) => Node::Literal(Value::from(values).at(span)),
            None => Node::List { parts, span },
        }
    }

    fn items(&mut self, items: &[Value]) -> Vec<Part<'e, Node<'e>>> {
        items.iter().flat_map(|item| self.item(item)).collect()
    }

    /// An item of a list, which may be a directive.
    fn item(&mut self, item: &Value) -> Vec<Part<'e, Node<'e>>> {
        match &item.kind {
            Kind::Map(map) if !map.is_empty() && map.iter().all(|e| directs_items(&e.key)) => {
                self.parts(map, Self::item_body, |_, _| None)
            }
            Kind::Str(text) => match directive::read(text) {
                Ok(Some(Directive::Spread(range))) => {
                    let scalar = Scalar::new(text, item.span, self.sources);
                    self.formula(&scalar, &range).map(Part::Spread).into_iter().collect()
                }
                _ => vec![Part::One(self.node(item))],
            },
            _ => vec![Part::One(self.node(item))],
        }
    }

    /// What a directive among the items of a list adds: the items of a list, or one item.
    fn item_body(&mut self, value: &Value) -> Vec<Part<'e, Node<'e>>> {
        match &value.kind {
            Kind::List(items) => self.items(items),
            _ => self.item(value),
        }
    }

    fn map(&mut self, map: &Map, span: Span) -> Node<'e> {
        let parts = self.parts(map, Self::map_body, Self::pair);
        let literal: Option<Vec<Entry>> = parts.iter().map(literal_entry).collect();
        if let Some(entries) = literal {
            return Node::Literal(Value::from(Map::from_unique(entries)).at(span));
        }
        let plain = parts.iter().all(|part| matches!(part, Part::One(Pair { key: Key::Fixed(_), .. })));
        Node::Map(MapNode { parts, plain, span })
    }

    /// What a directive among the entries of a mapping adds: entries.
    fn map_body(&mut self, value: &Value) -> Vec<Part<'e, Pair<'e>>> {
        if let Kind::Map(map) = &value.kind {
            return self.parts(map, Self::map_body, Self::pair);
        }
        let message = format!("this directive adds entries to a mapping, and its value is {}", value.type_name());
        let help = "give it a mapping; for a single value write `${{ a if x else b }}`";
        self.bag.push(directive::fault(&(0..0), message, help).at(value.span));
        Vec::new()
    }

    fn pair(&mut self, entry: &Entry) -> Option<Part<'e, Pair<'e>>> {
        let node = self.node(&entry.value);
        let key = if entry.key.contains("${{") {
            let scalar = Scalar::new(&entry.key, entry.key_span, self.sources);
            let mut pieces = self.pieces(&scalar)?;
            match (pieces.len(), pieces.pop()) {
                (1, Some(TextPiece::Text(text))) => Key::Fixed(text.into()),
                (_, last) => {
                    pieces.extend(last);
                    Key::Text(Text { pieces, span: entry.key_span })
                }
            }
        } else {
            Key::Fixed(entry.key.clone())
        };
        Some(Part::One(Pair { key, span: entry.key_span, node }))
    }

    /// The entries of a mapping: directives with their bodies, and whatever `plain` makes of the others.
    fn parts<T>(
        &mut self,
        map: &Map,
        body: Body<'e, 'c, T>,
        plain: fn(&mut Self, &Entry) -> Option<Part<'e, T>>,
    ) -> Vec<Part<'e, T>> {
        let mut parts = Vec::with_capacity(map.len());
        let mut open = false;
        for entry in map {
            let scalar = Scalar::new(&entry.key, entry.key_span, self.sources);
            let directive = match directive::read(&entry.key) {
                Ok(directive) => directive,
                Err(fault) => {
                    self.report(&scalar, [fault]);
                    continue;
                }
            };
            let continues = matches!(directive, Some(Directive::Elif(_) | Directive::Else));
            if continues && !open {
                let message = "there is no `if` directly before this";
                let help = "put it right after the `${{ if … }}:` or `${{ elif … }}:` it belongs to";
                self.report(&scalar, [directive::fault(&(0..entry.key.len()), message, help)]);
            }
            open = matches!(directive, Some(Directive::If(_) | Directive::Elif(_)));
            match directive {
                None => parts.extend(plain(self, entry)),
                Some(directive) => self.directive(directive, &scalar, entry, body, &mut parts),
            }
        }
        parts
    }

    fn directive<T>(
        &mut self,
        directive: Directive<'_>,
        scalar: &Scalar<'_>,
        entry: &Entry,
        body: Body<'e, 'c, T>,
        parts: &mut Vec<Part<'e, T>>,
    ) {
        let spreads = matches!(directive, Directive::Spread(_));
        if spreads != entry.value.is_null() {
            let (message, help) = match spreads {
                true => ("`spread` takes no value", "write nothing after the colon"),
                false => ("this directive has nothing to add", "write what it adds below it, indented"),
            };
            self.report(scalar, [directive::fault(&(0..entry.key.len()), message, help)]);
            return;
        }
        match directive {
            Directive::Spread(range) => parts.extend(self.formula(scalar, &range).map(Part::Spread)),
            Directive::For { variables, source } => {
                parts.extend(self.looped(scalar, &variables, &source, &entry.value, body).map(Part::For));
            }
            Directive::If(range) => {
                let condition = self.formula(scalar, &range);
                let body = self.nested(&entry.value, body);
                parts.push(Part::If(vec![Branch { condition, body }]));
            }
            Directive::Elif(_) | Directive::Else => {
                let condition = match directive {
                    Directive::Elif(range) => self.formula(scalar, &range),
                    _ => None,
                };
                let body = self.nested(&entry.value, body);
                if let Some(Part::If(branches)) = parts.last_mut() {
                    branches.push(Branch { condition, body });
                }
            }
        }
    }

    fn nested<T>(&mut self, value: &Value, body: Body<'e, 'c, T>) -> Vec<Part<'e, T>> {
        if self.depth >= MAX_DEPTH {
            // Reported by the first node below.
            self.node(value);
            return Vec::new();
        }
        self.depth += 1;
        let parts = body(self, value);
        self.depth -= 1;
        parts
    }

    fn looped<T>(
        &mut self,
        scalar: &Scalar<'_>,
        variables: &[&str],
        source: &Range<usize>,
        value: &Value,
        body: Body<'e, 'c, T>,
    ) -> Option<Loop<'e, T>> {
        let context = self.context();
        let (source, locals) = match formula::read(&self.engine.env, &context, scalar, source) {
            Ok((source, expr)) => {
                let growth = context.growth(&expr);
                let shapes = context.loop_shapes(&expr, variables.len());
                let named = variables.iter().zip(shapes);
                (Some(source), named.map(|(name, shape)| Local { name: (*name).into(), shape, growth }).collect())
            }
            Err(faults) => {
                self.report(scalar, faults);
                // The body is checked all the same, with variables of which nothing is known.
                (None, variables.iter().map(|name| Local::unknown(name)).collect::<Vec<_>>())
            }
        };
        let outside = self.locals.len();
        self.locals.extend(locals);
        let body = self.nested(value, body);
        self.locals.truncate(outside);
        let variables = variables.iter().map(|name| (*name).into()).collect();
        source.map(|source| Loop { variables, source, body })
    }
}

/// Whether a key is a directive that may stand for items of a list. A faulty one is, to be reported as such.
fn directs_items(key: &str) -> bool {
    match directive::read(key) {
        Ok(Some(directive)) => !matches!(directive, Directive::Spread(_)),
        Ok(None) => false,
        Err(_) => true,
    }
}

fn literal_item(part: &Part<'_, Node<'_>>) -> Option<Value> {
    match part {
        Part::One(Node::Literal(value)) => Some(value.clone()),
        _ => None,
    }
}

fn literal_entry(part: &Part<'_, Pair<'_>>) -> Option<Entry> {
    match part {
        Part::One(Pair { key: Key::Fixed(key), span, node: Node::Literal(value) }) => {
            Some(Entry { key: key.clone(), key_span: *span, value: value.clone() })
        }
        _ => None,
    }
}
