//! Templates of Port: jq between double braces (Port API, templating).

/// What of the run a template reads: `{{ .inputs.name }}`. A name that is no identifier of jq stands in brackets and quotes.
#[must_use]
pub fn template(root: &str, name: &str) -> String {
    format!("{{{{ {} }}}}", path(root, name))
}

/// Path of jq to a name below a root.
#[must_use]
pub fn path(root: &str, name: &str) -> String {
    match is_identifier(name) {
        true => format!(".{root}.{name}"),
        false => format!(".{root}[{}]", literal(name)),
    }
}

/// Whether a name may follow a dot in jq.
#[must_use]
pub fn is_identifier(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text as a literal of jq. `\(` would be an interpolation, so each backslash is doubled.
#[must_use]
pub fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The inputs that a text reads by its templates: names after `.inputs.` or within `.inputs["…"]`.
#[must_use]
pub fn inputs_of(text: &str) -> Vec<String> {
    let root = ".inputs";
    let mut found = Vec::new();
    for inside in expressions(text) {
        for (at, _) in inside.match_indices(root) {
            let rest = inside.get(at + root.len()..).unwrap_or_default();
            found.extend(name_at(rest));
        }
    }
    found
}

/// The name that stands at the start of what follows a root.
fn name_at(rest: &str) -> Option<String> {
    if let Some(rest) = rest.strip_prefix('.') {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        return rest.get(..end).filter(|name| !name.is_empty()).map(ToOwned::to_owned);
    }
    let quoted = rest.strip_prefix('[')?.trim_start();
    let mut parts = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
    parts.next()?.ok()
}

/// What stands between double braces.
pub fn expressions(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|part| part.split_once("}}").map(|(inside, _)| inside.trim()))
}

/// The expression of a text that is one template and nothing else.
#[must_use]
pub fn whole(text: &str) -> Option<&str> {
    let inside = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inside.contains("{{") && !inside.contains("}}")).then_some(inside.trim())
}
