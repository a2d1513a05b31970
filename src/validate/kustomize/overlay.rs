//! What is missing when all is built.

use std::collections::BTreeSet;

use super::{Scene, build};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::kustomize::{BUILT, Target, is_kustomization, list};
use crate::source::path::parent;
use crate::validate::locate::locate;
use crate::validate::placeholders::placeholder;

crate::codes! {
    /// An overlay leaves something out: a placeholder is still there when all patches have been applied, or the
    /// kustomization names no resources, so that it comes to nothing.
    ///
    /// Placeholders such as `<TO_OVERLAY>` are sound YAML, so nothing fails before the object is in the cluster and asks the
    /// store for a key of that name. Argo CD takes a kustomization that comes to nothing for an app without objects, and
    /// deletes what it deployed before.
    ///
    /// Replace each placeholder by a patch, and name the base or the files under `resources`.
    OVERLAY_INCOMPLETE = "overlay-incomplete";
    /// A manifest lies beside a kustomization that does not name it, so it is not deployed.
    ///
    /// Where a folder has a kustomization, Argo CD asks kustomize alone, and that takes only what is named.
    ///
    /// Add the file to `resources`, or take it out of the `manifests` of the app. An app without a kustomization of its own
    /// that has `source.kustomize` gets one that names all its files.
    MANIFEST_NOT_LISTED = "manifest-not-listed": warning;
}

/// Fields that bring objects.
const BRING: &[&str] = &[
    "resources",
    "bases",
    "components",
    "generators",
    "configMapGenerator",
    "secretGenerator",
    "helmCharts",
    "helmChartInflationGenerator",
];
/// Runs the rules.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    for (path, folder) in &scene.folders {
        reached.extend(folder.named.iter().filter_map(|named| match scene.resolve(path, named.path) {
            Target::Tree(target) => Some(target),
            _ => None,
        }));
    }
    for (path, folder) in &scene.folders {
        let document = folder.kustomization;
        let is_component = document.value.str_at("kind") == Some("Component");
        if !is_component && BRING.iter().all(|field| list(&document.value, field).is_empty()) {
            let message = "this kustomization names no resources, so nothing comes of it";
            let help = "name the base, or the files of the app, under `resources`";
            bag.push(Finding::error(&OVERLAY_INCOMPLETE, first_line(scene, document.origin), message, help));
        }
        not_listed(scene, path, &reached, bag);
        // What is a base is judged where it is built.
        if !reached.contains(*path) && !is_component {
            left(scene, path, bag);
        }
    }
}

/// The first line of a mapping.
fn first_line(scene: &Scene, span: Span) -> Span {
    let Some(file) = scene.input.sources.file_of(span) else { return span };
    let (lo, hi) = file.range(span);
    let text = file.text.get(lo..hi).unwrap_or_default();
    file.span(lo, lo + text.find('\n').unwrap_or(text.len()))
}

/// Whether a file need not be named: the kustomization itself, and what it makes.
fn is_arranged(file: &str) -> bool {
    is_kustomization(file) || file.ends_with(BUILT)
}

fn not_listed(scene: &Scene, path: &str, reached: &BTreeSet<String>, bag: &mut Bag) {
    let prefix = format!("{path}/");
    let files = scene.input.tree.range(prefix.clone()..).take_while(|(file, _)| file.starts_with(&prefix));
    let beside = files.filter(|(file, of)| parent(file) == path && !of.objects.is_empty() && !is_arranged(file));
    for (file, of) in beside.filter(|(file, _)| !reached.contains(*file)) {
        let name = file.rsplit('/').next().unwrap_or(file);
        let message = format!("`{name}` is not named by the kustomization of its folder, so it is not deployed");
        let help = format!("add `{name}` to `resources` of the kustomization");
        bag.push(Finding::warning(&MANIFEST_NOT_LISTED, first_line(scene, of.origin), message, help));
    }
}

/// Placeholders that no patch has replaced.
fn left(scene: &Scene, path: &str, bag: &mut Bag) {
    let Some(folder) = scene.folders.get(path) else { return };
    for object in build::build(scene, path) {
        let kind = object.str_at("kind").unwrap_or("object");
        let name = object.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default();
        let mut found = Vec::new();
        leaves(&object, "", &mut found);
        for (key, value, placeholder) in found {
            let span = scene.at(value.span, folder.kustomization);
            let (span, _) = locate(scene.input.sources, span, &key, placeholder);
            let message = format!("`{placeholder}` is left in {kind} `{name}` when all patches are applied");
            let help = format!("replace it by a patch of the overlay in `{path}`, or write the value here");
            bag.push(Finding::error(&OVERLAY_INCOMPLETE, span, message, help));
        }
    }
}

fn leaves<'v>(value: &'v Value, key: &str, out: &mut Vec<(String, &'v Value, &'v str)>) {
    for entry in value.as_map().into_iter().flatten() {
        leaves(&entry.value, &entry.key, out);
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| leaves(item, key, out));
    if let Some(found) = value.as_str().and_then(placeholder) {
        out.push((key.to_owned(), value, found));
    }
}
