//! What charts read from Secrets without saying so in their values: `schemas/charts/CHART.yaml`.

use std::collections::HashMap;
use std::sync::Arc;

use super::facts::{Kind, Need, Read};
use super::known::fits;
use super::read::walk::text;
use super::read::{list, texts};
use crate::base::{Entry, Span, Value};
use crate::model::embedded::CHARTS;
use crate::yaml;

/// One of the files.
#[derive(Debug)]
pub struct ChartFile(Value);

/// The files of some charts, by name.
pub fn of<'c>(charts: impl Iterator<Item = &'c str>) -> HashMap<String, Arc<ChartFile>> {
    let mut out: HashMap<String, Option<Arc<ChartFile>>> = HashMap::new();
    for chart in charts {
        if !out.contains_key(chart) {
            out.insert(chart.to_owned(), load(chart).map(Arc::new));
        }
    }
    out.into_iter().filter_map(|(chart, file)| Some((chart, file?))).collect()
}

fn load(chart: &str) -> Option<ChartFile> {
    let name = format!("{chart}.yaml");
    let index = CHARTS.binary_search_by(|(path, _)| (**path).cmp(&*name)).ok()?;
    let (_, text) = CHARTS.get(index)?;
    yaml::read_embedded(text, Span::NONE).ok()?.into_iter().next().map(ChartFile)
}

/// Items of lists that a path goes through.
type Indices = Vec<usize>;

impl ChartFile {
    /// Whether the file is about the chart of that repository: other charts may have the same name.
    pub fn is_of(&self, repo: &str) -> bool {
        let repositories = texts(&self.0, "repositories");
        repositories.is_empty() || repositories.iter().any(|part| repo.contains(&**part))
    }

    /// Whether the chart makes objects whose names do not begin with that of the release.
    pub fn makes_any(&self) -> bool {
        self.0.get("makes").is_some()
    }

    /// Whether the chart makes an object of that name, whatever the release is called.
    pub fn makes(&self, name: &str) -> bool {
        texts(&self.0, "makes").iter().any(|pattern| fits(pattern, name))
    }

    /// What the chart reads with these values: references, and for each the keys that no value names.
    pub fn reads(&self, values: &Value) -> Vec<(Read, Vec<Arc<str>>)> {
        let mut out = Vec::new();
        for entry in list(&self.0, &["reads"]) {
            let Some(path) = entry.str_at("secret") else { continue };
            for (indices, name) in resolve(values, path) {
                if self.holds(entry, values, &indices) {
                    out.extend(reference(entry, values, &indices, name));
                }
            }
        }
        out
    }

    /// Whether the conditions of an entry hold. A value that is left out has the default of the chart.
    fn holds(&self, entry: &Value, values: &Value, indices: &Indices) -> bool {
        let defaults = self.0.get("defaults");
        let holds = |condition: &Entry| {
            let value = at(values, &condition.key, indices).or_else(|| defaults?.get(&condition.key));
            match condition.value.as_list() {
                Some(several) => value.is_some_and(|value| several.contains(value)),
                None if condition.value.as_str() == Some("*") => value.is_some_and(|value| !is_empty(value)),
                None => value.map_or_else(|| condition.value.is_null(), |value| *value == condition.value),
            }
        };
        entry.get("when").and_then(Value::as_map).is_none_or(|when| when.iter().all(holds))
    }
}

/// The reference of an entry, and the keys that no value names.
fn reference(entry: &Value, values: &Value, indices: &Indices, name: &Value) -> Option<(Read, Vec<Arc<str>>)> {
    let mut read = Read {
        kind: Kind::Secret,
        name: text(name)?,
        namespace: None,
        span: name.span,
        keys: Vec::new(),
        need: Need::Existing,
    };
    let mut implicit = Vec::new();
    for key in list(entry, &["keys"]) {
        let stated = key.str_at("value").and_then(|path| at(values, path, indices)).filter(|v| !is_empty(v));
        let fixed = key.as_str().or_else(|| key.str_at("default")).map(Arc::from);
        match (stated, fixed) {
            (Some(stated), _) => read.keys.extend(text(stated).map(|key| (key, stated.span))),
            (None, Some(fixed)) => {
                read.keys.push((Arc::clone(&fixed), name.span));
                implicit.push(fixed);
            }
            (None, None) => {}
        }
    }
    if let Some(path) = entry.str_at("namespace") {
        read.namespace = at(values, path, indices).and_then(text);
    }
    Some((read, implicit))
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// All values under a path; `name[]` stands for each item of a list.
fn resolve<'v>(values: &'v Value, path: &str) -> Vec<(Indices, &'v Value)> {
    let mut found = vec![(Indices::new(), values)];
    for segment in path.split('.') {
        let (key, each) = segment.strip_suffix("[]").map_or((segment, false), |key| (key, true));
        let mut next = Vec::new();
        for (indices, value) in found {
            let Some(value) = value.get(key) else { continue };
            if !each {
                next.push((indices, value));
                continue;
            }
            let items = value.as_list().unwrap_or_default().iter().enumerate();
            next.extend(items.map(|(index, item)| {
                let mut indices = indices.clone();
                indices.push(index);
                (indices, item)
            }));
        }
        found = next;
    }
    found
}

/// The value under a path, with the same items of lists as another.
fn at<'v>(values: &'v Value, path: &str, indices: &Indices) -> Option<&'v Value> {
    let mut indices = indices.iter();
    path.split('.').try_fold(values, |value, segment| match segment.strip_suffix("[]") {
        Some(key) => value.get(key)?.as_list()?.get(*indices.next()?),
        None => value.get(segment),
    })
}
