//! What charts read from Secrets without saying so in their values: `schemas/charts/CHART.yaml`.

use std::sync::Arc;

use super::facts::{Kind, Need, Read};
use super::read::list;
use super::read::walk::text;
use crate::base::Value;
use crate::validate::charts::ChartFile;
use crate::validate::charts::paths::{Indices, at, is_empty, resolve};

/// What a chart reads with these values: references, and for each the keys that no value names.
pub fn reads(file: &ChartFile, values: &Value) -> Vec<(Read, Vec<Arc<str>>)> {
    let mut out = Vec::new();
    for entry in file.list("reads") {
        let Some(path) = entry.str_at("secret") else { continue };
        for (indices, name) in resolve(values, path) {
            if file.holds(entry, values, &indices) {
                out.extend(reference(entry, values, &indices, name));
            }
        }
    }
    out
}

/// The reference of an entry, and the keys that no value names.
fn reference(entry: &Value, values: &Value, indices: &Indices, name: &Value) -> Option<(Read, Vec<Arc<str>>)> {
    let mut read = Read {
        kind: Kind::Secret,
        name: text(name)?,
        namespace: None,
        span: name.span,
        keys: Vec::new(),
        need: Need::Existing,
    };
    let mut implicit = Vec::new();
    for key in list(entry, &["keys"]) {
        let stated = key.str_at("value").and_then(|path| at(values, path, indices)).filter(|v| !is_empty(v));
        let fixed = key.as_str().or_else(|| key.str_at("default")).map(Arc::from);
        match (stated, fixed) {
            (Some(stated), _) => read.keys.extend(text(stated).map(|key| (key, stated.span))),
            (None, Some(fixed)) => {
                read.keys.push((Arc::clone(&fixed), name.span));
                implicit.push(fixed);
            }
            (None, None) => {}
        }
    }
    if let Some(path) = entry.str_at("namespace") {
        read.namespace = at(values, path, indices).and_then(text);
    }
    Some((read, implicit))
}
