//! What is known about charts: `schemas/charts/CHART.yaml`.

use crate::base::hash::HashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::paths::{self, Indices, is_empty};
use crate::base::names::fits;
use crate::base::{Entry, Span, Value};
use crate::model::embedded::CHARTS;
use crate::yaml;

/// One of the files.
#[derive(Debug)]
pub struct ChartFile(Value);

/// The files of some charts, by name.
pub fn of<'c>(charts: impl Iterator<Item = &'c str>) -> HashMap<String, Arc<ChartFile>> {
    let mut out: HashMap<String, Option<Arc<ChartFile>>> = HashMap::default();
    for chart in charts {
        if !out.contains_key(chart) {
            out.insert(chart.to_owned(), load(chart).map(Arc::new));
        }
    }
    out.into_iter().filter_map(|(chart, file)| Some((chart, file?))).collect()
}

/// The keys of a mapping.
fn keys(map: Option<&Value>) -> impl Iterator<Item = &str> {
    map.and_then(Value::as_map).into_iter().flatten().map(|entry| &*entry.key)
}

/// The names of all charts that there is a file about.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHARTS.iter().filter_map(|(path, _)| path.strip_suffix(".yaml"))
}

fn load(chart: &str) -> Option<ChartFile> {
    let name = format!("{chart}.yaml");
    let index = CHARTS.binary_search_by(|(path, _)| (**path).cmp(&*name)).ok()?;
    let (_, text) = CHARTS.get(index)?;
    yaml::read_embedded(text, Span::NONE).ok()?.into_iter().next().map(ChartFile)
}

impl ChartFile {
    /// Whether the file is about the chart of that repository: other charts may have the same name.
    pub fn is_of(&self, repo: &str) -> bool {
        let repositories = self.list("repositories");
        repositories.is_empty() || repositories.iter().filter_map(Value::as_str).any(|part| repo.contains(part))
    }

    /// Whether the chart makes objects whose names do not begin with that of the release.
    pub fn makes_any(&self) -> bool {
        self.get("makes").is_some()
    }

    /// Whether the chart makes an object of that name, whatever the release is called.
    pub fn makes(&self, name: &str) -> bool {
        self.list("makes").iter().filter_map(Value::as_str).any(|pattern| fits(pattern, name))
    }

    /// Paths of values that the file says something about.
    pub fn paths(&self) -> BTreeSet<&str> {
        let mut out = BTreeSet::new();
        let texts = |key: &str| self.list(key).iter().filter_map(Value::as_str);
        out.extend(["free", "urls"].into_iter().flat_map(texts));
        out.extend(keys(self.get("defaults")));
        for entry in ["reads", "traps", "exposes", "derived"].into_iter().flat_map(|key| self.list(key)) {
            out.extend(["secret", "namespace", "at", "ingress"].into_iter().filter_map(|key| entry.str_at(key)));
            out.extend(keys(entry.get("when")));
        }
        out.retain(|path| !path.contains('*'));
        out
    }

    /// What the file has under a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The items of a list of the file.
    pub fn list(&self, key: &str) -> &[Value] {
        self.get(key).and_then(Value::as_list).unwrap_or_default()
    }

    /// Whether the conditions of an entry hold for some values. A value that is left out has the default of the chart.
    pub fn holds(&self, entry: &Value, values: &Value, indices: &Indices) -> bool {
        let defaults = self.get("defaults");
        let holds = |condition: &Entry| {
            let value = paths::at(values, &condition.key, indices).or_else(|| defaults?.get(&condition.key));
            match condition.value.as_list() {
                Some(several) => value.is_some_and(|value| several.contains(value)),
                None if condition.value.as_str() == Some("*") => value.is_some_and(|value| !is_empty(value)),
                None => value.map_or_else(|| condition.value.is_null(), |value| *value == condition.value),
            }
        };
        entry.get("when").and_then(Value::as_map).is_none_or(|when| when.iter().all(holds))
    }
}
