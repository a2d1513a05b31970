//! Applications: what they read, and where it goes.

use crate::base::hash::HashMap;
use std::sync::Arc;

use super::files::Object;
use super::values::{self, Named};
use crate::base::{Span, Value};
use crate::model::instance::{LOCAL_NAME, LOCAL_SERVER};
use crate::model::kustomize::list;

/// An Application of the tree, or one that an ApplicationSet makes.
#[derive(Clone, Debug)]
pub struct App {
    /// Its name.
    pub name: Arc<str>,
    /// The file that it lies in.
    pub file: Arc<str>,
    /// Its AppProject.
    pub project: Arc<str>,
    /// The cluster of its destination.
    pub cluster: Arc<str>,
    /// The namespace of its destination.
    pub namespace: Arc<str>,
    /// Sources with a path.
    pub reads: Vec<Reads>,
    /// Values files that its sources name.
    pub values: Vec<Named>,
    /// Whether an ApplicationSet makes it.
    pub made: bool,
}

/// A source that reads a folder of a repository.
#[derive(Clone, Debug)]
pub struct Reads {
    /// URL of the repository.
    pub url: Arc<str>,
    /// The folder, without slashes around; empty for the root.
    pub path: String,
    /// Where it stands.
    pub span: Span,
    /// The revision.
    pub revision: Arc<str>,
    /// Whether folders below are read too.
    pub recurse: bool,
}

impl App {
    /// URLs and paths of the folders and values files that it reads.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        let folders = self.reads.iter().map(|read| (&*read.url, read.path.as_str()));
        folders.chain(self.values.iter().map(|file| (&*file.url, file.path.as_str())))
    }
}

/// The Applications among objects.
pub fn of(objects: &[Object]) -> Vec<App> {
    let of_kind = objects.iter().filter(|object| object.is_argo("Application"));
    of_kind.filter_map(|object| app(object, object.value.get("spec")?)).collect()
}

/// The Application that a spec makes. `object` holds it.
pub fn app(object: &Object, spec: &Value) -> Option<App> {
    let name = object.value.get("metadata")?.str_at("name")?;
    let destination = |key: &str| spec.get("destination").and_then(|d| d.str_at(key)).unwrap_or_default();
    let sources: Vec<&Value> = spec.get("source").into_iter().chain(list(spec, "sources")).collect();
    Some(App {
        name: name.into(),
        file: Arc::clone(&object.path),
        project: spec.str_at("project").unwrap_or("default").into(),
        cluster: cluster(destination("server"), destination("name")),
        namespace: destination("namespace").into(),
        reads: sources.iter().filter_map(|source| reads(source)).collect(),
        values: values::of(&sources),
        made: false,
    })
}

/// One name for a cluster, however it is called.
fn cluster(server: &str, name: &str) -> Arc<str> {
    match (server, name) {
        ("", "") => LOCAL_NAME.into(),
        ("", name) => name.into(),
        (server, _) if server.trim_end_matches('/') == LOCAL_SERVER => LOCAL_NAME.into(),
        (server, _) => server.into(),
    }
}

fn reads(source: &Value) -> Option<Reads> {
    let path = source.get("path").filter(|_| source.get("chart").is_none())?;
    let recurse = source.get("directory").and_then(|d| d.get("recurse")).and_then(Value::as_bool);
    Some(Reads {
        url: source.str_at("repoURL").unwrap_or_default().into(),
        path: folder(path.as_str()?),
        span: path.span,
        revision: source.str_at("targetRevision").unwrap_or("HEAD").into(),
        recurse: recurse == Some(true),
    })
}

/// A path as a folder: no `./`, no slashes around, nothing for the root.
pub fn folder(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}

/// Where each Application deploys to, by its file and name.
pub fn clusters(apps: &[App]) -> HashMap<Arc<str>, HashMap<Arc<str>, Arc<str>>> {
    let mut out: HashMap<_, HashMap<_, _>> = HashMap::default();
    for app in apps.iter().filter(|app| !app.made) {
        out.entry(Arc::clone(&app.file)).or_default().insert(Arc::clone(&app.name), Arc::clone(&app.cluster));
    }
    out
}
