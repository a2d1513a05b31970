//! Applications: their charts with their values, and where they deploy to.

use std::sync::Arc;

use super::super::facts::{App, Facts, Role};
use super::{at, list, renames};
use crate::base::Value;
use crate::base::names::parameters_as_globs;
use crate::source::SourceMap;
use crate::validate::charts::release;

/// An Application.
pub fn application(facts: &mut Facts, value: &Value, sources: &SourceMap) {
    let Some(spec) = value.get("spec") else { return };
    let mut app =
        App { namespace: destination(spec), releases: release::of(&facts.name, spec, sources), ..App::default() };
    let sources = spec.get("source").into_iter().chain(list(spec, &["sources"]));
    for source in sources {
        if let Some(kustomize) = source.get("kustomize") {
            let namespace = kustomize.str_at("namespace").map(Arc::from);
            let renames = renames(kustomize).then(|| Arc::clone(&app.namespace));
            app.renamed.extend(namespace.into_iter().chain(renames));
        }
        // A source that only lends its files has neither.
        if let (None, Some(path)) = (source.str_at("chart"), source.str_at("path")) {
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
