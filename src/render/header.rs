//! Headers of templates.

use super::{TEMPLATE_HEADER, TEMPLATE_PATH, names};
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::plan::FORS;
use crate::source::SourceMap;
use crate::source::path::path_fault;
use crate::template::{Compiled, Engine, Scope};

/// What a template is rendered for, and where the result goes.
#[derive(Debug)]
pub struct Header<'e> {
    /// The kind of things of the plan.
    pub items: &'static str,
    /// The variable that holds the thing.
    pub variable: &'static str,
    to: Compiled<'e>,
    /// The place of the path pattern.
    pub to_span: Span,
    when: Option<Compiled<'e>>,
}

impl<'e> Header<'e> {
    /// Compiles a header. Faults are findings.
    pub fn compile(engine: &'e Engine, value: &Value, sources: &SourceMap, bag: &mut Bag) -> Option<Header<'e>> {
        let mut fault = |span: Span, message: String, help: String| {
            bag.push(Finding::error(&TEMPLATE_HEADER, span, message, help));
        };
        let Some(map) = value.as_map() else {
            let help = "begin with `for: applications` and `to: path/${{ app.name }}.yaml`, then `---`";
            fault(value.span, "a template begins with a header".to_owned(), help.to_owned());
            return None;
        };
        let known = ["for", "to", "when"];
        for entry in map.iter().filter(|e| !known.contains(&&*e.key)) {
            let message = format!("a header has no key `{}`", entry.key);
            fault(
                entry.key_span,
                message,
                "the keys are `for`, `to` and `when`; objects follow after `---`".to_owned(),
            );
        }
        let wanted = map.get("for").and_then(Value::as_str).unwrap_or_default();
        let Some(&(items, variable, _)) = FORS.iter().find(|(name, ..)| *name == wanted) else {
            let all = suggest::listing(FORS.iter().map(|(name, ..)| *name), 30);
            let at = map.get("for").map_or(value.span, |v| v.span);
            fault(at, format!("templates can't be rendered for `{wanted}`"), format!("write `for:` with one of {all}"));
            return None;
        };
        let Some(to) = map.get("to").filter(|v| v.as_str().is_some()) else {
            fault(
                value.span,
                "this header does not say where the result goes".to_owned(),
                "add `to: path/of/file.yaml`".to_owned(),
            );
            return None;
        };
        let names = names(variable, items);
        let when = match map.get("when") {
            Some(when) => Some(engine.compile(when, &names, Some(sources), bag)?),
            None => None,
        };
        Some(Header { items, variable, to: engine.compile(to, &names, Some(sources), bag)?, to_span: to.span, when })
    }

    /// Where the result for one thing goes; `None` when it is not rendered or the path can't be used.
    pub fn path(&self, scope: &Scope<'_>, item: Span, bag: &mut Bag) -> Option<String> {
        let mut eval = |expression: &Compiled<'_>| match expression.eval(scope) {
            Ok(value) => Some(value.unwrap_or_default()),
            Err(fault) => {
                bag.push(fault.finding(item));
                None
            }
        };
        if let Some(when) = &self.when {
            let value = eval(when)?;
            if value.is_null() || value.as_bool() == Some(false) {
                return None;
            }
        }
        let path = eval(&self.to)?;
        let path = path.as_str().unwrap_or_default();
        if let Some(fault) = path_fault(path) {
            let message = format!("`{path}` can't be a path of the output: {fault}");
            let help = "write a path relative to the output root, with `/` between folders";
            bag.push(Finding::error(&TEMPLATE_PATH, self.to_span, message, help).also(item, "while rendering this"));
            return None;
        }
        Some(path.to_owned())
    }
}
