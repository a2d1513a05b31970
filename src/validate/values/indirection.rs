//! `env://NAME`, which Authentik takes for the value of a variable (authentik 2024, `lib/config`).

use super::scene::Content;
use super::{ENV_INDIRECTION, Scene};
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::validate::charts::{ChartFile, paths};
use crate::validate::locate;
use crate::validate::secrets::Chart;

const SCHEME: &str = "env://";

/// Checks the values of a chart.
pub fn content(scene: &Scene, content: &Content, bag: &mut Bag) {
    let Some(chart) = content.chart else { return };
    let mut found = Vec::new();
    walk(content.value, &mut Vec::new(), &mut found);
    for (path, value) in found {
        let fault = match chart.file.as_deref().filter(|file| file.get("variables").is_some()) {
            Some(file) => unset(scene, chart, file, &path, value),
            None => unread(chart, value),
        };
        let Some((message, help)) = fault else { continue };
        let span = locate::locate(scene.sources, value.span, "", value.as_str().unwrap_or_default()).0;
        bag.push(Finding::warning(&ENV_INDIRECTION, scene.place(span, content.origin), message, help));
    }
}

/// The texts that begin so, each with the keys on the way to it.
fn walk<'v>(value: &'v Value, path: &mut Vec<&'v str>, found: &mut Vec<(Vec<&'v str>, &'v Value)>) {
    if value.as_str().is_some_and(|text| text.starts_with(SCHEME)) {
        found.push((path.clone(), value));
    }
    for entry in value.as_map().into_iter().flatten() {
        path.push(&entry.key);
        walk(&entry.value, path, found);
        path.pop();
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| walk(item, path, found));
}

/// A chart that takes the text as it is.
fn unread(chart: &Chart, value: &Value) -> Option<(String, String)> {
    let (name, text) = (chart.release.chart.as_deref()?, value.as_str()?);
    // Of another repository, say, so that it is not known how it is called by its pods.
    if name.starts_with("authentik") {
        return None;
    }
    let message = format!("chart `{name}` takes `{text}` as it is: only Authentik resolves it");
    Some((message, "name a Secret by the chart's own value for it, such as `existingSecret`".to_owned()))
}

/// A chart that resolves it, while nothing gives its pods the variable.
fn unset(scene: &Scene, chart: &Chart, file: &ChartFile, path: &[&str], value: &Value) -> Option<(String, String)> {
    // After `?` stands what is taken where there is no such variable.
    let name = value.as_str()?.strip_prefix(SCHEME).filter(|name| !name.is_empty() && !name.contains(['?', '{']))?;
    // Values that nothing names may go together with others of the same chart.
    let of_chart = |other: &&Chart| other.release.chart == chart.release.chart;
    let beside = scene.loose.iter().filter(of_chart).filter(|_| chart.release.taken_by.is_some());
    let unseen = chart.partly_unseen && chart.release.taken_by.is_none();
    if unseen || gives(file, &chart.values, name) || beside.into_iter().any(|other| gives(file, &other.values, name)) {
        return None;
    }
    let own = path.iter().map(|key| key.to_uppercase()).collect::<Vec<_>>().join("__").replacen("__", "_", 1);
    let message = format!("`{SCHEME}{name}` names a variable that these values give to no pod");
    let help = match own == name {
        true => "leave the value out, and list the Secret that has the variable under `global.envFrom`".to_owned(),
        false => format!(
            "leave the value out, call the key of the Secret `{own}`, and list the Secret under `global.envFrom`"
        ),
    };
    Some((message, help))
}

/// Whether values give a variable to the pods: by its name, or by a Secret whose keys are not looked at.
fn gives(file: &ChartFile, values: &Value, name: &str) -> bool {
    let one = |value: &Value| match (value.as_list(), value.as_map()) {
        (Some(items), _) => items.iter().any(|item| item.str_at("name").is_none_or(|stated| stated == name)),
        (None, Some(map)) => map.iter().any(|entry| *entry.key == *name),
        (None, None) => !paths::is_empty(value),
    };
    let stated = file.list("variables").iter().filter_map(Value::as_str);
    stated.filter_map(|path| paths::at(values, path, &Vec::new())).any(one)
}
