//! The keys of a source whose content a file is.

use super::list;
use super::patches::{Lists, merge};
use crate::base::patch::apply_merge;
use crate::base::{Kind, Map, Value};
use crate::drift::edits::Edited;

/// `helm.values`, as far as they differ. A list is there as a whole.
pub(super) fn values(file: &Edited) -> Option<Value> {
    let merge = merge(&file.rendered, &file.edited, Lists::Replaced)?;
    (file.edited.as_map().is_some() && apply_merge(&file.rendered, &merge) == file.edited).then_some(merge)
}

/// `kustomize`, as far as it differs. Nothing where something differs that it has no key for, or that would be written
/// otherwise.
pub(super) fn kustomize(file: &Edited) -> Option<Value> {
    let (old, new) = (file.rendered.as_map()?, file.edited.as_map()?);
    let mut out = Map::new();
    let keys = old.iter().chain(new.iter().filter(|entry| !old.contains(&entry.key))).map(|entry| &*entry.key);
    for key in keys {
        let (before, after) = (old.get(key), new.get(key));
        if before == after {
            continue;
        }
        match key {
            "namePrefix" | "nameSuffix" | "namespace" => out.set(key, text(after)?),
            "commonAnnotations" => out.set(key, merged(before, after)?),
            "images" => out.set(key, merged(named(before, image)?.as_ref(), named(after, image)?.as_ref())?),
            "replicas" => out.set(key, merged(named(before, count)?.as_ref(), named(after, count)?.as_ref())?),
            "patches" => out.set(key, patches(after)?),
            "labels" => labels(before, after)?.into_iter().for_each(|(key, value)| out.set(key, value)),
            _ => return None,
        }
    }
    Some(Value::from(out))
}

/// A text, or what takes the key out.
fn text(value: Option<&Value>) -> Option<Value> {
    match value {
        None => Some(Value::default()),
        Some(value) => value.as_str().map(|_| value.clone()),
    }
}

/// What makes one mapping the other; what takes the key out where there is none any more.
fn merged(before: Option<&Value>, after: Option<&Value>) -> Option<Value> {
    let Some(after) = after else { return Some(Value::default()) };
    let empty = Value::from(Map::new());
    let sorted = after.as_map()?.iter().zip(after.as_map()?.iter().skip(1)).all(|(a, b)| a.key < b.key);
    sorted.then(|| merge(before.unwrap_or(&empty), after, Lists::Refused)).flatten()
}

/// Entries of a list by their names; nothing where one can't be written so.
#[allow(clippy::option_option, reason = "no list, and a list that can't be written so, are two things")]
fn named(entries: Option<&Value>, of: fn(&Value) -> Option<Value>) -> Option<Option<Value>> {
    let Some(entries) = entries else { return Some(None) };
    let mut out = Map::new();
    for entry in entries.as_list()? {
        let name = entry.str_at("name").filter(|name| !out.contains(name))?;
        out.set(name, of(entry)?);
    }
    Some(Some(Value::from(out)))
}

/// An image as one text: `name:tag` or `name@digest`, without a name where only that changes.
fn image(entry: &Value) -> Option<Value> {
    let only = ["name", "newName", "newTag", "digest"];
    entry.as_map()?.iter().all(|e| only.contains(&&*e.key) && e.value.as_str().is_some()).then_some(())?;
    let name = entry.str_at("newName").unwrap_or_default();
    // A tag in the name would be taken for the tag.
    let plain = !name.contains('@') && !name.rsplit('/').next().is_some_and(|last| last.contains(':'));
    let text = match (entry.str_at("newTag"), entry.str_at("digest")) {
        (Some(tag), None) => format!("{name}:{tag}"),
        (None, Some(digest)) => format!("{name}@{digest}"),
        (None, None) if !name.is_empty() => name.to_owned(),
        _ => return None,
    };
    plain.then(|| Value::from(text))
}

fn count(entry: &Value) -> Option<Value> {
    let only = entry.as_map()?.iter().all(|e| ["name", "count"].contains(&&*e.key));
    entry.get("count").filter(|count| only && matches!(count.kind, Kind::Int(0..) | Kind::UInt(_))).cloned()
}

/// The list as a whole.
fn patches(after: Option<&Value>) -> Option<Value> {
    let Some(after) = after else { return Some(list(Vec::new())) };
    let known = |patch: &Value| {
        let only =
            patch.as_map().is_some_and(|map| map.iter().all(|e| ["target", "patch", "options"].contains(&&*e.key)));
        // Those that name the identity of Argo CD are added to those of the spec.
        only && patch.str_at("patch").is_some_and(|text| !text.contains("azure.workload.identity"))
    };
    after.as_list()?.iter().all(known).then(|| after.clone())
}

/// `commonLabels` with what says where they go; nothing where there are several sets of labels.
fn labels(before: Option<&Value>, after: Option<&Value>) -> Option<Vec<(&'static str, Value)>> {
    let one = |labels: Option<&Value>| match labels.map(|labels| labels.as_list()) {
        None => Some(None),
        Some(Some([one])) => Some(Some(one.clone())),
        Some(_) => None,
    };
    let (before, after) = (one(before)?, one(after)?);
    let Some(after) = after else { return Some(vec![("commonLabels", Value::default())]) };
    let only = ["pairs", "includeSelectors", "includeTemplates"];
    after.as_map()?.iter().all(|entry| only.contains(&&*entry.key)).then_some(())?;
    let pairs = before.as_ref().and_then(|before| before.get("pairs"));
    let mut out = vec![("commonLabels", merged(pairs, after.get("pairs"))?)];
    let differs = |key: &str| before.as_ref().and_then(|before| before.get(key)) != after.get(key);
    let flag = |key: &str| match after.get(key).map(|value| &value.kind) {
        None => Some(None),
        Some(Kind::Bool(flag)) => Some(Some(*flag)),
        Some(_) => None,
    };
    // It is always written.
    let selectors = flag("includeSelectors")??;
    if differs("includeSelectors") && (before.is_some() || !selectors) {
        out.push(("labelWithoutSelector", Value::from(!selectors)));
    }
    if differs("includeTemplates") {
        let templates = flag("includeTemplates")?;
        // Only beside labels that stay out of selectors.
        (templates.is_none() || !selectors).then_some(())?;
        out.push(("labelIncludeTemplates", templates.map_or_else(Value::default, Value::from)));
    }
    Some(out)
}
