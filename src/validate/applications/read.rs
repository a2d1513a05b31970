//! What the rules look at, taken from one document.

use std::sync::Arc;

use crate::base::{Span, Value};
use crate::model::document::Document;
use crate::source::SourceMap;

/// An Application, the template of an ApplicationSet, an AppProject, or credentials of a repository.
#[derive(Debug)]
pub struct Facts {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: Arc<str>,
    /// Its path in the tree.
    pub path: Arc<str>,
    /// Where it comes from.
    pub origin: Span,
    /// Its environment, if it is of one.
    pub environment: Option<Arc<str>>,
    /// Its AppProject, and where it is named.
    pub project: Option<(Arc<str>, Span)>,
    /// Cluster and namespace of the destination.
    pub destination: (Arc<str>, Arc<str>),
    /// Whether the cluster is given by its name.
    pub by_name: bool,
    /// Where the destination stands.
    pub at: Span,
    /// Where its namespace stands.
    pub namespace_at: Span,
    /// The spec of an AppProject that is none of the spec's.
    pub allows: Option<Value>,
    /// Its sources.
    pub sources: Vec<Source>,
    /// URLs of the generators of an ApplicationSet.
    pub generators: Vec<Url>,
}

/// What facts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An Application.
    Application,
    /// An ApplicationSet; its text may hold parameters.
    Set,
    /// An AppProject.
    Project,
    /// What makes the Secret of a repository.
    Credentials,
    /// What makes the Secret of all repositories whose URL begins with its own.
    Prefix,
}

/// The URL of a repository.
#[derive(Clone, Debug)]
pub struct Url {
    /// The URL.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A source.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Source {
    /// Its repository.
    pub url: Url,
    /// Its path, and where it stands. Nothing for charts, and for sources that only lend files.
    pub path: Option<(Arc<str>, Span)>,
    /// Its revision.
    pub revision: Arc<str>,
    /// Where that stands, or the URL where it is left out.
    pub at: Span,
    /// Whether it is a chart of a chart repository.
    pub chart: bool,
    /// Whether folders below are read too.
    pub recurse: bool,
    /// Whether Helm or a plugin makes its objects.
    pub made: bool,
    /// Whether it is known to be taken as it is: no Helm, kustomize or plugin, and no choice of files.
    pub plain: bool,
}

impl Source {
    /// Whether its revision is a version or a tag of a registry, and not a revision of git.
    pub fn is_versioned(&self) -> bool {
        self.chart || self.url.text.starts_with("oci://")
    }
}

/// What a document tells, if it is of these kinds.
pub fn document(document: &Document, sources: &SourceMap) -> Option<Facts> {
    let (api_version, kind) = document.type_of()?;
    if matches!(kind, "Secret" | "ExternalSecret" | "SealedSecret") {
        return credentials(document, kind);
    }
    if !api_version.starts_with("argoproj.io/") {
        return None;
    }
    let place = |span: Span| sources.in_input(span, document.origin);
    let object = &document.value;
    let (kind, spec, generators) = match kind {
        "Application" => (Kind::Application, object.get("spec")?, Vec::new()),
        "ApplicationSet" => {
            let spec = object.get("spec")?;
            let mut urls = Vec::new();
            spec.get("generators").into_iter().for_each(|g| generated(g, &place, &mut urls));
            (Kind::Set, spec.get("template")?.get("spec")?, urls)
        }
        "AppProject" => (Kind::Project, object.get("spec")?, Vec::new()),
        _ => return None,
    };
    let several = spec.get("sources").and_then(Value::as_list).unwrap_or_default();
    let single = spec.get("source").filter(|_| several.is_empty());
    let text = |value: &Value| Some((value.as_str()?.into(), place(value.span)));
    let destination = spec.get("destination");
    let part = |key: &str| destination.and_then(|d| d.str_at(key));
    Some(Facts {
        kind,
        name: object.get("metadata")?.str_at("name")?.into(),
        path: Arc::clone(&document.path),
        origin: document.origin,
        environment: document.tags.environment.clone(),
        project: spec.get("project").and_then(text),
        destination: (
            part("server").or_else(|| part("name")).unwrap_or_default().into(),
            part("namespace").unwrap_or_default().into(),
        ),
        by_name: part("server").is_none(),
        at: place(destination.map_or(Span::NONE, |d| d.span)),
        namespace_at: place(destination.and_then(|d| d.get("namespace")).map_or(Span::NONE, |n| n.span)),
        allows: (kind == Kind::Project && document.template.is_none()).then(|| spec.clone()),
        sources: several.iter().chain(single).filter_map(|s| source(s, &place)).collect(),
        generators,
    })
}

