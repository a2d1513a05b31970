//! Objects that are too large to be applied as they are.

use std::sync::Arc;

use crate::base::{Span, Value, json};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::model::plan::{Folder, Plan};
use crate::source::path::parent;

crate::codes! {
    /// An object is too large to be applied as it is.
    ///
    /// Argo CD keeps what it applied in an annotation of the object, and all annotations together may have 262144 bytes
    /// (Kubernetes, `ValidateAnnotationsSize`). The sync fails with "metadata.annotations: Too long". Large
    /// CustomResourceDefinitions and dashboards are of that kind.
    ///
    /// Add the sync option `ServerSideApply=true` to the Application, or to the object by the annotation
    /// `argocd.argoproj.io/sync-options`; nothing is kept in an annotation then.
    TOO_LARGE_TO_APPLY = "too-large-to-apply";
}

/// What all annotations of an object may have together, in bytes.
const LIMIT: usize = 262_144;
/// Options by which nothing is kept in an annotation.
const WAYS: &[&str] = &["ServerSideApply=true", "Replace=true"];

/// An object that is too large.
#[derive(Debug)]
pub struct Large {
    path: Arc<str>,
    kind: Arc<str>,
    name: Arc<str>,
    size: usize,
    span: Span,
    /// Says itself that it is not applied on the server.
    refuses: bool,
}

/// The object, if it is too large; `length` is that of its YAML, which is hardly shorter than its JSON.
pub fn document(document: &Document, length: usize) -> Option<Large> {
    if length < LIMIT / 2 {
        return None;
    }
    let (_, kind) = document.type_of()?;
    let size = json::to_json(&document.value).to_string().len();
    let name = document.value.get("metadata")?.get("name")?;
    let annotations = document.value.get("metadata").and_then(|m| m.get("annotations"));
    let options = annotations.and_then(|a| a.str_at("argocd.argoproj.io/sync-options")).unwrap_or_default();
    let has = |option: &str| options.split(',').any(|part| part.trim() == option);
    (size > LIMIT && !WAYS.iter().any(|way| has(way))).then(|| Large {
        path: Arc::clone(&document.path),
        kind: kind.into(),
        name: name.as_str().unwrap_or_default().into(),
        size,
        span: name.span.or(document.origin),
        refuses: has("ServerSideApply=false"),
    })
}

/// Checks how they are applied.
pub fn check(plan: &Plan, objects: &[Large], bag: &mut Bag) {
    for object in objects {
        let Some(folder) = plan.folders.get(parent(&object.path)) else { continue };
        if !object.refuses && applies_otherwise(plan, folder) {
            continue;
        }
        let Large { kind, name, size, .. } = object;
        let message = format!("{kind} `{name}` has {size} bytes, and can't be applied with more than {LIMIT}");
        let help = "add the sync option `ServerSideApply=true` to the app that deploys it";
        let finding = Finding::error(&TOO_LARGE_TO_APPLY, object.span, message, help);
        bag.push(finding.also(folder.span, "deployed by this one"));
    }
}

/// Whether the Application of a folder keeps nothing in annotations.
fn applies_otherwise(plan: &Plan, folder: &Folder) -> bool {
    let applications = plan.items.get("applications").map(Vec::as_slice).unwrap_or_default();
    let found = applications.binary_search_by(|item| item.name.cmp(&folder.owner));
    let owner = found.ok().and_then(|i| applications.get(i)).map(|item| &item.value);
    let options = owner.and_then(|o| o.get("sync")?.get("syncOptions")?.as_list()).unwrap_or_default();
    options.iter().filter_map(Value::as_str).any(|option| WAYS.contains(&option))
}
