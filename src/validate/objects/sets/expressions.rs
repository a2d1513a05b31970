//! Expressions of a template against the language of the set and the parameters that there are.

use std::collections::BTreeSet;

use super::given::{self, Given};
use super::text;
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding, Level};
use crate::validate::objects::look::Look;

crate::codes! {
    /// An expression is written in the other of the two languages that ApplicationSets have.
    ///
    /// With `goTemplate: true` a parameter is `{{ .name }}`; `{{name}}` calls a function of that name, and the set fails.
    /// Without it a parameter is `{{name}}`; `{{ .name }}` is no parameter then, and stays in the Application word by word.
    ///
    /// Write the expression in the language of the set, or set `goTemplate`.
    GO_TEMPLATE_MISMATCH = "go-template-mismatch";
    /// An expression names a parameter that a generator does not give.
    ///
    /// Without `goTemplate` the braces then stay in the Application word by word; with it the text becomes `<no value>`, or
    /// the set fails where `missingkey=error` is set. Each generator of the list makes Applications of its own, so each has
    /// to give all that the template names.
    ///
    /// Mend the name, or add the parameter to the generator or to each element of its list.
    UNKNOWN_GENERATOR_PARAMETER = "unknown-generator-parameter": error warning;
}

/// A text of the template, and the names that it uses.
struct Used<'a> {
    value: &'a Value,
    name: String,
}

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    let go = look.spec("goTemplate").and_then(Value::as_bool) == Some(true);
    let generators = look.spec("generators").and_then(Value::as_list).unwrap_or_default();
    let given: Vec<(&Value, Given)> = generators.iter().map(|g| (g, given::of(g))).collect();
    let known: BTreeSet<&str> =
        given.iter().flat_map(|(_, g)| g.always.iter().chain(g.sometimes.keys())).map(String::as_str).collect();
    let mut texts = Vec::new();
    look.spec("template").into_iter().for_each(|template| strings(template, &mut texts));
    let mut used: Vec<Used> = Vec::new();
    for value in texts {
        let text = value.as_str().unwrap_or_default();
        let expressions = text::expressions(text);
        let moved = expressions.iter().any(|e| text::moves_dot(e));
        for expression in expressions {
            if let Some(finding) = mismatch(look, value, expression, go, &known) {
                bag.push(finding);
            } else if go && !moved {
                used.extend(text::fields(expression).into_iter().map(|name| Used { value, name }));
            } else if !go && text::is_name(expression) {
                used.push(Used { value, name: expression.to_owned() });
            }
        }
    }
    for (generator, given) in given.iter().filter(|(_, given)| !given.open) {
        let mut said: BTreeSet<&str> = BTreeSet::new();
        for one in &used {
            if said.insert(&one.name) {
                bag.extend(unknown(look, one, generator, given).into_iter().collect());
            }
        }
    }
}

/// All texts in a value that hold an expression.
fn strings<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    value.as_map().into_iter().flatten().for_each(|entry| strings(&entry.value, out));
    value.as_list().unwrap_or_default().iter().for_each(|item| strings(item, out));
    if value.as_str().is_some_and(|text| text.contains("{{")) {
        out.push(value);
    }
}

fn mismatch(look: &Look, value: &Value, expression: &str, go: bool, known: &BTreeSet<&str>) -> Option<Finding> {
    let (message, help) = if go {
        let root = expression.split(['.', '[']).next().unwrap_or_default();
        let is = text::is_name(expression) && (known.contains(root) || expression.contains('.'));
        let wrong = is && !["end", "else", "break", "continue"].contains(&expression);
        let message = format!("`{{{{{expression}}}}}` is no parameter, as the set has `goTemplate: true`");
        wrong.then(|| (message, format!("write `{{{{ .{expression} }}}}`")))?
    } else {
        let fields = text::fields(expression);
        let name = fields.first()?;
        let message = format!("`{{{{ {expression} }}}}` is no parameter, as the set has no `goTemplate: true`");
        let plain = expression == format!(".{name}");
        let help = match plain {
            true => format!("write `{{{{{name}}}}}`, or set `goTemplate: true`"),
            false => "set `goTemplate: true`".to_owned(),
        };
        (message, help)
    };
    Some(Finding::error(&GO_TEMPLATE_MISMATCH, look.at(value.span), message, help))
}

fn unknown(look: &Look, used: &Used, generator: &Value, given: &Given) -> Option<Finding> {
    let root = used.name.split(['.', '[']).next().unwrap_or_default();
    let has = |name: &str| given.always.contains(name);
    if has(&used.name) || has(root) {
        return None;
    }
    let name = &used.name;
    if let Some(element) = given.sometimes.get(name).or_else(|| given.sometimes.get(root)) {
        let message = format!("not each element of the list gives `{name}`");
        let help = format!("add `{root}` to each element");
        let finding = Finding::error(&UNKNOWN_GENERATOR_PARAMETER, look.at(used.value.span), message, help);
        return Some(finding.also(look.at(*element), "this one lacks it"));
    }
    let names = || given.always.iter().chain(given.sometimes.keys()).map(String::as_str);
    let help = match suggest::nearest(root, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}, or let the generator give `{root}`", suggest::listing(names(), 15)),
    };
    let message = format!("the generator gives no parameter `{name}`");
    let level = if given.listed { Level::Error } else { Level::Warning };
    let place = look.at(used.value.span);
    let finding = match level {
        Level::Error => Finding::error(&UNKNOWN_GENERATOR_PARAMETER, place, message, help),
        _ => Finding::warning(&UNKNOWN_GENERATOR_PARAMETER, place, message, help),
    };
    Some(finding.also(look.at(generator.span), "the generator"))
}