/// Credentials of repositories. Where their URL comes from the store, there is no source.
fn credentials(document: &Document, kind: &str) -> Option<Facts> {
    let object = &document.value;
    let holder = match kind {
        "Secret" => Some(object),
        "SealedSecret" => object.get("spec")?.get("template"),
        _ => object.get("spec")?.get("target").and_then(|t| t.get("template")).or(Some(object)),
    };
    let labels = holder.and_then(|h| h.get("metadata")).and_then(|m| m.get("labels"))?;
    let kind = match labels.str_at("argocd.argoproj.io/secret-type")? {
        "repository" => Kind::Credentials,
        "repo-creds" => Kind::Prefix,
        _ => return None,
    };
    let data = |key: &str| holder.and_then(|h| h.get("stringData").or_else(|| h.get("data"))).and_then(|d| d.get(key));
    let source = |url: &Value| {
        let text = url.as_str().filter(|text| !text.contains("{{"))?;
        let at = url.span.or(document.origin);
        let url = Url { text: text.into(), span: at };
        Some(Source {
            url,
            path: None,
            revision: "".into(),
            at,
            chart: false,
            recurse: false,
            made: false,
            plain: false,
        })
    };
    Some(Facts {
        kind,
        name: object.get("metadata")?.str_at("name")?.into(),
        path: Arc::clone(&document.path),
        origin: document.origin,
        environment: None,
        project: data("project").and_then(|p| Some((p.as_str()?.into(), p.span))),
        destination: ("".into(), "".into()),
        by_name: false,
        at: Span::NONE,
        namespace_at: Span::NONE,
        allows: None,
        sources: data("url").and_then(source).into_iter().collect(),
        generators: Vec::new(),
    })
}

fn source(value: &Value, place: &dyn Fn(Span) -> Span) -> Option<Source> {
    let url = value.get("repoURL")?;
    let chart = value.get("chart").is_some();
    let directory = value.get("directory");
    let chosen = directory.is_some_and(|d| d.get("include").is_some() || d.get("exclude").is_some());
    let path = value.get("path").filter(|_| !chart);
    let revision = value.get("targetRevision").filter(|r| r.as_str().is_some_and(|text| !text.is_empty()));
    Some(Source {
        url: Url { text: url.as_str()?.into(), span: place(url.span) },
        path: path.and_then(|p| Some((p.as_str()?.trim_matches('/').into(), place(p.span)))),
        revision: revision.and_then(Value::as_str).unwrap_or("HEAD").into(),
        at: place(revision.map_or(Span::NONE, |r| r.span).or(url.span)),
        chart,
        recurse: directory.and_then(|d| d.get("recurse")).and_then(Value::as_bool) == Some(true),
        made: chart || ["helm", "plugin"].iter().any(|key| value.get(key).is_some()),
        plain: !chosen && ["helm", "kustomize", "plugin"].iter().all(|key| value.get(key).is_none()),
    })
}

/// The URLs of generators, however deep they stand.
fn generated(value: &Value, place: &dyn Fn(Span) -> Span, out: &mut Vec<Url>) {
    for entry in value.as_map().into_iter().flatten() {
        match entry.value.as_str() {
            Some(text) if &*entry.key == "repoURL" => {
                out.push(Url { text: text.into(), span: place(entry.value.span) });
            }
            _ => generated(&entry.value, place, out),
        }
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| generated(item, place, out));
}
