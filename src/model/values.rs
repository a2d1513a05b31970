//! Values of charts that are added to those of the spec.

use std::sync::Arc;

use super::spec::{App, Helm};
use crate::base::merge::merge;
use crate::base::{Kind, Map, Value};
use crate::shape::AnyMap;

/// Name of the chart of Argo CD, <https://argoproj.github.io/argo-helm>.
const ARGOCD: &str = "argo-cd";

/// Whether a chart is that of Argo CD.
#[must_use]
pub fn is_argocd(helm: &Helm) -> bool {
    helm.chart.as_ref().is_some_and(|chart| chart.rsplit('/').next() == Some(ARGOCD))
}

/// Adds entries at a place of a chart's values, its keys joined by dots. They win over what stands there.
pub fn add(helm: &mut Helm, place: &str, entries: &Map) {
    let nested =
        place.rsplit('.').fold(Value::from(entries.clone()), |inner, key| Value::from(Map::from_iter([(key, inner)])));
    let given = helm.values.as_ref().map_or_else(|| Value::from(Map::new()), AnyMap::to_value);
    let merged = merge(&given, &nested);
    if let Kind::Map(map) = &merged.kind {
        helm.values = Some(AnyMap { map: Arc::clone(map), span: given.span });
    }
}

/// The first chart of an app that fits; the first of all when none does.
pub fn chart<'a>(body: &'a mut App, fits: impl Fn(&Helm) -> bool) -> Option<&'a mut Helm> {
    let sources = body.source.as_deref_mut().into_iter().chain(body.sources.items.iter_mut());
    let mut charts: Vec<&'a mut Helm> = sources.filter_map(|source| source.helm.as_deref_mut()).collect();
    let chosen = charts.iter().position(|chart| fits(chart)).unwrap_or(0);
    (chosen < charts.len()).then(|| charts.swap_remove(chosen))
}
