//! Applications: their charts with their values, and where they deploy to.

use std::sync::Arc;

use super::super::facts::{App, Facts, Layer, Release, Role};
use super::{at, list, renames};
use crate::base::names::parameters_as_globs;
use crate::base::{Span, Value};
use crate::yaml;

/// An Application.
pub fn application(facts: &mut Facts, value: &Value) {
    let Some(spec) = value.get("spec") else { return };
    let mut app = App { namespace: destination(spec), ..App::default() };
    let sources = spec.get("source").into_iter().chain(list(spec, &["sources"]));
    for source in sources {
        let chart = source.str_at("chart").map(Arc::from);
        if chart.is_some() || source.get("helm").is_some() {
            app.releases.push(release(&facts.name, chart.clone(), source));
        }
        if let Some(kustomize) = source.get("kustomize") {
            let namespace = kustomize.str_at("namespace").map(Arc::from);
            let renames = renames(kustomize).then(|| Arc::clone(&app.namespace));
            app.renamed.extend(namespace.into_iter().chain(renames));
        }
        // A source that only lends its files has neither.
        if let (None, Some(path)) = (chart, source.str_at("path")) {
            app.paths.push(path.into());
        }
    }
    facts.role = Role::App(Box::new(app));
}

/// An ApplicationSet: what it makes is not known here, only where it goes.
pub fn set(facts: &mut Facts, value: &Value) {
    let namespace = at(value, &["spec", "template", "spec"]).map(destination).unwrap_or_default();
    facts.role = Role::Set(vec![parameters_as_globs(&namespace)]);
}

fn destination(spec: &Value) -> Arc<str> {
    at(spec, &["destination", "namespace"]).and_then(Value::as_str).unwrap_or_default().into()
}

fn release(app: &Arc<str>, chart: Option<Arc<str>>, source: &Value) -> Release {
    let helm = source.get("helm");
    let name = helm.and_then(|h| h.str_at("releaseName")).map_or_else(|| Arc::clone(app), Into::into);
    let version = source.get("targetRevision");
    Release {
        name,
        chart,
        repo: source.str_at("repoURL").unwrap_or_default().into(),
        version: version.and_then(Value::as_str).unwrap_or_default().into(),
        span: version.map_or(Span::NONE, |v| v.span),
        layers: helm.map(layers).unwrap_or_default(),
    }
}

/// Values in the order in which Helm takes them (Argo CD 3.x, `helmTemplate`): files, then `valuesObject` or
/// else `values`, then parameters.
fn layers(helm: &Value) -> Vec<Layer> {
    let file = |v: &Value| {
        let path = v.as_str()?;
        let path = path.strip_prefix('$').map_or(Some(path), |rest| rest.split_once('/').map(|(_, path)| path))?;
        Some(Layer::File(path.into()))
    };
    let files = list(helm, &["valueFiles"]).iter().filter_map(file);
    let text = helm.get("values").and_then(|v| yaml::read_embedded(v.as_str()?, v.span).ok()?.into_iter().next());
    let object = helm.get("valuesObject").cloned();
    let parameter = |p: &Value| Some(Layer::Parameter(p.str_at("name")?.into(), p.get("value")?.clone()));
    let parameters = list(helm, &["parameters"]).iter().filter_map(parameter);
    files.chain(object.or(text).map(Layer::Inline)).chain(parameters).collect()
}
