//! Source and destination of Applications (Argo CD 3.x, `util/argo` ValidateRepo and `ValidateDestination`).

use super::look::{App, Look};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::application::{SOURCE_AND_SOURCES, SOURCE_REF, VALUES_REF_WITHOUT_SOURCE, is_ref};

crate::codes! {
    /// The destination of an Application has both a server and the name of a cluster, or neither.
    ///
    /// Argo CD takes exactly one of the two and reports InvalidSpecError otherwise; nothing is synced then. No schema of
    /// Kubernetes says so, so the object is accepted.
    DESTINATION_FORM = "destination-form";
    /// An Application says nowhere what it deploys.
    ///
    /// Argo CD reports InvalidSpecError: it wants `source`, `sources` or `sourceHydrator`. Kubernetes accepts the object
    /// all the same.
    APPLICATION_WITHOUT_SOURCE = "application-without-source";
    /// A source lacks what it can't do without.
    ///
    /// A source is a `path` of a repository, or a `chart` with the version in `targetRevision`; one that only lends values
    /// files to others has a `ref`. Argo CD reports InvalidSpecError for all others.
    SOURCE_INCOMPLETE = "source-incomplete";
    /// A source is to be built in more than one way.
    ///
    /// Argo CD refuses it with "multiple application sources defined": `helm`, `kustomize`, `directory` and `plugin` exclude
    /// each other in one source. Keep the one that fits the folder, or write two sources.
    SOURCE_BUILT_TWICE = "source-built-twice";
    /// A source has Helm values twice: as text and as an object.
    ///
    /// Argo CD takes `valuesObject` and passes over `values` in silence. Move everything into `valuesObject`.
    VALUES_PASSED_OVER = "values-passed-over";
}

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    let Some(app) = look.app() else { return };
    // What an ApplicationSet lacks here may come from a patch or a generator.
    let patched = app.is_template && (look.spec("templatePatch").is_some() || generators_add(look));
    destination(look, &app, patched, bag);
    let (sources, several) = app.sources();
    let hydrator = app.spec.get("sourceHydrator").is_some();
    if sources.is_empty() && !hydrator && !patched {
        let message = format!("{} `{}` says nowhere what it deploys", look.kind, look.name);
        let help = "add `source`, `sources` or `sourceHydrator`";
        bag.push(Finding::error(&APPLICATION_WITHOUT_SOURCE, look.at(app.spec.span), message, help));
    }
    if let (Some(source), true) = (app.spec.get("source"), several) {
        let message = format!("{} `{}` has both `source` and `sources`", look.kind, look.name);
        let help = "move the source into the list `sources`";
        let finding = Finding::error(&SOURCE_AND_SOURCES, look.at(source.span), message, help);
        bag.push(finding.label("this one would be passed over"));
    }
    for source in &sources {
        if !patched {
            complete(look, source, several, bag);
        }
        built(look, source, bag);
    }
    refs(look, &sources, bag);
}

/// Whether a generator has a template of its own, which is laid on that of the set.
fn generators_add(look: &Look) -> bool {
    let generators = look.spec("generators").and_then(Value::as_list).unwrap_or_default();
    let kinds = generators.iter().filter_map(Value::as_map).flatten();
    kinds.into_iter().any(|kind| kind.value.get("template").is_some())
}

fn destination(look: &Look, app: &App, patched: bool, bag: &mut Bag) {
    let (server, name) = (app.destination("server"), app.destination("name"));
    let fault = match (server, name) {
        (Some(_), Some(_)) => "has both a server and the name of a cluster",
        (None, None) if !patched => "says neither by server nor by name to which cluster it goes",
        _ => return,
    };
    // Where there is none, the schema says so.
    let Some(destination) = app.spec.get("destination") else { return };
    let message = format!("{} `{}` {fault}", look.kind, look.name);
    let help = "keep exactly one of `server` and `name` in the destination";
    bag.push(Finding::error(&DESTINATION_FORM, look.at(destination.span), message, help));
}

