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
use super::syntax::{Expr, Lexer, Tok, parse_tag};
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
    /// The names it uses that come from the scope.
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
        let env = match environment(engine, source) {
            Ok(env) => env,
            Err(error) => {
                bag.push(syntax(&error, source).at(place.part(&range(&error, source.len()))));
                return None;
            }
        };
        let mut walk = Walk { engine, names, locals: Vec::new(), loops: Vec::new(), roots: Vec::new() };
        let faults = walk.tags(source);
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
    /// How many variables there were when each open loop began.
    loops: Vec<usize>,
    roots: Vec<Arc<str>>,
}

impl Walk<'_> {
    fn tags(&mut self, source: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut at = 0;
        while let Some(open) = source.get(at..).and_then(next_open) {
            let start = at + open;
            at = match source.get(start..start + 2) {
                Some("{#") => find(source, start + 2, "#}"),
                Some("{%") if tag_word(source, start) == "raw" => raw_end(source, start),
                marker => {
                    let end = tag_end(source, start + 2);
                    let inner = inner(source, start + 2, end);
                    let tag = source.get(inner.clone()).unwrap_or("");
                    let found = if marker == Some("{{") { self.print(tag) } else { self.statement(tag) };
                    faults.extend(found.into_iter().map(|fault| fault.shifted(inner.start)));
                    end + 2
                }
            };
        }
        faults
    }

    fn print(&mut self, tag: &str) -> Vec<Fault> {
        match super::syntax::parse_expr(tag) {
            Some(expr) => self.check(&expr, tag),
            None => vec![unusual(tag)],
        }
    }

    fn statement(&mut self, tag: &str) -> Vec<Fault> {
        let Some((word, bound, exprs)) = parse_tag(tag) else { return vec![unusual(tag)] };
        let faults: Vec<Fault> = match exprs.first() {
            // The condition of a loop sees its variables.
            Some(source) if word == "for" => self.check(source, tag),
            _ => exprs.iter().flat_map(|expr| self.check(expr, tag)).collect(),
        };
        match word {
            "for" => {
                self.loops.push(self.locals.len());
                self.locals.push(Local::unknown("loop"));
                self.bind(&bound, exprs.first(), true);
                let conditions = exprs.iter().skip(1);
                return faults.into_iter().chain(conditions.flat_map(|expr| self.check(expr, tag))).collect();
            }
            "endfor" => {
                let outside = self.loops.pop().unwrap_or(0);
                self.locals.truncate(outside);
            }
            "set" => self.bind(&bound, exprs.first(), false),
            _ => {}
        }
        faults
    }

    fn bind(&mut self, names: &[super::syntax::Ident<'_>], source: Option<&Expr<'_>>, looped: bool) {
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
        for path in expr.paths() {
            let name = path.root.name;
            let ours = !self.locals.iter().any(|l| &*l.name == name);
            if ours && !self.roots.iter().any(|root| &**root == name) {
                self.roots.push(name.into());
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

fn next_open(rest: &str) -> Option<usize> {
    rest.match_indices('{').map(|(i, _)| i).find(|&i| {
        let marker = rest.get(i + 1..).unwrap_or("");
        marker.starts_with(['{', '%', '#'])
    })
}

fn find(source: &str, from: usize, what: &str) -> usize {
    source.get(from..).and_then(|rest| rest.find(what)).map_or(source.len(), |i| from + i + what.len())
}

fn tag_word(source: &str, start: usize) -> &str {
    let inner = source.get(start + 2..).unwrap_or("").trim_start_matches(['-', '+']).trim_start();
    inner.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("")
}

/// The end of a raw block: after the tag whose word is `endraw`.
fn raw_end(source: &str, start: usize) -> usize {
    let mut at = start + 2;
    loop {
        at = find(source, at, "{%");
        if at >= source.len() || tag_word(source, at - 2) == "endraw" {
            return find(source, at, "%}");
        }
    }
}

/// Where the tag that began before `from` closes: at the first `}}` or `%}` outside of its brackets.
fn tag_end(source: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for token in Lexer::new(source, from) {
        match token.tok {
            Tok::Op("%") if depth == 0 && source.get(token.range.end..).is_some_and(|r| r.starts_with('}')) => {
                return token.range.start;
            }
            Tok::Op("}") if depth == 0 => return token.range.start,
            Tok::Op("(" | "[" | "{") => depth += 1,
            Tok::Op(")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    source.len()
}

/// The tag without the spaces around, and without the signs that trim them.
fn inner(source: &str, from: usize, to: usize) -> Range<usize> {
    let tag = source.get(from..to).unwrap_or("");
    let start = from + usize::from(tag.starts_with(['-', '+']));
    let end = to - usize::from(tag.ends_with(['-', '+']) && to > start);
    let tag = source.get(start..end).unwrap_or("");
    let lead = tag.len() - tag.trim_start().len();
    start + lead..(start + tag.trim_end().len()).max(start + lead)
}
