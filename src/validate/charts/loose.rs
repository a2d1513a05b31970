//! Values files that no Application names: the chart is told by the name of the file, or by its keys.

use crate::base::hash::HashMap;
use std::sync::Arc;

use super::known::{self, ChartFile};
use super::paths;
use super::release::{Layer, Release};
use crate::base::{Span, Value};

/// So many keys that are known of a chart tell it, whatever the file is called.
const ENOUGH: usize = 3;

/// What charts look like.
pub struct Looks(Vec<(&'static str, Arc<ChartFile>)>);

impl Looks {
    /// Those of all charts that there is a file about, the longest names first.
    pub fn new() -> Looks {
        let mut files: HashMap<String, Arc<ChartFile>> = known::of(known::names());
        let mut all: Vec<_> = known::names().filter_map(|name| Some((name, files.remove(name)?))).collect();
        all.sort_by_key(|(name, _)| (std::cmp::Reverse(name.len()), *name));
        Looks(all)
    }

    /// The values of a file as those of a release, if it is one of a chart that is known.
    pub fn release(&self, path: &str, values: &Value) -> Option<Release> {
        let named = || Some((self.named(path, values)?, "its name"));
        let (chart, by) = named().or_else(|| Some((self.fitting(values)?, "its keys")))?;
        Some(Release {
            name: chart.into(),
            chart: Some(chart.into()),
            repo: "".into(),
            version: "".into(),
            span: Span::NONE,
            skips_schema: true,
            skips_crds: false,
            layers: vec![Layer::File(path.into())],
            taken_by: Some(by),
        })
    }

    /// The chart that the file is called after, where at least one key is known of it.
    fn named(&self, path: &str, values: &Value) -> Option<&'static str> {
        let is = |(name, file): &&(&'static str, Arc<ChartFile>)| has_word(path, name) && hits(file, values) > 0;
        self.0.iter().find(is).map(|(name, _)| *name)
    }

    /// The chart that knows most of the keys, and twice as many as any other.
    fn fitting(&self, values: &Value) -> Option<&'static str> {
        let mut counts: Vec<_> = self.0.iter().map(|(name, file)| (hits(file, values), *name)).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let (best, name) = counts.first().copied()?;
        let second = counts.get(1).map_or(0, |(count, _)| *count);
        (best >= ENOUGH && best >= 2 * second).then_some(name)
    }
}

fn hits(file: &ChartFile, values: &Value) -> usize {
    file.paths().into_iter().filter(|path| !paths::resolve(values, path).is_empty()).count()
}

/// Whether the file, or the folder that it lies in, is called so: `harbor-values.yaml`, `prod-harbor-values-small.yaml`,
/// `harbor/values.yaml`. `argocd` is `argo-cd`.
fn has_word(path: &str, chart: &str) -> bool {
    let plain = |text: &str| text.replace(['_', '.'], "-");
    let joined: String = chart.split('-').collect();
    let called = |part: &str| {
        let part = format!("-{}-", plain(part));
        part.contains(&format!("-{chart}-")) || part.contains(&format!("-{joined}-"))
    };
    path.rsplit('/').take(3).any(called)
}
