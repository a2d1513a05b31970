//! One expression, ready to be evaluated.

use std::ops::Range;
use std::sync::Arc;

use minijinja::{Environment, Error as Jinja, ErrorKind, Expression, Value as JinjaValue};

use super::check::Context;
use super::error::{self, EvalError};
use super::fault::Fault;
use super::scalar::{Place, Scalar};
use super::scope::Stack;
use super::syntax::{Expr, Lexer, Path, StepKind, Tok, parse_expr};
use super::wrap::{self, Variables};
use crate::base::{Kind, Span, Value};

/// Longest expression, in bytes.
const MAX_SOURCE: usize = 8 * 1024;

/// Most tokens of an expression. minijinja recurses over operators, lookups and filters without a
/// limit of its own, and some thousands of them end the process.
const MAX_TOKENS: usize = 600;

/// Most brackets inside each other, each of which takes minijinja a dozen calls.
const MAX_BRACKETS: usize = 32;

/// An expression.
#[derive(Debug)]
pub(super) struct Formula<'e> {
    /// As it is written.
    pub(super) source: Box<str>,
    /// Where it is written.
    pub(super) place: Place,
    lookups: Vec<Lookup>,
    /// Nothing when the expression is no more than its one lookup.
    program: Option<Expression<'e, 'static>>,
}

/// A dotted name. It is looked up here, in our own values, and minijinja meets it as a variable:
/// that shares the value, keeps its place, and makes a name undefined as a whole when any of its
/// parts is missing, so that `default` and `is defined` work at any depth.
#[derive(Debug)]
struct Lookup {
    variable: Arc<str>,
    root: Box<str>,
    steps: Box<[Step]>,
    source: Box<str>,
    range: Range<usize>,
}

#[derive(Debug)]
enum Step {
    Field(Box<str>),
    Index(usize),
}

/// Reads the expression in `range` of a scalar. The faults count from the start of the scalar.
pub(super) fn read<'e, 's>(
    env: &'e Environment<'static>,
    context: &Context<'_>,
    scalar: &Scalar<'s>,
    range: &Range<usize>,
) -> Result<(Formula<'e>, Expr<'s>), Vec<Fault>> {
    let source = scalar.text.get(range.clone()).unwrap_or("");
    let expr = parse(env, source).map_err(|fault| vec![fault.shifted(range.start)])?;
    let faults = context.check(&expr, &(0..source.len()));
    if !faults.is_empty() {
        return Err(faults.into_iter().map(|f| f.shifted(range.start)).collect());
    }
    let mut renamed = source.to_owned();
    let lookups: Vec<Lookup> = expr.paths().into_iter().map(|path| lookup(path, source, &mut renamed)).collect();
    let program = match &expr {
        Expr::Path(_) => None,
        _ => Some(env.compile_expression_owned(renamed).map_err(|e| vec![syntax(&e, source).shifted(range.start)])?),
    };
    if let Some(program) = &program
        && !sees_no_more(program, &lookups, context)
    {
        return Err(vec![unusual(source).shifted(range.start)]);
    }
    let formula = Formula { source: source.into(), place: scalar.place(range), lookups, program };
    Ok((formula, expr))
}

/// Whether all that minijinja will look up is there: were our reading of the expression another than
/// its own, a name could stay undefined and silently drop a part of the output.
fn sees_no_more(program: &Expression<'_, '_>, lookups: &[Lookup], context: &Context<'_>) -> bool {
    let ours = |name: &String| lookups.iter().any(|lookup| *lookup.variable == **name);
    program.undeclared_variables(false).iter().all(|name| ours(name) || context.library.functions.contains(&&**name))
}

/// The tree of an expression that minijinja accepts too.
pub(super) fn parse<'s>(env: &Environment<'static>, source: &'s str) -> Result<Expr<'s>, Fault> {
    bounded(source)?;
    env.compile_expression(source).map_err(|error| syntax(&error, source))?;
    parse_expr(source).ok_or_else(|| unusual(source))
}

/// Whether an expression, or a tag of a text template, is small enough to be given to minijinja.
pub(super) fn bounded(source: &str) -> Result<(), Fault> {
    let fault = |message| Fault::expression(0..source.len(), message, "split it up, or make it flatter");
    if source.len() > MAX_SOURCE {
        return Err(fault(format!("the expression is longer than {MAX_SOURCE} bytes")));
    }
    let mut open = 0_usize;
    for (count, token) in Lexer::new(source, 0).enumerate() {
        match token.tok {
            Tok::Op("(" | "[" | "{") => open += 1,
            Tok::Op(")" | "]" | "}") => open = open.saturating_sub(1),
            _ => {}
        }
        if count >= MAX_TOKENS {
            return Err(fault(format!("the expression has more than {MAX_TOKENS} names, numbers and operators")));
        }
        if open > MAX_BRACKETS {
            return Err(fault(format!("the expression has more than {MAX_BRACKETS} brackets inside each other")));
        }
    }
    Ok(())
}

fn unusual(source: &str) -> Fault {
    let message = "this expression is nested too deep or too unusual";
    Fault::expression(0..source.len(), message, "write it more simply, with fewer parentheses")
}

fn syntax(error: &Jinja, source: &str) -> Fault {
    let range = error.range().unwrap_or(0..source.len());
    let end = range.end.min(source.len());
    let message = format!("this is not an expression: {}", error::message(error));
    let help = "write names, literals, operators and filters: `app.name | default('x')`";
    Fault::expression(range.start.min(end)..end, message, help)
}

