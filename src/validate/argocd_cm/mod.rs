//! Settings of Argo CD, wherever they are written: in the spec, in a ConfigMap argocd-cm, or in values of
//! the chart argo-cd.

mod hosts;
mod keys;
mod known;
mod logins;
mod secrets;
mod tracking;

use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Code, Finding};
use crate::model::document::Document;
use crate::model::gathered::Gathered;
use crate::model::instance::{Instance, Resolved};
use crate::model::plan::PlainFile;
use crate::model::spec::{Source, ValueFile};
use crate::source::{SourceFile, SourceMap};
use crate::yaml;
use logins::Login;
pub use secrets::{Facts, together};
use secrets::{Produced, Use};

crate::codes! {
    /// A Secret that the settings of Argo CD refer to lacks the label `app.kubernetes.io/part-of: argocd`.
    ///
    /// `$secret:key` in `oidc.config` or `dex.config` is looked up only in Secrets with that label (Argo CD 3.x,
    /// util/settings). In any other Secret the key is not found, the text `$secret:key` itself is sent as the
    /// client secret, and nobody can log in.
    ///
    /// For an ExternalSecret, write the label under `spec.target.template.metadata.labels`. Labels of the
    /// ExternalSecret itself are copied to the Secret only as long as there is no `template`.
    MISSING_PART_OF_LABEL = "missing-part-of-label";
    /// The settings of Argo CD refer to a key of a Secret that nothing in the tree makes.
    ///
    /// Argo CD takes the text of the reference for the value when it finds no such key. Mend the name, add the
    /// Secret or its key, or leave it so if the Secret is made by hand.
    UNKNOWN_SECRET_REFERENCE = "unknown-secret-reference": warning;
    /// A key of Argo CD's settings differs from the documented one in upper and lower case.
    ///
    /// Keys of argocd-cm itself, and the frame of `dex.config`, are compared exactly: what differs in case is
    /// not read at all. Inside `oidc.config` and the `config` of a connector, Argo CD 3.x and Dex happen to
    /// read keys without regard to case, but when both spellings meet the last one wins, and what Argo CD adds
    /// itself, such as `redirectURI`, stands beside the other spelling. Write the key as it is documented.
    SETTING_KEY_CASE = "setting-key-case": error fixable;
    /// A value in `oidc.config` looks like an environment variable. Argo CD replaces none there.
    ///
    /// `$NAME` is the key NAME of the Secret `argocd-secret`, `$secret:key` a key of another Secret, and only
    /// as the whole of a value. When there is no such key, the text itself is taken: the provider sees a
    /// client called `$NAME`.
    ///
    /// Write `$secret:key` for a secret. A client id is none and may be written out.
    SECRET_SUBSTITUTION_FORM = "secret-substitution-form": warning;
    /// A key of `oidc.config` is none that Argo CD knows, so it has no effect.
    ///
    /// Argo CD drops it in silence. Some effects have a place elsewhere: `oidc.tls.insecure.skip.verify` is a key
    /// of argocd-cm, and which claims hold groups is said by `scopes` of argocd-rbac-cm.
    UNKNOWN_OIDC_KEY = "unknown-oidc-key": warning fixable;
    /// A key of argocd-cm is none that Argo CD knows, but nearly one.
    ///
    /// Argo CD drops it in silence. Keys that are near to no known one are left alone: newer versions and
    /// extensions have more of them.
    UNKNOWN_SETTING = "unknown-setting": warning fixable;
}

/// The codes of the modules below this one.
pub const NESTED_CODES: &[&[&Code]] = &[logins::CODES, hosts::CODES, tracking::CODES];

/// Name of the ConfigMap (Argo CD 3.x, `common.ArgoCDConfigMapName`).
const CONFIG_MAP: &str = "argocd-cm";
/// Name of the chart, <https://argoproj.github.io/argo-helm>.
const CHART: &str = "argo-cd";

/// Where settings stand.
#[derive(Clone, Copy)]
struct Place<'a> {
    sources: &'a SourceMap,
    /// The entry of the spec that they come from.
    origin: Span,
    /// The namespace that they are for, where it is known.
    namespace: Option<&'a str>,
    /// The path of the file they are in, to know its namespace by.
    path: &'a str,
    /// Whether the spec declares the object that holds them.
    built_in: bool,
}

/// Checks an object, if it holds settings of Argo CD, and says what it tells about Secrets.
pub fn document(document: &Document, sources: &SourceMap, bag: &mut Bag) -> Facts {
    let mut facts = Facts::default();
    let object = &document.value;
    let Some((api_version, kind)) = document.type_of() else { return facts };
    let namespace = object.get("metadata").and_then(|m| m.str_at("namespace"));
    let built_in = sources.file_of(document.template).is_some_and(SourceFile::is_built_in);
    let place = Place { sources, origin: document.origin, namespace, path: &document.path, built_in };
    facts.labelled.extend(tracking::labels(document, place));
    match kind {
        "ConfigMap" if object.get("metadata").and_then(|m| m.str_at("name")) == Some(CONFIG_MAP) => {
            settings(object.get("data"), place, &mut facts, bag);
        }
        "Application" if api_version.starts_with("argoproj.io/") => application(object, place, &mut facts, bag),
        "Secret" | "ExternalSecret" | "ClusterExternalSecret" | "SealedSecret" | "SecretProviderClass" => {
            facts.produced.extend(Produced::of(object, kind, place));
        }
        _ => {}
    }
    facts
}

