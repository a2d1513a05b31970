//! The objects of a folder, with all patches on them (kustomize 5.8, `PatchTransformer`).

use std::collections::BTreeSet;

use super::{Folder, Scene};
use crate::base::Value;
use crate::model::kustomize::{Target, Wanted, list, named};
use crate::model::kustomize_patch::{self, Patch, apply, parsed};
use crate::source::path::parent;

/// How many folders may stand on each other.
const DEEPEST: usize = 8;
/// Fields by which objects come that do not lie in the tree.
const ELSEWHERE: &[&str] = &[
    "generators",
    "configMapGenerator",
    "secretGenerator",
    "helmCharts",
    "helmChartInflationGenerator",
    "components",
    "transformers",
];
/// Fields by which objects of a base get other names or images.
const CHANGE: &[&str] = &["namePrefix", "nameSuffix", "namespace", "images"];

/// The objects that a folder comes to, as far as they lie in the tree.
pub fn build(scene: &Scene, path: &str) -> Vec<Value> {
    let mut objects = Vec::new();
    gather(scene, path, &mut BTreeSet::new(), &mut objects);
    for patch in by_application(scene, path) {
        apply(&patch, &mut objects);
    }
    objects
}

/// The objects that a folder's own patches see, and whether that are all of them: none comes from elsewhere, is generated
/// or gets another name.
pub fn before_patches(scene: &Scene, path: &str) -> (Vec<Value>, bool) {
    let mut objects = Vec::new();
    let mut seen = BTreeSet::new();
    let Some((path, folder)) = scene.folders.get_key_value(path) else { return (objects, false) };
    resources(scene, path, folder, &mut seen, &mut objects);
    (objects, is_complete(scene, path, folder, 0))
}

fn is_complete(scene: &Scene, path: &str, folder: &Folder, depth: usize) -> bool {
    let value = &folder.kustomization.value;
    let plain = ELSEWHERE.iter().all(|field| value.get(field).is_none()) && depth <= DEEPEST;
    // What renames objects or images of a base is not followed.
    let keeps = depth == 0 || CHANGE.iter().all(|field| value.get(field).is_none());
    let remote = named(value).iter().any(|name| name.remote);
    let of = folder.named.iter().filter(|n| n.wanted != Wanted::File);
    let mut below = of.map(|n| match scene.resolve(path, n.path) {
        Target::Tree(target) if scene.input.tree.contains_key(&target) => true,
        Target::Tree(target) => {
            scene.folders.get(target.as_str()).is_some_and(|f| is_complete(scene, &target, f, depth + 1))
        }
        _ => false,
    });
    plain && keeps && !remote && below.all(|complete| complete)
}

fn gather<'a>(scene: &'a Scene, path: &str, seen: &mut BTreeSet<&'a str>, objects: &mut Vec<Value>) {
    let Some((path, folder)) = scene.folders.get_key_value(path) else { return };
    resources(scene, path, folder, seen, objects);
    patches(folder).iter().for_each(|patch| apply(patch, objects));
}

fn resources<'a>(
    scene: &'a Scene,
    path: &'a str,
    folder: &'a Folder,
    seen: &mut BTreeSet<&'a str>,
    objects: &mut Vec<Value>,
) {
    if seen.len() > DEEPEST || !seen.insert(path) {
        return;
    }
    for named in folder.named.iter().filter(|n| n.wanted != Wanted::File) {
        let Target::Tree(target) = scene.resolve(path, named.path) else { continue };
        match folder.objects.get(target.rsplit('/').next().unwrap_or_default()).filter(|_| parent(&target) == path) {
            Some(documents) => objects.extend(documents.iter().map(|d| d.value.clone())),
            None => gather(scene, &target, seen, objects),
        }
    }
}

/// The patches of a folder, in the order in which kustomize applies them.
pub fn patches(folder: &Folder) -> Vec<Patch> {
    let file = |path: &str| {
        let documents = folder.objects.get(path.trim_start_matches("./"))?;
        Some(documents.iter().map(|d| d.value.clone()).collect())
    };
    kustomize_patch::patches(&folder.kustomization.value, &file)
}

/// The sources of the Application that reads a folder.
fn sources<'a>(scene: &Scene<'a>, path: &str) -> impl Iterator<Item = &'a Value> {
    let plan = scene.input.plan;
    let applications = plan.items.get("applications").map(Vec::as_slice).unwrap_or_default();
    let owner = plan.folders.get(path).map(|folder| &folder.owner);
    let found = owner.and_then(|owner| applications.binary_search_by(|item| item.name.cmp(owner)).ok());
    let item = found.and_then(|i| applications.get(i)).map(|item| &item.value);
    item.into_iter().flat_map(|item| item.get("source").into_iter().chain(list(item, "sources")))
}

/// The images that the Application replaces in a folder.
pub fn images_of_application<'a>(scene: &Scene<'a>, path: &'a str) -> impl Iterator<Item = &'a Value> {
    let whole = [scene.root, path].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("/");
    let own = sources(scene, path).filter(move |s| s.str_at("path").is_some_and(|p| p.trim_matches('/') == whole));
    own.filter_map(|source| source.get("kustomize")).flat_map(|k| list(k, "images"))
}

/// The patches that the Application adds to those of the folder.
fn by_application(scene: &Scene, path: &str) -> Vec<Patch> {
    let of_source = |source: &Value| -> Vec<Patch> {
        let all = source.get("kustomize").map(|k| list(k, "patches")).unwrap_or_default();
        let one = |p: &Value| {
            let bodies = p.get("patch").map(parsed).unwrap_or_default();
            let target = p.get("target").cloned();
            bodies.into_iter().map(move |body| Patch { target: target.clone(), body, span: p.span }).collect::<Vec<_>>()
        };
        all.iter().flat_map(one).collect()
    };
    sources(scene, path).flat_map(of_source).collect()
}
