//! From a compiled template and a scope to a value.

use crate::base::hash::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::codes::TEMPLATE_DUPLICATE_KEY;
use super::error::EvalError;
use super::filters::scalar_text;
use super::formula::Formula;
use super::node::{Branch, Key, Loop, MapNode, Node, Pair, Part, Text, TextPiece};
use super::scope::{Scope, Stack};
use crate::base::{Entry, Kind, Map, Span, Value};

/// Values, and 64 bytes of computed text each, that one document may take.
const BUDGET: usize = 4_000_000;

/// Mappings above this size find their keys through an index.
const INDEXED: usize = 16;

/// One evaluation.
pub(super) struct Evaluator<'s, 'e> {
    stack: Stack<'s, 'e>,
    budget: usize,
}

/// What takes up the parts of a mapping or list.
trait Sink<'t, T> {
    fn one(&mut self, eval: &mut Evaluator<'_, 't>, part: &'t T) -> Result<(), EvalError>;
    fn spread(&mut self, value: Value, formula: &Formula<'_>) -> Result<(), EvalError>;
}

impl<'s, 't> Evaluator<'s, 't> {
    pub(super) fn new(scope: &'s Scope<'s>) -> Evaluator<'s, 't> {
        Evaluator { stack: Stack::new(scope), budget: BUDGET }
    }

    fn charge(&mut self, cost: usize, span: Span) -> Result<(), EvalError> {
        self.budget = self.budget.checked_sub(cost).ok_or_else(|| EvalError::too_large(span))?;
        Ok(())
    }

    fn formula(&mut self, formula: &Formula<'_>) -> Result<Option<Value>, EvalError> {
        formula.eval(&self.stack, &mut self.budget)
    }

    /// The value of a node; nothing when it is dropped.
    pub(super) fn node(&mut self, node: &'t Node<'t>) -> Result<Option<Value>, EvalError> {
        match node {
            Node::Literal(value) => {
                self.charge(1, value.span)?;
                Ok(Some(value.clone()))
            }
            Node::Native(formula) => {
                self.charge(1, formula.place.span)?;
                self.formula(formula)
            }
            Node::Text(text) => self.text(text).map(Some),
            Node::Map(map) => self.map(map),
            Node::List { parts, span } => {
                self.charge(1, *span)?;
                let mut items = Items(Vec::with_capacity(parts.len()));
                self.parts(parts, &mut items)?;
                Ok((!items.0.is_empty()).then(|| Value::from(items.0).at(*span)))
            }
        }
    }

    fn map(&mut self, node: &'t MapNode<'t>) -> Result<Option<Value>, EvalError> {
        self.charge(1, node.span)?;
        let mut entries = Entries { list: Vec::with_capacity(node.parts.len()), ..Entries::default() };
        entries.unique = node.plain;
        self.parts(&node.parts, &mut entries)?;
        let entries = entries.list;
        Ok((!entries.is_empty()).then(|| Value::from(Map::from_unique(entries)).at(node.span)))
    }

    fn text(&mut self, text: &Text<'_>) -> Result<Value, EvalError> {
        let mut out = String::new();
        let mut origin = Span::NONE;
        for piece in &text.pieces {
            match piece {
                TextPiece::Text(text) => out.push_str(text),
                TextPiece::Formula(formula) => {
                    let value = self.formula(formula)?;
                    let value = value.ok_or_else(|| formula.gives_nothing(&self.stack))?;
                    origin = origin.or(value.span);
                    print(&value, formula, &mut out)?;
                }
            }
            self.charge(1 + out.len() / 64, text.span)?;
        }
        Ok(Value::from(out).at(origin.or(text.span)))
    }

    fn parts<T>(&mut self, parts: &'t [Part<'t, T>], sink: &mut impl Sink<'t, T>) -> Result<(), EvalError> {
        for part in parts {
            match part {
                Part::One(one) => sink.one(self, one)?,
                Part::If(branches) => {
                    if let Some(body) = self.branch(branches)? {
                        self.parts(body, sink)?;
                    }
                }
                Part::For(looped) => self.looped(looped, sink)?,
                Part::Spread(formula) => {
                    if let Some(value) = self.formula(formula)? {
                        let size = value.as_list().map(<[Value]>::len).or(value.as_map().map(Map::len));
                        self.charge(size.unwrap_or(1), formula.place.span)?;
                        sink.spread(value, formula)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn branch<T>(&mut self, branches: &'t [Branch<'t, T>]) -> Result<Option<&'t [Part<'t, T>]>, EvalError> {
        for Branch { condition, body } in branches {
            let holds = match condition {
                Some(condition) => self.formula(condition)?.is_some_and(|value| truth(&value)),
                None => true,
            };
            if holds {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }

    /// A loop over something undefined does nothing: what is not set has no items.
    fn looped<T>(&mut self, looped: &'t Loop<'t, T>, sink: &mut impl Sink<'t, T>) -> Result<(), EvalError> {
        let Loop { variables, source, body } = looped;
        let Some(over) = self.formula(source)? else { return Ok(()) };
        let count = variables.len();
        let wrong = |value: &Value, what: &str, help: &str| {
            let message = format!("this loop goes over {what}, and `{}` is {}", source.source, value.type_name());
            EvalError::new(source.place.span, message, help).about(value.span, "the value")
        };
        match &over.kind {
            Kind::List(items) => {
                for item in items.iter() {
                    let values = match (count, item.as_list()) {
                        (1, _) => vec![item.clone()],
                        (_, Some(pair)) if pair.len() == count => pair.to_vec(),
                        _ => return Err(wrong(&over, "keys and values", "write `${{ for x in EXPR }}:`")),
                    };
                    self.iteration(variables, values, body, source, sink)?;
                }
            }
            Kind::Map(map) => {
                for entry in map.iter() {
                    let key = Value::from(entry.key.clone()).at(entry.key_span);
                    let values = if count == 1 { vec![key] } else { vec![key, entry.value.clone()] };
                    self.iteration(variables, values, body, source, sink)?;
                }
            }
            _ => return Err(wrong(&over, "a list or a mapping", "give it a list or a mapping")),
        }
        Ok(())
    }

    fn iteration<T>(
        &mut self,
        variables: &'t [Box<str>],
        values: Vec<Value>,
        body: &'t [Part<'t, T>],
        source: &Formula<'_>,
        sink: &mut impl Sink<'t, T>,
    ) -> Result<(), EvalError> {
        self.charge(1, source.place.span)?;
        let count = values.len();
        for (name, value) in variables.iter().zip(values) {
            self.stack.push(name, value);
        }
        let result = self.parts(body, sink);
        self.stack.pop(count);
        result
    }
}

/// What `if` makes of a value: empty, zero, null and false are false.
fn truth(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => false,
        Kind::Bool(b) => *b,
        Kind::Int(n) => *n != 0,
        Kind::UInt(n) => *n != 0,
        Kind::Float(n) => *n != 0.0,
        Kind::Str(s) => !s.is_empty(),
        Kind::List(items) => !items.is_empty(),
        Kind::Map(map) => !map.is_empty(),
    }
}

fn print(value: &Value, formula: &Formula<'_>, out: &mut String) -> Result<(), EvalError> {
    match (&value.kind, scalar_text(value)) {
        (Kind::Str(s), _) => out.push_str(s),
        (Kind::Int(n), _) => {
            let _ = write!(out, "{n}");
        }
        (_, Some(text)) => out.push_str(&text),
        (_, None) => {
            let message = format!("`{}` is {} and can't be a part of a text", formula.source, value.type_name());
            let help = "put a string, number or boolean there, or make text of it: `x | join(',')`, `x | to_json`";
            let error = EvalError::new(formula.place.span, message, help);
            return Err(error.about(value.span, value.type_name()));
        }
    }
    Ok(())
}

/// The items of a list.
struct Items(Vec<Value>);

impl<'t> Sink<'t, Node<'t>> for Items {
    fn one(&mut self, eval: &mut Evaluator<'_, 't>, node: &'t Node<'t>) -> Result<(), EvalError> {
        self.0.extend(eval.node(node)?);
        Ok(())
    }

    fn spread(&mut self, value: Value, formula: &Formula<'_>) -> Result<(), EvalError> {
        let Some(items) = value.as_list() else {
            return Err(spread_error("a list", &value, formula));
        };
        self.0.extend(items.iter().cloned());
        Ok(())
    }
}

fn spread_error(what: &str, value: &Value, formula: &Formula<'_>) -> EvalError {
    let message = format!("`spread` takes {what} here, and `{}` is {}", formula.source, value.type_name());
    EvalError::new(formula.place.span, message, format!("give it {what}")).about(value.span, value.type_name())
}

/// The entries of a mapping. `spread[i]` tells whether entry `i` came from a spread.
#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    spread: Vec<bool>,
    index: HashMap<Arc<str>, usize>,
    /// The keys are known to be unique, so that nothing has to be looked up.
    unique: bool,
}

impl Entries {
    fn position(&mut self, key: &str) -> Option<usize> {
        if self.list.len() <= INDEXED {
            return self.list.iter().position(|e| &*e.key == key);
        }
        for (i, entry) in self.list.iter().enumerate().skip(self.index.len()) {
            self.index.insert(entry.key.clone(), i);
        }
        self.index.get(key).copied()
    }

    /// Adds an entry. Of two with the same key the later one counts if either comes from a spread.
    fn add(&mut self, entry: Entry, spread: bool, span: Span) -> Result<(), EvalError> {
        if self.unique {
            self.list.push(entry);
            return Ok(());
        }
        let Some(i) = self.position(&entry.key) else {
            self.list.push(entry);
            self.spread.push(spread);
            return Ok(());
        };
        let (Some(old), Some(old_spread)) = (self.list.get_mut(i), self.spread.get_mut(i)) else { return Ok(()) };
        if !spread && !*old_spread {
            let help = "remove one of them, or bring the defaults in by `${{ spread EXPR }}:`";
            let error = EvalError::new(span, format!("the key `{}` is given twice", entry.key), help);
            let error = EvalError { code: &TEMPLATE_DUPLICATE_KEY, ..error };
            return Err(error.about(old.key_span, "first given here"));
        }
        *old = entry;
        *old_spread = spread;
        Ok(())
    }
}

impl<'t> Sink<'t, Pair<'t>> for Entries {
    fn one(&mut self, eval: &mut Evaluator<'_, 't>, pair: &'t Pair<'t>) -> Result<(), EvalError> {
        let Some(value) = eval.node(&pair.node)? else { return Ok(()) };
        let (key, key_span) = match &pair.key {
            Key::Fixed(key) => (key.clone(), pair.span),
            Key::Text(text) => {
                let text = eval.text(text)?;
                (text.as_str().unwrap_or_default().into(), text.span)
            }
        };
        self.add(Entry { key, key_span, value }, false, pair.span)
    }

    fn spread(&mut self, value: Value, formula: &Formula<'_>) -> Result<(), EvalError> {
        let Some(map) = value.as_map() else {
            return Err(spread_error("a mapping", &value, formula));
        };
        map.iter().try_for_each(|entry| self.add(entry.clone(), true, formula.place.span))
    }
}
