//! Workloads that are restarted when a Secret changes.

use std::sync::Arc;

use crate::base::{Kind, Map, Value};
use crate::model::plan::RawFile;

/// Annotation of a workload that is restarted when a marked Secret changes that it uses (Reloader 1.x).
const SEARCH: &str = "reloader.stakater.com/search";
/// Kinds that Reloader restarts.
const KINDS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet"];

/// Annotates the workloads among raw manifests that use one of the Secrets.
pub fn mark(files: &mut [RawFile], secrets: &[Arc<str>]) {
    if secrets.is_empty() {
        return;
    }
    for doc in files.iter_mut().flat_map(|file| file.docs.iter_mut()) {
        let restarts = doc.str_at("kind").is_some_and(|kind| KINDS.contains(&kind));
        if restarts && doc.get("spec").is_some_and(|spec| mentions(spec, secrets)) {
            annotate(doc);
        }
    }
}

fn mentions(value: &Value, secrets: &[Arc<str>]) -> bool {
    match &value.kind {
        Kind::Str(text) => secrets.iter().any(|secret| **secret == **text),
        Kind::List(items) => items.iter().any(|item| mentions(item, secrets)),
        Kind::Map(map) => map.iter().any(|entry| mentions(&entry.value, secrets)),
        _ => false,
    }
}

fn annotate(doc: &mut Value) {
    let annotations = Map::from_iter([(SEARCH, Value::from("true"))]);
    let metadata = Map::from_iter([("annotations", Value::from(annotations))]);
    let over = Value::from(Map::from_iter([("metadata", Value::from(metadata))]));
    let span = doc.span;
    *doc = crate::base::merge::merge(&over, doc).at(span);
}
