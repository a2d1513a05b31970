//! The kustomization.yaml of folders that have one.

use std::sync::Arc;

use super::object_files;
use crate::base::Value;
use crate::model::context::Fields;
use crate::model::document::Document;
use crate::model::plan::Plan;
use crate::model::tree::Tree;

/// Kustomizations that list the object files of their folders. A folder that got one otherwise, from
/// a raw manifest or a template, keeps that.
pub fn kustomizations(plan: &Plan, tree: &Tree) -> Vec<Document> {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let mut out = Vec::new();
    for (path, files) in object_files(plan, tree) {
        let Some(folder) = plan.folders.get(&path) else { continue };
        let Some(fields) = &folder.kustomization else { continue };
        if names.iter().any(|name| tree.contains_key(&format!("{path}/{name}"))) {
            continue;
        }
        let resources: Vec<Value> = files.into_iter().map(Value::from).collect();
        let mut value = Fields::new()
            .with("apiVersion", "kustomize.config.k8s.io/v1beta1")
            .with("kind", "Kustomization")
            .with("resources", resources)
            .at(fields.span);
        if let (crate::base::Kind::Map(map), Some(more)) = (&mut value.kind, fields.as_map()) {
            let map = Arc::make_mut(map);
            more.iter().for_each(|entry| map.put(entry.clone()));
        }
        out.push(Document {
            path: format!("{path}/kustomization.yaml").into(),
            value,
            origin: fields.span.or(folder.span),
            template: crate::base::Span::NONE,
            tags: folder.tags.clone(),
        });
    }
    out
}
