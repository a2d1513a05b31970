//! The engine: what all templates share.

use minijinja::Environment;

use super::compile::Compiler;
use super::error::EvalError;
use super::eval::Evaluator;
use super::library::{self, Library, ToYaml};
use super::names::Names;
use super::node::Node;
use super::scope::Scope;
use super::text::TextTemplate;
use crate::base::{Span, Value};
use crate::diag::Bag;
use crate::source::SourceMap;

/// What all templates share: the filters, tests and functions, and the limits.
#[derive(Debug)]
pub struct Engine {
    pub(super) env: Environment<'static>,
    pub(super) library: Library,
}

/// A template of a YAML document, or of a part of one. Evaluated by many threads at once.
#[derive(Debug)]
pub struct Compiled<'e> {
    node: Node<'e>,
}

impl Engine {
    /// An engine. `to_yaml` writes a value for the filter of that name.
    #[must_use]
    pub fn new(to_yaml: ToYaml) -> Engine {
        let (env, library) = library::build(to_yaml);
        Engine { env, library }
    }

    /// Compiles a template that was read as YAML. All faults are found at once and added to `bag`; with
    /// any of them there is no template. `sources` holds the text that `body` was read from: with it,
    /// faults are located within scalars.
    pub fn compile(
        &self,
        body: &Value,
        names: &Names,
        sources: Option<&SourceMap>,
        bag: &mut Bag,
    ) -> Option<Compiled<'_>> {
        let before = bag.errors();
        let node = Compiler::new(self, names, sources, bag).node(body);
        (bag.errors() == before).then_some(Compiled { node })
    }

    /// Compiles a template of a file that is not YAML, in minijinja's syntax. `base` is the span of
    /// `source` in its file.
    pub fn compile_text(&self, source: &str, base: Span, names: &Names, bag: &mut Bag) -> Option<TextTemplate> {
        TextTemplate::compile(self, source, base, names, bag)
    }
}

impl Compiled<'_> {
    /// The value of the template for one scope; nothing when everything in it was dropped.
    ///
    /// # Errors
    /// When a value has another type than its place in the template needs, is not set where it must
    /// be, when a key is given twice, or when the result grows beyond all bounds.
    pub fn eval(&self, scope: &Scope<'_>) -> Result<Option<Value>, EvalError> {
        Evaluator::new(scope).node(&self.node)
    }
}
