//! What a kustomization comes to by our own understanding: its resources, with all patches on them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Documents, Kustomization};
use crate::base::Value;
use crate::import::files::Object;
use crate::model::kustomize::{BUILT, Target, named, resolve};
use crate::model::kustomize_patch::{apply, patches};
use crate::source::path::parent;

type All<'k> = BTreeMap<String, Kustomization<'k>>;

/// How many folders may stand on each other.
const DEEPEST: usize = 16;
/// Fields that name objects.
const RESOURCES: &[&str] = &["resources", "bases"];

/// The objects of a folder.
pub fn build(of: &Kustomization, all: &All, documents: &Documents) -> Vec<Object> {
    let mut objects = Vec::new();
    gather(of, all, documents, &mut BTreeSet::new(), &mut objects);
    let elsewhere: Arc<str> = format!("{}/{BUILT}", of.folder).trim_start_matches('/').into();
    let place = |(path, value): (String, Value)| match parent(&path) == of.folder {
        true => Object { path: path.into(), value },
        false => Object { path: Arc::clone(&elsewhere), value },
    };
    objects.into_iter().map(place).collect()
}

fn gather<'k>(
    of: &'k Kustomization<'k>,
    all: &'k All<'k>,
    documents: &Documents,
    seen: &mut BTreeSet<&'k str>,
    objects: &mut Vec<(String, Value)>,
) {
    if seen.len() > DEEPEST || !seen.insert(of.folder) {
        return;
    }
    let target = |name: &str| match resolve("", of.folder, name) {
        Target::Tree(path) => Some(path),
        _ => None,
    };
    let names = named(of.value);
    let (resources, components): (Vec<_>, Vec<_>) = names
        .iter()
        .filter(|n| !n.remote && (RESOURCES.contains(&n.field) || n.field == "components"))
        .filter_map(|n| Some((n.field, target(n.path)?)))
        .partition(|(field, _)| RESOURCES.contains(field));
    // Components change what the resources are.
    for (_, path) in resources.into_iter().chain(components) {
        if let Some(inner) = all.get(&path) {
            gather(inner, all, documents, seen, objects);
        } else {
            objects.extend(documents.of(&path).map(|value| (path.clone(), value.clone())));
        }
    }
    let file = |name: &str| {
        let found: Vec<Value> = documents.of(&target(name)?).cloned().collect();
        (!found.is_empty()).then_some(found)
    };
    let (paths, mut values): (Vec<String>, Vec<Value>) = std::mem::take(objects).into_iter().unzip();
    patches(of.value, &file).iter().for_each(|patch| apply(patch, &mut values));
    *objects = paths.into_iter().zip(values).collect();
}
