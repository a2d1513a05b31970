//! Objects as overlays of kustomize: JSON 6902 patches of a base (RFC 6902), so that what kustomize builds is the object.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::kustomization::kustomization;
use crate::base::Value;
use crate::base::patch::operations;
use crate::model::context::Fields;
use crate::model::document::Document;
use crate::model::plan::Plan;
use crate::source::path::{parent, relative};
use crate::yaml;

/// The files that stand for `built`: an overlay each, the list of each folder of overlays, and the bases.
pub fn overlays(plan: &Plan, built: &[Document], bases: &[Document]) -> Vec<Document> {
    let by_path: BTreeMap<&str, &Document> = bases.iter().map(|base| (&*base.path, base)).collect();
    let of = |document: &Document| {
        let base = by_path.get(plan.overlays.get(&*document.path)?.as_str())?;
        Some(file(document, document.path.to_string(), overlay(document, base)))
    };
    let mut out: Vec<Document> = built.iter().filter_map(of).collect();
    for base in bases {
        out.push(base.clone());
        let (folder, name) = base.path.rsplit_once('/').unwrap_or_default();
        out.push(file(base, format!("{folder}/kustomization.yaml"), kustomization(vec![name.into()])));
    }
    for (group, names) in groups(plan) {
        let Some(first) = built.iter().find(|document| parent(parent(&document.path)) == group) else { continue };
        let names = names.into_iter().map(Value::from).collect();
        out.push(file(first, format!("{group}/kustomization.yaml"), kustomization(names)));
    }
    out
}

/// Folders of overlays, each with the names of the overlays in it.
fn groups(plan: &Plan) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in plan.overlays.keys() {
        if let Some((group, name)) = parent(path).rsplit_once('/') {
            groups.entry(group).or_default().insert(name);
        }
    }
    groups
}

/// Names of the folders of overlays that lie in a folder.
pub fn groups_in<'p>(plan: &'p Plan, folder: &str) -> Vec<&'p str> {
    let of = |group: &'p str| group.rsplit_once('/').filter(|(above, _)| *above == folder).map(|(_, name)| name);
    groups(plan).into_keys().filter_map(of).collect()
}

fn overlay(document: &Document, base: &Document) -> Value {
    let operations = operations(&base.value, &document.value);
    let above = relative(parent(&document.path), parent(&base.path));
    let mut value = Fields::new()
        .with("apiVersion", "kustomize.config.k8s.io/v1beta1")
        .with("kind", "Kustomization")
        .with("resources", vec![Value::from(above)]);
    if !operations.is_empty() {
        let mut patch = String::new();
        yaml::write(&mut patch, &Value::from(operations));
        let kind = document.value.str_at("kind").unwrap_or_default();
        let target = Fields::new().with("kind", kind).build();
        value = value.with("patches", vec![Fields::new().with("target", target).with("patch", patch).build()]);
    }
    value.build()
}

fn file(of: &Document, path: String, value: Value) -> Document {
    Document { path: Arc::from(path), value, ..of.clone() }
}
