//! Values files that nothing in the tree names: which chart they are for has to be found out by what they are.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::files::Files;
use crate::base::Value;
use crate::base::hash::HashMap;
use crate::base::names::{fits, parameters_as_globs};
use crate::source::path::folders;

/// Keys under which Argo CD, Helm and kustomize name values files.
const NAMING: &[&str] = &["valueFiles", "valuesFile", "additionalValuesFiles", "valuesFiles"];

/// The paths of values files that no object names and that are of no chart in the tree.
pub fn files(files: &Files) -> Vec<String> {
    let mut named = BTreeSet::new();
    let objects = files.objects.iter().chain(&files.taken).map(|object| &object.value);
    objects.chain(files.others.values().flatten()).for_each(|value| names(value, "", &mut named));
    let (open, plain): (Vec<&str>, Vec<&str>) = named.iter().map(|name| &**name).partition(|name| name.contains('*'));
    let mut by_last: HashMap<&str, Vec<&str>> = HashMap::default();
    plain.into_iter().for_each(|name| by_last.entry(last(name)).or_default().push(name));
    let of_chart = |path: &str| files.charts.contains("") || folders(path).any(|folder| files.charts.contains(folder));
    let is_known = |path: &str| {
        let alike = by_last.get(last(path)).into_iter().flatten();
        alike.chain(&open).any(|name| is_named(path, name))
    };
    let loose = |path: &&Arc<str>| !of_chart(path) && !is_known(path);
    files.values.iter().map(|file| &file.path).filter(loose).map(ToString::to_string).collect()
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn names(value: &Value, key: &str, out: &mut BTreeSet<Arc<str>>) {
    value.as_map().into_iter().flatten().for_each(|entry| names(&entry.value, &entry.key, out));
    value.as_list().unwrap_or_default().iter().for_each(|item| names(item, key, out));
    out.extend(value.as_str().filter(|_| NAMING.contains(&key)).and_then(last_parts));
}

/// What a name says of a path, whatever folder it is seen from; parameters may be anything.
fn last_parts(name: &str) -> Option<Arc<str>> {
    let name = parameters_as_globs(name);
    let name = if name.starts_with('$') { name.split_once('/')?.1 } else { &name };
    let below = name.rsplit("../").next().unwrap_or(name);
    Some(below.trim_start_matches("./").trim_start_matches('/').into())
}

fn is_named(path: &str, name: &str) -> bool {
    // A path of the repository may lead to where the tree begins, or the tree may be the outer of both.
    let ends =
        |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    ends(path, name) || ends(name, path) || fits(name, path) || fits(&format!("*/{name}"), path)
}