/// Checks the values files of the chart argo-cd.
pub fn files(resolved: &Resolved, gathered: &Gathered, sources: &SourceMap, bag: &mut Bag) -> Facts {
    let mut facts = Facts::default();
    for instance in &resolved.instances {
        for path in instance.body.all_sources().filter(|s| is_chart(s)).flat_map(own_files) {
            let Some(file) = gathered.values.get(path) else { continue };
            values(&file.value, of_instance(instance, sources), &mut facts, bag);
        }
    }
    facts
}

fn of_instance<'a>(instance: &'a Instance, sources: &'a SourceMap) -> Place<'a> {
    Place { sources, origin: instance.span(), namespace: Some(instance.namespace()), path: "", built_in: false }
}

fn is_chart(source: &Source) -> bool {
    source.helm.as_ref().and_then(|h| h.chart.as_ref()).is_some_and(|chart| names_chart(chart))
}

fn names_chart(chart: &str) -> bool {
    chart == CHART || chart.ends_with("/argo-cd")
}

fn own_files(source: &Source) -> impl Iterator<Item = &str> {
    source.helm.iter().flat_map(|h| h.value_files.iter()).filter_map(|file| match file {
        ValueFile::Own(path) => Some(&**path),
        ValueFile::Remote(_) => None,
    })
}

/// The values that an Application gives to the chart argo-cd.
pub fn values_of(object: &Value, sources: &SourceMap) -> Vec<Value> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    let several = spec.get("sources").and_then(Value::as_list).unwrap_or_default();
    let of_chart = |s: &&Value| s.str_at("chart").is_some_and(names_chart);
    let charts = spec.get("source").into_iter().chain(several).filter(of_chart);
    let helms = charts.filter_map(|source| source.get("helm"));
    let text = |helm: &Value| helm.get("values").map(|values| structured(values, sources)).unwrap_or_default();
    helms.flat_map(|helm| helm.get("valuesObject").cloned().into_iter().chain(text(helm))).collect()
}

/// Checks the values that an Application gives to the chart argo-cd.
fn application(object: &Value, place: Place<'_>, facts: &mut Facts, bag: &mut Bag) {
    let namespace = object.get("spec").and_then(|s| s.get("destination")).and_then(|d| d.str_at("namespace"));
    let place = Place { namespace, ..place };
    values_of(object, place.sources).iter().for_each(|given| values(given, place, facts, bag));
}

/// Values of the chart: `configs.cm` becomes argocd-cm, and `configs.secret.extra` keys of argocd-secret.
fn values(values: &Value, place: Place<'_>, facts: &mut Facts, bag: &mut Bag) {
    facts.logins.extend(Login::of_values(values, place));
    // Older versions of the chart had the settings there.
    settings(values.get("server").and_then(|server| server.get("config")), place, facts, bag);
    let Some(configs) = values.get("configs") else { return };
    let made = |part: &Value| part.get("create").and_then(Value::as_bool) != Some(false);
    if let Some(map) = configs.get("cm").filter(|cm| made(cm)).and_then(Value::as_map) {
        let of_chart = |key: &str| matches!(key, "create" | "annotations" | "labels");
        let own: Map = map.iter().filter(|e| !of_chart(&e.key)).cloned().fold(Map::new(), |mut all, entry| {
            all.push_unique(entry);
            all
        });
        settings(Some(&Value::from(own)), place, facts, bag);
    }
    let extra = configs.get("secret").and_then(|s| s.get("extra")).and_then(Value::as_map);
    facts.produced.extend(extra.map(|extra| Produced::by_chart(extra, place)));
}

/// Checks the data of argocd-cm.
fn settings(data: Option<&Value>, place: Place<'_>, facts: &mut Facts, bag: &mut Bag) {
    for entry in data.and_then(Value::as_map).into_iter().flatten() {
        facts.logins.extend(Login::of_setting(entry, place));
        facts.tracking.extend(tracking::setting(entry, place));
        match &*entry.key {
            "oidc.config" => {
                for config in structured(&entry.value, place.sources) {
                    keys::oidc(&config, place, bag);
                    secrets::uses(&config, "", place, true, &mut facts.uses);
                }
            }
            "dex.config" => {
                for config in structured(&entry.value, place.sources) {
                    keys::dex(&config, place, bag);
                    secrets::uses(&config, "", place, false, &mut facts.uses);
                }
            }
            _ => keys::setting(entry, place, bag),
        }
    }
}

/// Takes the names of services from an object that is written as `text`.
pub fn hosts(document: &Document, text: &str, sources: &SourceMap, facts: &mut Facts) {
    hosts::of(&document.value, text, document.origin, sources, &mut facts.hosts);
}

/// Takes the names of services from a values file.
pub fn file_hosts(file: &PlainFile, sources: &SourceMap, facts: &mut Facts) {
    if let (Some(value), Ok(text)) = (&file.value, std::str::from_utf8(&file.bytes)) {
        hosts::of(value, text, file.origin, sources, &mut facts.hosts);
    }
}

/// A block of settings, given as a mapping or as the text of one. What does not parse is empty.
fn structured(value: &Value, sources: &SourceMap) -> Vec<Value> {
    match value.as_str() {
        Some(text) => yaml::read_block(sources, text, value.span).unwrap_or_default(),
        None => vec![value.clone()],
    }
}

impl Place<'_> {
    /// A place in the input, or that of the entry of the spec where a built-in template has it.
    fn of(&self, span: Span) -> Span {
        self.sources.in_input(span, self.origin)
    }
}

impl Use {
    fn finding(&self, message: String, help: String) -> Finding {
        Finding::warning(&UNKNOWN_SECRET_REFERENCE, self.span, message, help)
    }
}
