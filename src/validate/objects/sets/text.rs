//! Expressions in texts: `{{name}}`, or those of Go templates.

/// The expressions of a text, without the braces.
pub fn expressions(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inner, behind)) = after.split_once("}}") else { break };
        out.push(inner.trim_matches('-').trim());
        rest = behind;
    }
    out
}

/// The parts of a Go expression that are not quoted.
fn bare(expression: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for c in expression.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '`' | '\'') => quote = Some(c),
            None => out.push(c),
        }
    }
    out
}

/// The parameters that a Go expression names: `.a.b` gives `a`.
pub fn fields(expression: &str) -> Vec<String> {
    let text = bare(expression);
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '|' | ',' | '='));
    let of = |word: &str| {
        let path = word.strip_prefix("$.").or_else(|| word.strip_prefix('.'))?;
        let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (!name.is_empty()).then_some(name)
    };
    words.filter_map(of).collect()
}

/// Whether `.` means something else in parts of the text.
pub fn moves_dot(expression: &str) -> bool {
    let word = expression.split_whitespace().next().unwrap_or_default();
    matches!(word, "range" | "with" | "define" | "template" | "block") || expression.contains(":=")
}

/// Whether an expression is a bare name, as `{{name}}` has it.
pub fn is_name(expression: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '/');
    let first = expression.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && expression.chars().all(inner)
}
