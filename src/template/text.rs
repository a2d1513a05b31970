//! Templates of files that are not YAML: minijinja's text templates, checked before they run.

use std::ops::Range;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error as Jinja, ErrorKind, Value as JinjaValue};

use super::check::Context;
use super::engine::Engine;
use super::error::{self, EvalError};
use super::fault::Fault;
use super::filters::{refuse, scalar_text};
use super::names::{Local, Names};
use super::scalar::Place;
use super::scope::Scope;
use super::syntax::{Expr, Ident, parse_expr, parse_tag};
use super::tags::{self, Tag};
use super::wrap::{Variables, given};
use crate::base::Span;
use crate::diag::Bag;

/// The name of the one template in each environment.
const NAME: &str = "template";

/// Largest result, in bytes.
const MAX_OUTPUT: usize = 16 << 20;

/// A template of a text file: `{{ EXPR }}`, `{% if %}`, `{% for %}`, `{% set %}`, `{# comment #}`, with
/// blocks that take their whole line. The filters `hcl`, `sh`, `json`, `csv` and `yaml` write a value
/// in the syntax of that language.
#[derive(Debug)]
pub struct TextTemplate {
    env: Environment<'static>,
    /// The names it uses that may come from the scope.
    roots: Vec<Arc<str>>,
    place: Place,
}

impl TextTemplate {
    pub(super) fn compile(
        engine: &Engine,
        source: &str,
        base: Span,
        names: &Names,
        bag: &mut Bag,
    ) -> Option<TextTemplate> {
        let place = Place { span: base, exact: true };
        if let Err(fault) = tags::bounded(source) {
            let span = place.part(&fault.range);
            bag.push(fault.at(span));
            return None;
        }
        let env = match environment(engine, source) {
            Ok(env) => env,
            Err(error) => {
                bag.push(syntax(&error, source).at(place.part(&range(&error, source.len()))));
                return None;
            }
        };
        let mut walk = Walk { engine, names, locals: Vec::new(), blocks: Vec::new(), roots: Vec::new() };
        let mut faults = walk.tags(source);
        let unseen = unseen(&env, &walk);
        faults.extend(unseen.filter(|_| faults.is_empty()));
        let clean = faults.is_empty();
        for fault in faults {
            let span = place.part(&fault.range);
            bag.push(fault.at(span));
        }
        clean.then_some(TextTemplate { env, roots: walk.roots, place })
    }

    /// The text for one scope.
    ///
    /// # Errors
    /// When a value is printed that is not set, is null, or is a list or mapping without a filter that
    /// writes it; when a filter refuses its value; when the text grows beyond all bounds.
    pub fn eval(&self, scope: &Scope<'_>) -> Result<String, EvalError> {
        let variables = self.roots.iter().filter_map(|name| Some((name.clone(), scope.get(name)?.clone())));
        let context = JinjaValue::from_object(Variables(variables.collect()));
        let mut out = Bounded(Vec::new());
        let template = self.env.get_template(NAME).map_err(|e| self.failed(&e, ""))?;
        template.render_captured_to(context, &mut out).map_err(|e| self.failed(&e, template.source()))?;
        Ok(String::from_utf8(out.0).unwrap_or_default())
    }

    fn failed(&self, error: &Jinja, source: &str) -> EvalError {
        let range = range(error, source.len());
        let span = self.place.part(&range);
        match error.kind() {
            ErrorKind::UndefinedError => {
                let help = "set it, or give a value to fall back on: `{{ x | default('y') }}`";
                let part = source.get(range).unwrap_or_default();
                EvalError::new(span, format!("`{part}` uses a value that is not set"), help)
            }
            ErrorKind::WriteFailure => EvalError::too_large(span),
            _ => EvalError::new(span, error::message(error), "look at the values and filters used here"),
        }
    }
}

/// A buffer that refuses to grow too large.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn environment(engine: &Engine, source: &str) -> Result<Environment<'static>, Jinja> {
    let mut env = engine.env.clone();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    env.set_syntax(syntax);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_formatter(|out, _, value| {
        let value = given(value)?;
        match scalar_text(&value) {
            Some(text) => Ok(out.write_str(&text)?),
            None => Err(refuse(format!("{} can't be printed as it is", value.type_name()))),
        }
    });
    env.add_template_owned(NAME, source.to_owned())?;
    Ok(env)
}

/// A name that minijinja will look up and the walk has not seen: a part of the template was read
/// otherwise than minijinja reads it.
fn unseen(env: &Environment<'_>, walk: &Walk<'_>) -> Option<Fault> {
    let template = env.get_template(NAME).ok()?;
    let seen =
        |name: &str| walk.roots.iter().any(|root| **root == *name) || walk.engine.library.functions.contains(&name);
    let name = template.undeclared_variables(false).into_iter().filter(|name| !seen(name)).min()?;
    let message = format!("`{name}` is used here in a way that is too unusual");
    Some(Fault::expression(0..template.source().len(), message, "write the tag that uses it more simply"))
}

