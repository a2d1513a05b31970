//! `${...}` in inputs (Conductor 3.x, `ParametersUtils`).

use serde_json::{Map, Value, json};

/// Replaces expressions below a value. A text that is one expression becomes what it names, null where that is not there; text
/// around expressions stays text, in which what is not there leaves nothing. `$${` stands for `${`.
pub fn resolve(value: &Value, scope: &Value) -> Value {
    match value {
        Value::String(text) => text_of(text, scope),
        Value::Array(items) => items.iter().map(|item| resolve(item, scope)).collect(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), resolve(v, scope))).collect::<Map<_, _>>().into(),
        other => other.clone(),
    }
}

fn text_of(text: &str, scope: &Value) -> Value {
    let mut parts: Vec<Value> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if at > 0 && rest.as_bytes()[at - 1] == b'$' {
            parts.push(rest[..at - 1].into());
            let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
            parts.push(rest[at..end].into());
            rest = &rest[end..];
            continue;
        }
        let Some(end) = rest[at..].find('}') else { break };
        parts.push(rest[..at].into());
        parts.push(lookup(&rest[at + 2..at + end], scope).unwrap_or(Value::Null));
        rest = &rest[at + end + 1..];
    }
    parts.push(rest.into());
    parts.retain(|part| *part != json!(""));
    match parts.len() {
        0 => json!(""),
        1 => parts.remove(0),
        _ => parts.iter().map(in_text).collect::<String>().into(),
    }
}

/// A value in the middle of a text.
pub fn in_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a path names.
pub fn lookup(path: &str, scope: &Value) -> Option<Value> {
    let mut at = scope;
    for step in steps(path)? {
        at = match (&step, at) {
            (Step::Key(key), Value::Object(map)) => map.get(key)?,
            (Step::Index(index), Value::Array(items)) => items.get(*index)?,
            _ => return None,
        };
    }
    Some(at.clone())
}

/// A step of a path.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Index(usize),
}

/// The steps of `a.b['c'][0]`; nothing where it is no such path.
pub fn steps(path: &str) -> Option<Vec<Step>> {
    let mut out = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (index, after) = inside.split_once(']')?;
            let quoted = ['\'', '"'].into_iter().find_map(|q| index.strip_prefix(q)?.strip_suffix(q));
            out.push(match quoted {
                Some(key) => Step::Key(key.to_owned()),
                None => Step::Index(index.parse().ok()?),
            });
            rest = after;
        } else {
            let name = rest.strip_prefix('.').filter(|_| !out.is_empty()).unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let well = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if end == 0 || !name[..end].chars().all(well) {
                return None;
            }
            out.push(Step::Key(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    Some(out)
}

/// The expressions in a text, without their braces.
pub fn in_string(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let Some(end) = rest[at..].find('}') else { break };
        if at == 0 || rest.as_bytes()[at - 1] != b'$' {
            out.push(&rest[at + 2..at + end]);
        }
        rest = &rest[at + end + 1..];
    }
    out
}

#[test]
fn alone_in_text_missing_and_escaped() {
    let scope = json!({ "workflow": { "input": { "a": 1, "l": [{ "x-y": true }], "s": "t" } } });
    let resolve = |text: &str| resolve(&json!(text), &scope);
    assert_eq!(resolve("${workflow.input.a}"), json!(1));
    assert_eq!(resolve("${workflow.input.l[0]['x-y']}"), json!(true));
    assert_eq!(resolve("a-${workflow.input.a}-${workflow.input.s}"), json!("a-1-t"));
    assert_eq!(resolve("${workflow.input.none}"), Value::Null);
    assert_eq!(resolve("a-${workflow.input.none}"), json!("a-"));
    assert_eq!(resolve("$${workflow.input.a}"), json!("${workflow.input.a}"));
    assert_eq!(steps("a..b"), None);
}
