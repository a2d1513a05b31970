//! What a text reads between `{{` and `}}` (Argo Workflows, docs/variables.md).
//!
//! Simple tags name one variable. Tags that begin with `=` are expressions, in which names that are no identifiers are
//! indexed: `inputs.parameters['image-tag']`.

/// A variable that a text reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable<'t> {
    /// A parameter that the template takes.
    Input(&'t str),
    /// A parameter of the workflow.
    Global(&'t str),
    /// Something of a step or task: its name, and the output parameter if it is one.
    Step(&'t str, Option<&'t str>),
}

/// The variables that a text reads, as far as they name what templates declare.
pub fn read(text: &str) -> Vec<Variable<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((tag, next)) = after.split_once("}}") else { break };
        match tag.trim().strip_prefix('=') {
            Some(expression) => paths(expression).iter().for_each(|path| out.extend(variable(path))),
            None => out.extend(variable(&tag.trim().split('.').collect::<Vec<_>>())),
        }
        rest = next;
    }
    out
}

fn variable<'t>(path: &[&'t str]) -> Option<Variable<'t>> {
    match *path {
        ["inputs", "parameters", name, ..] => Some(Variable::Input(name)),
        // All of them, as JSON.
        ["workflow", "parameters", "json"] => None,
        ["workflow", "parameters", name, ..] => Some(Variable::Global(name)),
        ["steps" | "tasks", name, "outputs", "parameters", output, ..] => Some(Variable::Step(name, Some(output))),
        ["steps" | "tasks", name, _, ..] => Some(Variable::Step(name, None)),
        _ => None,
    }
}

/// The paths in an expression, such as `a.b['c-d'].e`.
fn paths(expression: &str) -> Vec<Vec<&str>> {
    let mut out = Vec::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        if first == '\'' || first == '"' {
            let inside = rest.get(1..).unwrap_or_default();
            rest = inside.split_once(first).map_or("", |(_, after)| after);
        } else if is_word(first) {
            let (path, after) = path(rest);
            out.push(path);
            rest = after;
        } else {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// The path at the beginning of a text, and what comes after it.
fn path(text: &str) -> (Vec<&str>, &str) {
    let (word, mut rest) = word(text);
    let mut path = vec![word];
    loop {
        let member = rest.strip_prefix("?.").or_else(|| rest.strip_prefix('.'));
        if let Some(after) = member.filter(|after| after.starts_with(is_word)) {
            let (next, after) = self::word(after);
            path.push(next);
            rest = after;
            continue;
        }
        let index = ['\'', '"'].into_iter().find_map(|quote| {
            let inside = rest.strip_prefix('[')?.trim_start().strip_prefix(quote)?;
            let (name, after) = inside.split_once(quote)?;
            Some((name, after.trim_start().strip_prefix(']')?))
        });
        let Some((name, after)) = index else { return (path, rest) };
        path.push(name);
        rest = after;
    }
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