fn range(error: &Jinja, len: usize) -> Range<usize> {
    let range = error.range().unwrap_or(0..len);
    range.start.min(len)..range.end.min(len)
}

fn syntax(error: &Jinja, source: &str) -> Fault {
    let help = "write `{{ EXPR }}`, `{% if EXPR %}`, `{% for x in EXPR %}`, `{% set x = EXPR %}` and close each block";
    Fault::expression(
        range(error, source.len()),
        format!("this template can't be read: {}", error::message(error)),
        help,
    )
}

/// A walk over the tags of a template, with the variables that each of them sees.
struct Walk<'w> {
    engine: &'w Engine,
    names: &'w Names,
    locals: Vec<Local>,
    blocks: Vec<Block>,
    roots: Vec<Arc<str>>,
}

/// An open block.
struct Block {
    loops: bool,
    /// How many variables there were when it began.
    outside: usize,
    /// What its branches so far have set.
    set: Vec<Local>,
}

impl Walk<'_> {
    fn tags(&mut self, source: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        for Tag { prints, inner } in tags::tags(source) {
            let tag = source.get(inner.clone()).unwrap_or("");
            let found = if prints { self.print(tag) } else { self.statement(tag) };
            faults.extend(found.into_iter().map(|fault| fault.shifted(inner.start)));
        }
        faults
    }

    fn print(&mut self, tag: &str) -> Vec<Fault> {
        match parse_expr(tag) {
            Some(expr) => self.check(&expr, tag),
            None => vec![unusual(tag)],
        }
    }

    fn statement(&mut self, tag: &str) -> Vec<Fault> {
        let Some((word, bound, exprs)) = parse_tag(tag) else { return vec![unusual(tag)] };
        let mut faults = Vec::new();
        let mut exprs = exprs.iter();
        match word {
            "for" => {
                let source = exprs.next();
                faults.extend(source.into_iter().flat_map(|expr| self.check(expr, tag)));
                self.open(true);
                self.locals.push(Local::unknown("loop"));
                self.bind(&bound, source, true);
            }
            "if" => self.open(false),
            "elif" | "else" => self.branch(),
            "endfor" | "endif" => self.close(),
            _ => {}
        }
        // The condition of a loop sees its variables.
        faults.extend(exprs.clone().flat_map(|expr| self.check(expr, tag)));
        if word == "set" {
            self.bind(&bound, exprs.next(), false);
        }
        faults
    }

    fn open(&mut self, loops: bool) {
        self.blocks.push(Block { loops, outside: self.locals.len(), set: Vec::new() });
    }

    /// What one branch sets, the next one does not see, but what follows the block does. A loop keeps
    /// its variables to itself.
    fn branch(&mut self) {
        if let Some(block) = self.blocks.last_mut() {
            let own = self.locals.drain(block.outside.min(self.locals.len())..);
            block.set.extend(own.filter(|_| !block.loops));
        }
    }

    fn close(&mut self) {
        self.branch();
        self.locals.extend(self.blocks.pop().into_iter().flat_map(|block| block.set));
    }

    fn bind(&mut self, names: &[Ident<'_>], source: Option<&Expr<'_>>, looped: bool) {
        let context = Context { library: &self.engine.library, names: self.names, locals: &self.locals };
        let growth = source.map_or(1, |expr| context.growth(expr));
        let shapes = source.filter(|_| looped).map(|expr| context.loop_shapes(expr, names.len())).unwrap_or_default();
        let mut shapes = shapes.into_iter();
        let bound: Vec<Local> = names
            .iter()
            .map(|ident| Local { name: ident.name.into(), shape: shapes.next().unwrap_or_default(), growth })
            .collect();
        self.locals.extend(bound);
    }

    fn check(&mut self, expr: &Expr<'_>, tag: &str) -> Vec<Fault> {
        // Those of variables too: where a branch that sets one was not taken, the name means the scope's.
        for path in expr.paths() {
            if !self.roots.iter().any(|root| &**root == path.root.name) {
                self.roots.push(path.root.name.into());
            }
        }
        let context = Context { library: &self.engine.library, names: self.names, locals: &self.locals };
        context.check(expr, &(0..tag.len()))
    }
}

fn unusual(tag: &str) -> Fault {
    let word = tag.split_whitespace().next().unwrap_or("");
    Fault::expression(
        0..tag.len(),
        format!("`{word}` is no statement or expression that templates here can use"),
        "use `if`, `for`, `set` and plain expressions",
    )
}
