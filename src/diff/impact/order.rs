//! Sync waves and hooks (Argo CD 3.x, sync phases and waves).

use super::Both;
use crate::base::{Kind, Value};
use crate::model::changes::{Class, Impact};

const WAVE: &str = "argocd.argoproj.io/sync-wave";
/// Annotations that say in which phase an object is applied.
const PHASES: &[&str] = &["argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy", "helm.sh/hook"];

/// Whether the object is applied at another time.
pub fn judge(both: Both) -> Vec<Impact> {
    let annotation = |object: &Value, key: &str| {
        let value = object.get("metadata").and_then(|m| m.get("annotations")).and_then(|a| a.get(key));
        value.and_then(|value| match &value.kind {
            Kind::Str(text) => Some(text.to_string()),
            Kind::Int(n) => Some(n.to_string()),
            _ => None,
        })
    };
    let mut out = Vec::new();
    // A wave that is no whole number counts as 0, and so does none.
    let wave = |object: &Value| annotation(object, WAVE).and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or(0);
    let (old, new) = (wave(both.before), wave(both.after));
    if old != new {
        let when = if new < old { "earlier" } else { "later" };
        out.push(Impact::new(Class::OrderChange, format!("wave {old} becomes {new}: it is applied {when}")));
    }
    for key in PHASES {
        let (old, new) = (annotation(both.before, key), annotation(both.after, key));
        if old != new {
            let word = |value: Option<String>| value.map_or_else(|| "none".to_owned(), |text| format!("`{text}`"));
            let reason = format!("`{key}` was {}, and becomes {}", word(old), word(new));
            out.push(Impact::new(Class::OrderChange, reason));
        }
    }
    out
}
