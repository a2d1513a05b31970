//! The values that an evaluation can see.

use crate::base::{Map, Value};

/// The values of one evaluation: a few of its own over those that all evaluations share. Cheap to
/// make for each item.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    globals: &'a Map,
    own: Vec<(&'a str, Value)>,
}

impl<'a> Scope<'a> {
    /// A scope of shared values.
    #[must_use]
    pub fn new(globals: &'a Map) -> Scope<'a> {
        Scope { globals, own: Vec::new() }
    }

    /// The same scope with one more value, which hides an earlier one of the same name.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: Value) -> Scope<'a> {
        self.own.push((name, value));
        self
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.own.iter().rev().find(|(own, _)| *own == name).map(|(_, value)| value).or_else(|| self.globals.get(name))
    }
}

/// A scope with the variables of the loops around.
#[derive(Debug)]
pub(super) struct Stack<'s, 'e> {
    scope: &'s Scope<'s>,
    locals: Vec<(&'e str, Value)>,
}

impl<'s, 'e> Stack<'s, 'e> {
    pub(super) fn new(scope: &'s Scope<'s>) -> Stack<'s, 'e> {
        Stack { scope, locals: Vec::new() }
    }

    pub(super) fn push(&mut self, name: &'e str, value: Value) {
        self.locals.push((name, value));
    }

    pub(super) fn pop(&mut self, count: usize) {
        self.locals.truncate(self.locals.len().saturating_sub(count));
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.locals.iter().rev().find(|(local, _)| *local == name).map(|(_, v)| v).or_else(|| self.scope.get(name))
    }
}
