//! Documents that stand in texts.

use crate::base::{Span, Value, json};
use crate::model::changes::Step;
use crate::yaml;

/// Longest text that is read as a document, in bytes.
const LONGEST: usize = 4 << 20;

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// `yaml`, `json` or `csv`.
    pub name: &'static str,
    /// Whether it is known that whoever gets the text reads it so: then comments and layout have no meaning.
    pub certain: bool,
}

/// Keys of ConfigMaps and fields of objects that hold YAML (Argo CD 3.x, argocd-cm; Argo CD Application,
/// `spec.source.helm.values`; Secrets Store CSI, `parameters.objects`).
const YAML: &[&str] = &["values", "oidc.config", "dex.config", "repositories", "repository.credentials", "objects"];

/// How the texts at a place may be read, the likeliest first.
pub fn formats(keys: &[&str], a: &str, b: &str) -> Option<Format> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let key = keys.last().copied().unwrap_or_default();
    let certain = |name| Some(Format { name, certain: true });
    if key.starts_with("policy.") && key.ends_with(".csv") {
        return certain("csv");
    }
    if key.ends_with(".json") {
        return certain("json");
    }
    if key.ends_with(".yaml") || key.ends_with(".yml") {
        return certain("yaml");
    }
    let opens = |text: &str| text.trim_start().starts_with(['{', '[']);
    if opens(a) && opens(b) {
        return certain("json");
    }
    let many = |text: &str| text.trim_end().contains('\n') || text.contains(": ");
    let known = YAML.contains(&key) || (keys.first() == Some(&"data") && key.starts_with("resource."));
    (known || (many(a) && many(b))).then_some(Format { name: "yaml", certain: known })
}

/// Reads a text. `None` where it is not what it was taken for, or only a scalar.
pub fn parse(text: &str, format: &'static str) -> Option<Value> {
    let value = match format {
        "csv" => return Some(records(text)),
        "json" => match serde_json::from_str(text) {
            Ok(value) => json::from_json(&value),
            Err(_) => one(text)?,
        },
        _ => one(text)?,
    };
    (value.as_map().is_some() || value.as_list().is_some()).then_some(value)
}

fn one(text: &str) -> Option<Value> {
    let mut documents = yaml::read_embedded(text, Span::NONE).ok()?;
    let last = documents.pop()?;
    documents.is_empty().then_some(last)
}

/// The records of a policy: each line once, without comments and without blanks around its commas (Argo CD 3.x,
/// `util/rbac` loadPolicyLine). Their order has no meaning: a line that denies wins wherever it stands.
fn records(text: &str) -> Value {
    let mut lines: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let record = line.split(',').map(str::trim).collect::<Vec<_>>().join(", ");
        if seen.insert(record.clone()) {
            lines.push(record);
        }
    }
    lines.into_iter().map(Value::from).collect()
}

/// The step into a document of that format.
pub fn step(format: Format) -> Step {
    Step::Inside(format.name)
}
