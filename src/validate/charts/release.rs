//! Sources with Helm values, as an Application holds them.

use crate::base::hash::HashMap;
use std::sync::Arc;

use crate::base::{Map, Span, Value, merge};
use crate::model::plan::PlainFile;
use crate::source::{SourceMap, path};
use crate::yaml;

/// A source with Helm values.
#[derive(Clone, Debug)]
pub struct Release {
    /// Name of the release.
    pub name: Arc<str>,
    /// The chart, where the source names one.
    pub chart: Option<Arc<str>>,
    /// Where the chart comes from.
    pub repo: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// Where the version stands.
    pub span: Span,
    /// Whether Helm is told not to look at the chart's schema of values.
    pub skips_schema: bool,
    /// Whether the folder `crds` of the chart is left out.
    pub skips_crds: bool,
    /// Values; later ones win.
    pub layers: Vec<Layer>,
    /// Where no Application names the values: what they are known by as those of the chart.
    pub taken_by: Option<&'static str>,
}

/// Some of the values of a release.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A values file: its path without the name of the source.
    File(Arc<str>),
    /// Values that stand in the Application.
    Inline(Value),
    /// One value: its path, and the text.
    Parameter(Arc<str>, Value),
}

/// The values files of a tree, by path.
pub struct ValuesFiles<'a>(HashMap<&'a str, &'a Value>);

impl<'a> ValuesFiles<'a> {
    /// Those among files that are no objects.
    pub fn of(files: &'a [PlainFile]) -> ValuesFiles<'a> {
        ValuesFiles(files.iter().filter_map(|file| Some((&*file.path, file.value.as_ref()?))).collect())
    }

    /// A values file that we write: its path in the repository ends with that in the tree.
    pub fn file(&self, path: &str) -> Option<&'a Value> {
        let mut rest = Some(path);
        while let Some(path) = rest {
            if let Some(found) = self.0.get(path) {
                return Some(found);
            }
            rest = path.split_once('/').map(|(_, rest)| rest);
        }
        None
    }
}

/// The sources of an Application that Helm renders.
pub fn of(name: &Arc<str>, spec: &Value, sources: &SourceMap) -> Vec<Release> {
    let several = spec.get("sources").and_then(Value::as_list).unwrap_or_default();
    let all = spec.get("source").into_iter().chain(several);
    all.filter(|source| source.str_at("chart").is_some() || source.get("helm").is_some())
        .map(|source| release(name, source, sources))
        .collect()
}

fn release(app: &Arc<str>, source: &Value, sources: &SourceMap) -> Release {
    let helm = source.get("helm");
    let name = helm.and_then(|h| h.str_at("releaseName")).map_or_else(|| Arc::clone(app), Into::into);
    let version = source.get("targetRevision");
    let switch = |key: &str| helm.and_then(|h| h.get(key)?.as_bool()) == Some(true);
    Release {
        name,
        chart: source.str_at("chart").map(Arc::from),
        repo: source.str_at("repoURL").unwrap_or_default().into(),
        version: version.and_then(Value::as_str).unwrap_or_default().into(),
        span: version.map_or(Span::NONE, |v| v.span),
        skips_schema: switch("skipSchemaValidation"),
        skips_crds: switch("skipCrds"),
        layers: helm.map(|helm| layers(source, helm, sources)).unwrap_or_default(),
        taken_by: None,
    }
}

/// Values in the order in which Helm takes them (Argo CD 3.x, `helmTemplate`): files, then `valuesObject` or
/// else `values`, then parameters.
fn layers(source: &Value, helm: &Value, sources: &SourceMap) -> Vec<Layer> {
    let list = |key: &str| helm.get(key).and_then(Value::as_list).unwrap_or_default();
    let file = |v: &Value| {
        let text = v.as_str()?;
        let path = match text.strip_prefix('$') {
            Some(rest) => rest.split_once('/')?.1.to_owned(),
            // Seen from the folder of a chart in git.
            None => source.str_at("path").filter(|_| !text.starts_with('/')).map_or_else(
                || text.trim_start_matches('/').to_owned(),
                |folder| path::below(folder, text).unwrap_or_else(|| text.to_owned()),
            ),
        };
        Some(Layer::File(path.into()))
    };
    let files = list("valueFiles").iter().filter_map(file);
    let text = helm.get("values").and_then(|v| yaml::read_block(sources, v.as_str()?, v.span).ok()?.into_iter().next());
    let object = helm.get("valuesObject").cloned();
    let parameter = |p: &Value| Some(Layer::Parameter(p.str_at("name")?.into(), p.get("value")?.clone()));
    let parameters = list("parameters").iter().filter_map(parameter);
    files.chain(object.or(text).map(Layer::Inline)).chain(parameters).collect()
}

impl Release {
    /// What the layers hold, each on its own; files that are not to be seen are left out.
    pub fn parts<'a>(&'a self, files: &'a ValuesFiles) -> Vec<std::borrow::Cow<'a, Value>> {
        use std::borrow::Cow;
        let part = |layer: &'a Layer| match layer {
            Layer::File(path) => files.file(path).map(Cow::Borrowed),
            Layer::Inline(value) => Some(Cow::Borrowed(value)),
            Layer::Parameter(path, value) => parameter(path, value).map(Cow::Owned),
        };
        self.layers.iter().filter_map(part).filter(|value| value.as_map().is_some()).collect()
    }

    /// The values, merged as Helm merges them.
    pub fn values(&self, files: &ValuesFiles) -> Value {
        let mut out: Option<Value> = None;
        for over in self.parts(files) {
            out = Some(out.map_or_else(|| over.as_ref().clone(), |under| merge::merge(&under, &over)));
        }
        out.unwrap_or_else(|| Value::from(Map::new()))
    }

    /// Whether a values file is not to be seen, so that not all values are known.
    pub fn is_partly_unseen(&self, files: &ValuesFiles) -> bool {
        self.taken_by.is_some()
            || self.layers.iter().any(|layer| matches!(layer, Layer::File(path) if files.file(path).is_none()))
    }
}

/// `a.b.c` as nested mappings; items of lists can't be set into what is not known in full.
fn parameter(path: &str, value: &Value) -> Option<Value> {
    if path.contains('[') {
        return None;
    }
    let keys = path.replace("\\.", "\u{0}");
    let keys = keys.rsplit('.').map(|key| key.replace('\u{0}', "."));
    Some(keys.fold(value.clone(), |inner, key| Value::from(Map::from_iter([(key, inner)]))))
}
