//! The objects of a folder, with all patches on them (kustomize 5.8, `PatchTransformer`).

use std::collections::BTreeSet;

use regex::Regex;

use super::{Folder, Scene};
use crate::base::value::sorted;
use crate::base::{Kind, Map, Span, Value, patch};
use crate::model::kustomize::{Target, Wanted, list, named};
use crate::source::path::parent;
use crate::yaml;

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

/// A patch with the objects it is for.
pub struct Patch {
    /// What it is for; without one, the object that it names.
    pub target: Option<Value>,
    /// The patch itself.
    pub body: Value,
    /// The entry of the kustomization.
    pub span: Span,
}

/// The patches of a kustomization, in the order in which kustomize applies them.
pub fn patches(folder: &Folder) -> Vec<Patch> {
    let value = &folder.kustomization.value;
    let mut out = Vec::new();
    let file = |path: &Value| {
        let documents = folder.objects.get(path.as_str()?.trim_start_matches("./"));
        Some(documents?.iter().map(|d| d.value.clone()).collect::<Vec<_>>())
    };
    for item in list(value, "patchesStrategicMerge") {
        let bodies = file(item).unwrap_or_else(|| parsed(item));
        out.extend(bodies.into_iter().map(|body| Patch { target: None, body, span: item.span }));
    }
    for item in list(value, "patchesJson6902").iter().chain(list(value, "patches")) {
        let bodies = item.get("path").and_then(file).or_else(|| item.get("patch").map(parsed)).unwrap_or_default();
        let target = item.get("target").cloned();
        out.extend(bodies.into_iter().map(|body| Patch { target: target.clone(), body, span: item.span }));
    }
    out
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

fn parsed(text: &Value) -> Vec<Value> {
    text.as_str().map(|t| yaml::read_embedded(t, text.span).unwrap_or_default()).unwrap_or_default()
}

fn apply(patch: &Patch, objects: &mut [Value]) {
    for object in objects.iter_mut().filter(|object| is_meant(patch, object)) {
        if let Some(operations) = patch.body.as_list() {
            if let Ok(patched) = patch::apply_operations(object, operations) {
                *object = patched;
            }
        } else {
            *object = laid_on(object, &patch.body);
        }
    }
}

/// Whether a patch is for an object.
pub fn is_meant(patch: &Patch, object: &Value) -> bool {
    let metadata =
        |of: &Value, key: &str| of.get("metadata").and_then(|m| m.str_at(key)).unwrap_or_default().to_owned();
    let version = object.str_at("apiVersion").unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let Some(target) = &patch.target else {
        let same = |key: &str| patch.body.str_at(key) == object.str_at(key);
        return same("kind") && metadata(&patch.body, "name") == metadata(object, "name");
    };
    let (name, namespace) = (metadata(object, "name"), metadata(object, "namespace"));
    let parts = [
        ("group", group),
        ("version", version),
        ("kind", object.str_at("kind").unwrap_or_default()),
        ("name", &name),
        ("namespace", &namespace),
    ];
    parts.iter().all(|(key, text)| target.str_at(key).is_none_or(|pattern| fits(pattern, text)))
}

/// Regular expressions of a target are anchored at both ends.
fn fits(pattern: &str, text: &str) -> bool {
    pattern.is_empty() || Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}

/// A partial object on a whole one. Items of lists are told apart by their names, as in most kinds that Kubernetes
/// itself has; other lists are replaced.
fn laid_on(under: &Value, over: &Value) -> Value {
    match (&under.kind, &over.kind) {
        (Kind::Map(below), Kind::Map(above)) => {
            let mut out: Map = (**below).clone();
            for entry in above.iter() {
                let value = out.get(&entry.key).map_or_else(|| entry.value.clone(), |old| laid_on(old, &entry.value));
                if entry.value.is_null() {
                    out.remove(&entry.key);
                } else {
                    out.set(std::sync::Arc::clone(&entry.key), value);
                }
            }
            Value::from(out).at(under.span)
        }
        (Kind::List(below), Kind::List(above)) if above.iter().all(|item| item.str_at("name").is_some()) => {
            let mut items: Vec<Value> = below.to_vec();
            for item in above.iter() {
                match items.iter_mut().find(|old| old.str_at("name") == item.str_at("name")) {
                    Some(old) => *old = laid_on(old, item),
                    None => items.push(item.clone()),
                }
            }
            Value::from(items).at(under.span)
        }
        _ => sorted(over),
    }
}
