//! Patches of rendered objects.

use crate::base::hash::HashSet;
use std::sync::Mutex;

use super::PATCH_FAILED;
use crate::base::patch::{apply_merge, apply_operations};
use crate::base::value::sorted;
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::spec::{Patch, PatchTarget};

/// Which patches have matched something, by place.
#[derive(Debug, Default)]
pub struct Hits(Mutex<HashSet<Span>>);

impl Hits {
    fn insert(&self, span: Span) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(span);
    }

    /// Whether the patch at that place matched something.
    pub fn contains(&self, span: Span) -> bool {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&span)
    }
}

/// The object after all patches that match it. `application` is the name of the Application that a
/// patch without target means, for objects that templates made; `origin` is the place of the object.
pub fn apply(
    mut value: Value,
    patches: &[Patch],
    application: Option<&str>,
    origin: Span,
    hits: &Hits,
    bag: &mut Bag,
) -> Value {
    for patch in patches {
        if !matches(patch, &value, application) {
            continue;
        }
        hits.insert(patch.span);
        match patched(&value, patch) {
            Ok(new) => value = new,
            Err(finding) => bag.push(finding.also(origin, "the object comes from this")),
        }
    }
    value
}

fn matches(patch: &Patch, value: &Value, application: Option<&str>) -> bool {
    let kind = value.str_at("kind");
    let metadata = |key: &str| value.get("metadata").and_then(|m| m.str_at(key));
    match &patch.target {
        None => kind == Some("Application") && application.is_some() && metadata("name") == application,
        Some(PatchTarget { kind: wanted, name, namespace, .. }) => {
            kind == Some(&**wanted)
                && name.as_ref().is_none_or(|n| metadata("name") == Some(&**n))
                && namespace.as_ref().is_none_or(|n| metadata("namespace") == Some(&**n))
        }
    }
}

fn patched(value: &Value, patch: &Patch) -> Result<Value, Finding> {
    let object = describe(value);
    match (&patch.ops, &patch.merge) {
        (Some(ops), None) => apply_operations(value, ops).map_err(|fault| {
            let span = fault.operation.and_then(|i| ops.get(i)).map_or(patch.span, |op| op.span);
            let message = format!("this patch of {object} fails: {}", fault.reason);
            let help = match fault.malformed {
                true => "write an operation such as `{ op: add, path: /metadata/labels/team, value: web }`",
                false => "mend the path; `add` makes a key under an existing mapping, `/` in a key is `~1`",
            };
            Finding::error(&PATCH_FAILED, span, message, help)
        }),
        (None, Some(merge)) => {
            let new = apply_merge(value, &sorted(merge));
            if new == *value {
                let message = format!("this patch changes nothing in {object}");
                let help = "the object is like that already: mend the keys, or take the patch out";
                return Err(Finding::error(&PATCH_FAILED, merge.span, message, help));
            }
            Ok(new)
        }
        // Neither or both: refused when the spec was read.
        _ => Ok(value.clone()),
    }
}

fn describe(value: &Value) -> String {
    let kind = value.str_at("kind").unwrap_or("the object");
    let name = value.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default();
    format!("{kind} `{name}`")
}
