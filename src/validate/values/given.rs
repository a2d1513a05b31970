//! Values against the files of the chart that the spec names under `charts`.

use crate::base::hash::HashSet;

use serde_json::Value as Json;

use super::level::Level;
use super::unknown::{Walk, commented, listing};
use super::{CHART_VALUE_INVALID, Scene, UNUSED_CHART};
use crate::base::json::to_json;
use crate::base::{Value, merge};
use crate::diag::{Bag, Finding};
use crate::model::gathered::GivenChart;
use crate::schemas::Alone;
use crate::validate::secrets::Chart;
use crate::validate::{phrase, place};

/// Findings about the values of one release; with more of them they are meant for another chart.
pub const MOST: usize = 50;

/// A described version, made ready.
pub struct Given<'a> {
    /// Its files.
    pub chart: &'a GivenChart,
    schema: Option<Json>,
    compiled: Option<Result<Alone, String>>,
    /// Keys that comments of `values.yaml` show: optional ones are often given so.
    pub commented: HashSet<&'a str>,
    /// Subcharts: the key of their values, and what is known of them.
    pub subcharts: Option<Vec<(&'a str, Option<&'a GivenChart>)>>,
}

/// Checks the values of all charts that are described.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let all: Vec<&GivenChart> = scene.plan.charts.iter().map(|c| &**c).collect();
    for given in &all {
        let users: Vec<&Chart> =
            scene.charts.iter().filter(|c| c.release.chart.as_deref() == Some(&given.chart)).collect();
        let of_version: Vec<&Chart> =
            users.iter().filter(|c| same(&c.release.version, &given.version)).copied().collect();
        let part_of_other = || all.iter().any(|other| dependencies(other).iter().any(|d| is_of(d, given)));
        if of_version.is_empty() && !part_of_other() {
            bag.push(unused(given, &users));
        }
        if !of_version.is_empty() {
            Given::new(scene, given, &all).check(scene, &of_version, bag);
        }
    }
}

/// Versions are the same with and without `v`.
fn same(a: &str, b: &str) -> bool {
    a.trim_start_matches('v') == b.trim_start_matches('v')
}

fn dependencies(chart: &GivenChart) -> &[Value] {
    chart.metadata.as_ref().and_then(|m| m.get("dependencies")).and_then(Value::as_list).unwrap_or_default()
}

fn is_of(dependency: &Value, given: &GivenChart) -> bool {
    dependency.str_at("name") == Some(&given.chart)
        && dependency.str_at("version").is_some_and(|v| same(v, &given.version))
}

fn unused(given: &GivenChart, users: &[&Chart]) -> Finding {
    let (chart, version) = (&*given.chart, &*given.version);
    let message = format!("no app uses chart `{chart}` in version {version}, so its files are not looked at");
    let help = match users.first() {
        Some(user) => {
            format!("app `{}` uses {}: bring the files of that version", user.app.facts.name, user.release.version)
        }
        None => format!("take `{version}` out, or mend the name of the chart"),
    };
    Finding::warning(&UNUSED_CHART, given.version.span, message, help)
}

impl<'a> Given<'a> {
    fn new(scene: &Scene<'a>, chart: &'a GivenChart, all: &[&'a GivenChart]) -> Given<'a> {
        let schema = chart.schema.as_ref().map(to_json);
        let compiled = schema.as_ref().map(Alone::new);
        let key = |d: &'a Value| {
            let known = all.iter().copied().find(|other| is_of(d, other));
            Some((d.str_at("alias").or_else(|| d.str_at("name"))?, known))
        };
        let subcharts = chart.metadata.as_ref().map(|_| dependencies(chart).iter().filter_map(key).collect());
        let text = chart.values.as_ref().and_then(|v| scene.sources.file_of(v.span)).map(|file| file.text.as_str());
        Given { chart, schema, compiled, commented: text.map(commented).unwrap_or_default(), subcharts }
    }

    fn check(&self, scene: &Scene<'a>, users: &[&Chart<'a>], bag: &mut Bag) {
        let top = Level::top(self.chart.values.as_ref(), self.schema.as_ref());
        let mut seen = HashSet::default();
        for user in users {
            for part in user.release.parts(&scene.files) {
                // Many Applications may take one file.
                if part.span.is_none() || seen.insert(part.span) {
                    Walk::new(self, scene, user, &part).top(&top).into_iter().for_each(|f| bag.push(f));
                }
            }
        }
        match &self.compiled {
            Some(Ok(schema)) => users.iter().for_each(|user| self.by_schema(schema, scene, user, bag)),
            Some(Err(reason)) => {
                let message = format!("the schema of chart `{}` can't be used: {reason}", &*self.chart.chart);
                let place = self.chart.schema.as_ref().map(|s| s.span).unwrap_or_default();
                let help = "name `values.schema.json` as the chart has it, or leave `schema` out";
                bag.push(Finding::warning(&CHART_VALUE_INVALID, place, message, help));
            }
            None => {}
        }
    }

    /// What Helm itself checks, on the values over the chart's own. Without those, what is missing or null may be right.
    fn by_schema(&self, schema: &Alone, scene: &Scene, user: &Chart, bag: &mut Bag) {
        if user.release.skips_schema {
            return;
        }
        let own = self.chart.values.as_ref();
        let values = own.map_or_else(|| user.values.clone(), |own| merge::merge(own, &user.values));
        let whole = own.is_some() && !user.release.is_partly_unseen(&scene.files);
        for error in schema.errors(&values, MOST) {
            use jsonschema::error::ValidationErrorKind as Kind;
            let absent = matches!(error.kind(), Kind::Required { .. } | Kind::MinProperties { .. })
                || error.instance().is_null();
            if absent && !whole {
                continue;
            }
            let candidates = self.siblings(&error);
            phrase::findings(&error, &mut |mut fault| {
                if let Some(key) = &fault.key {
                    fault.message = format!(
                        "`{}` is no value that its schema allows",
                        phrase::dotted(&format!("{}/{key}", fault.pointer))
                    );
                    fault.help = listing(key, "", candidates.iter().copied());
                }
                let span = place(&values, &fault);
                let at = scene
                    .at(if own.is_some_and(|o| o.span.contains(span)) { user.release.span } else { span }, user.app);
                let message = format!("Helm refuses the values for {}: {}", self.of(), fault.message);
                bag.push(Finding::error(&CHART_VALUE_INVALID, at, message, fault.help));
            });
        }
    }

    /// The keys that the schema lists where an error is about an unlisted one.
    fn siblings<'s>(&'s self, error: &jsonschema::ValidationError) -> Vec<&'s str> {
        let mut level = Level::top(None, self.schema.as_ref());
        let pointer = error.instance_path().to_string();
        for token in crate::base::pointer::tokens(&pointer).unwrap_or_default() {
            level = level.below(&token);
        }
        level.keys("").into_iter().flatten().collect()
    }

    /// The chart in words.
    pub fn of(&self) -> String {
        format!("chart `{}` {}", &*self.chart.chart, &*self.chart.version)
    }
}