fn complete(look: &Look, source: &Value, several: bool, bag: &mut Bag) {
    let has = |key: &str| source.str_at(key).is_some_and(|text| !text.is_empty());
    let (chart, path, reference) = (has("chart"), has("path"), has("ref"));
    let (message, help) = if chart && !has("targetRevision") {
        ("this chart has no version", "add the version as `targetRevision`, in quotes")
    } else if !(chart || path || (several && reference)) {
        (
            "this source names neither a path nor a chart",
            "add `path` for a repository of git, or `chart` with `targetRevision`",
        )
    } else {
        return;
    };
    bag.push(Finding::error(&SOURCE_INCOMPLETE, look.at(source.span), message, help));
}

fn built(look: &Look, source: &Value, bag: &mut Bag) {
    let holds = |key: &&str| source.get(key).and_then(Value::as_map).is_some_and(|map| !map.is_empty());
    let ways: Vec<&str> = ["helm", "kustomize", "directory", "plugin"].into_iter().filter(holds).collect();
    if let [first, second, ..] = ways.as_slice() {
        let place = source.as_map().and_then(|map| map.entry(second)).map_or(Span::NONE, |entry| look.key(entry));
        let message = format!("this source has both `{first}` and `{second}`, which Argo CD refuses");
        let help = format!("keep one of the two, or write two `sources`; `{first}` builds by itself");
        bag.push(Finding::error(&SOURCE_BUILT_TWICE, place, message, help));
    }
    let helm = source.get("helm").and_then(Value::as_map);
    let text = helm.and_then(|h| h.entry("values")).filter(|v| v.value.as_str().is_some_and(|t| !t.trim().is_empty()));
    let object = helm.and_then(|h| h.get("valuesObject")).filter(|v| v.as_map().is_some_and(|map| !map.is_empty()));
    if let (Some(text), Some(object)) = (text, object) {
        let message = "`values` is passed over, as there is a `valuesObject`";
        let help = "move all values into `valuesObject`";
        let finding = Finding::error(&VALUES_PASSED_OVER, look.key(text), message, help);
        bag.push(finding.also(look.at(object.span), "this one is taken"));
    }
}

fn refs(look: &Look, sources: &[&Value], bag: &mut Bag) {
    let mut seen: Vec<&Value> = Vec::new();
    for value in sources.iter().filter_map(|s| s.get("ref")) {
        let Some(name) = value.as_str().filter(|name| !name.contains("{{")) else { continue };
        if !is_ref(name) {
            let message = format!("`{name}` can't be a `ref`");
            let help = "use letters, digits, `-` and `_`";
            bag.push(Finding::error(&SOURCE_REF, look.at(value.span), message, help));
        } else if let Some(first) = seen.iter().find(|s| s.as_str() == Some(name)) {
            let message = format!("two sources have the ref `{name}`");
            let finding = Finding::error(&SOURCE_REF, look.at(value.span), message, "give one of them another name");
            bag.push(finding.also(look.at(first.span), "first"));
        }
        seen.push(value);
    }
    let open = sources.iter().filter_map(|s| s.str_at("ref")).any(|name| name.contains("{{"));
    let files = sources.iter().filter_map(|s| s.get("helm")?.get("valueFiles")?.as_list()).flatten();
    for file in files.filter(|_| !open) {
        let name = file.as_str().and_then(|text| text.strip_prefix('$')).and_then(|rest| rest.split('/').next());
        let Some(name) = name.filter(|name| !name.contains("{{")) else { continue };
        if !seen.iter().any(|s| s.as_str() == Some(name)) {
            let message = format!("no source of this Application has the ref `{name}`");
            let help = format!("write `sources`, with one more that has `ref: {name}`");
            bag.push(Finding::error(&VALUES_REF_WITHOUT_SOURCE, look.at(file.span), message, help));
        }
    }
}
