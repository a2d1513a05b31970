//! What a kustomization comes to by our own understanding: its resources, with all patches on them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Kustomization;
use crate::base::Value;
use crate::import::files::{Files, Object};
use crate::model::kustomize::{BUILT, Target, named, resolve};
use crate::model::kustomize_patch::{apply, patches};
use crate::source::path::parent;

type All<'k> = BTreeMap<String, Kustomization<'k>>;

/// How many folders may stand on each other.
const DEEPEST: usize = 16;
/// Fields that name objects.
const RESOURCES: &[&str] = &["resources", "bases"];

/// The objects of a folder.
pub fn build(of: &Kustomization, all: &All, files: &Files) -> Vec<Object> {
    let mut by_path: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    files.objects.iter().for_each(|o| by_path.entry(&o.path).or_default().push(&o.value));
    let others = files.others.iter().flat_map(|(path, values)| values.iter().map(move |value| (&**path, value)));
    others.for_each(|(path, value)| by_path.entry(path).or_default().push(value));
    let mut objects = Vec::new();
    gather(of, all, &by_path, &mut BTreeSet::new(), &mut objects);
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
    by_path: &BTreeMap<&str, Vec<&Value>>,
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
            gather(inner, all, by_path, seen, objects);
        } else {
            let found = by_path.get(path.as_str()).into_iter().flatten();
            objects.extend(found.map(|value| (path.clone(), (*value).clone())));
        }
    }
    let file = |name: &str| {
        let documents = by_path.get(target(name)?.as_str())?;
        Some(documents.iter().map(|value| (*value).clone()).collect())
    };
    let (paths, mut values): (Vec<String>, Vec<Value>) = std::mem::take(objects).into_iter().unzip();
    patches(of.value, &file).iter().for_each(|patch| apply(patch, &mut values));
    *objects = paths.into_iter().zip(values).collect();
}
