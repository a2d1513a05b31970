//! The kustomization.yaml of folders that have one.

use std::sync::Arc;

use super::object_files;
use super::overlays::groups_in;
use crate::base::{Kind, Span, Value};
use crate::model::context::Fields;
use crate::model::document::Document;
use crate::model::plan::{Folder, Plan};
use crate::model::tree::Tree;

/// Kustomizations that list what lies in their folders. A folder that got one otherwise, from a raw manifest or a
/// template, keeps that.
pub fn kustomizations(plan: &Plan, tree: &Tree) -> Vec<Document> {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let has_one = |path: &str| names.iter().any(|name| tree.contains_key(&format!("{path}/{name}")));
    let of = |(path, folder): (&String, &Folder)| {
        let fields = folder.kustomization.as_ref().filter(|_| !has_one(path))?;
        let files = object_files(tree, path).into_iter().chain(groups_in(plan, path)).map(Value::from);
        let stated = fields.get("resources").and_then(Value::as_list).unwrap_or_default();
        let resources: Vec<Value> = stated.iter().cloned().chain(files).collect();
        if resources.is_empty() {
            return None;
        }
        let mut value = kustomization(resources).at(fields.span);
        if let (Kind::Map(map), Some(more)) = (&mut value.kind, fields.as_map()) {
            let map = Arc::make_mut(map);
            more.iter().filter(|entry| &*entry.key != "resources").for_each(|entry| map.put(entry.clone()));
        }
        Some(Document {
            path: format!("{path}/kustomization.yaml").into(),
            value,
            origin: fields.span.or(folder.span),
            template: Span::NONE,
            tags: folder.tags.clone(),
            form: None,
        })
    };
    plan.folders.iter().filter_map(of).collect()
}

/// A kustomization of some resources.
pub fn kustomization(resources: Vec<Value>) -> Value {
    Fields::new()
        .with("apiVersion", "kustomize.config.k8s.io/v1beta1")
        .with("kind", "Kustomization")
        .with("resources", resources)
        .build()
}