/// Puts a variable of the same length in the place of a path, so that every other byte keeps its place.
/// A path that is too short to be renamed is a bare name, or is left to minijinja.
fn lookup(path: &Path<'_>, source: &str, renamed: &mut String) -> Lookup {
    let variable = format!("_{}", path.range.start);
    let len = path.range.len();
    if path.steps.is_empty() || variable.len() > len {
        let root: Box<str> = path.root.name.into();
        let range = path.root.range.clone();
        return Lookup { variable: path.root.name.into(), source: root.clone(), root, steps: Box::default(), range };
    }
    let variable = format!("{variable:_<len$}");
    renamed.replace_range(path.range.clone(), &variable);
    Lookup {
        variable: variable.into(),
        root: path.root.name.into(),
        steps: path.steps.iter().map(|step| Step::from(step.kind)).collect(),
        source: source.get(path.range.clone()).unwrap_or("").into(),
        range: path.range.clone(),
    }
}

impl Step {
    fn is_first(&self) -> bool {
        matches!(self, Step::Index(0))
    }
}

impl From<StepKind<'_>> for Step {
    fn from(kind: StepKind<'_>) -> Step {
        match kind {
            StepKind::Field(name) => Step::Field(name.into()),
            StepKind::Index(i) => Step::Index(i),
        }
    }
}

impl Lookup {
    fn find(&self, stack: &Stack<'_, '_>) -> Option<Value> {
        let mut at = stack.get(&self.root)?;
        let mut steps = self.steps.iter();
        while let Some(step) = steps.next() {
            at = match (step, &at.kind) {
                (Step::Field(name), Kind::Map(map)) => map.get(name)?,
                (Step::Index(i), Kind::List(items)) => items.get(*i)?,
                // A character, as minijinja gives it for `(text)[0]`; of which the first is itself.
                (Step::Index(i), Kind::Str(text)) if steps.as_slice().iter().all(Step::is_first) => {
                    return text.chars().nth(*i).map(|c| Value::from(c.to_string()).at(at.span));
                }
                _ => return None,
            };
        }
        Some(at.clone())
    }
}

impl Formula<'_> {
    /// The value, at the place it comes from in the spec; nothing when it is undefined.
    pub(super) fn eval(&self, stack: &Stack<'_, '_>, budget: &mut usize) -> Result<Option<Value>, EvalError> {
        let Some(program) = &self.program else {
            let found = self.lookups.first().and_then(|lookup| lookup.find(stack));
            return Ok(found.map(|value| value.or_at(self.place.span)));
        };
        let mut variables = Vec::with_capacity(self.lookups.len());
        let mut origin = Span::NONE;
        for lookup in &self.lookups {
            if let Some(value) = lookup.find(stack) {
                origin = origin.or(value.span);
                variables.push((lookup.variable.clone(), value));
            }
        }
        // What an evaluation by minijinja costs, in values made.
        let charged = budget.checked_sub(8).ok_or_else(|| EvalError::too_large(self.place.span))?;
        *budget = charged;
        let result = program.eval(JinjaValue::from_object(Variables(variables)));
        let value = result.and_then(|value| wrap::from_jinja(&value, budget));
        match value {
            Ok(value) => Ok(value.map(|v| v.or_at(origin).or_at(self.place.span))),
            // An expression alone has no loops that could take fuel: it was the result that is too large.
            Err(error) if error.kind() == ErrorKind::OutOfFuel => Err(EvalError::too_large(self.place.span)),
            Err(error) => Err(self.failed(&error, stack)),
        }
    }

    fn failed(&self, error: &Jinja, stack: &Stack<'_, '_>) -> EvalError {
        let message = error::message(error);
        let span = error.range().map_or(self.place.span, |range| self.place.part(&range));
        if error.kind() == ErrorKind::UndefinedError || message.contains("undefined") {
            return self.undefined(stack).unwrap_or_else(|| {
                let help = "give a value to fall back on: `x | default('y')`";
                EvalError::new(span, "a value that is not set is used here", help)
            });
        }
        let found: Vec<_> = self.lookups.iter().filter_map(|l| Some((l, l.find(stack)?))).collect();
        let types: Vec<String> = found.iter().map(|(l, v)| format!("`{}` is {}", l.source, v.type_name())).collect();
        let help = match types.is_empty() {
            true => "look at the filters and operators of this expression".to_owned(),
            false => format!("here {}", types.join(" and ")),
        };
        let failed = EvalError::new(span, message, help);
        match found.iter().find(|(_, value)| !value.span.is_none()) {
            Some((lookup, value)) => failed.about(value.span, format!("`{}` is {}", lookup.source, value.type_name())),
            None => failed,
        }
    }

    /// The error of an expression that needs a value which is not set; nothing if all are set.
    fn undefined(&self, stack: &Stack<'_, '_>) -> Option<EvalError> {
        let unset: Vec<&Lookup> = self.lookups.iter().filter(|l| l.find(stack).is_none()).collect();
        let first = unset.first()?;
        let names: Vec<String> = unset.iter().map(|l| format!("`{}`", l.source)).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let help = format!("set it, or give a value to fall back on: `{} | default('x')`", first.source);
        let message = format!("{} {verb} not set", names.join(" and "));
        Some(EvalError::new(self.place.part(&first.range), message, help))
    }

    /// The error of an expression that must give something here, and gives nothing.
    pub(super) fn gives_nothing(&self, stack: &Stack<'_, '_>) -> EvalError {
        self.undefined(stack).unwrap_or_else(|| {
            let help = "give it an `else`, or a value to fall back on: `x | default('y')`";
            EvalError::new(self.place.span, "this gives no value, and one is needed here", help)
        })
    }
}
