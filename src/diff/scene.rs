//! The Applications of a tree: which of them reads a file, and what it does when the file goes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::files::Pair;
use super::impact::apps::prunes;
use super::impact::immutable::sync_options;
use super::read::Contents;
use crate::base::Value;
use crate::model::changes::Side;
use crate::model::document::Identity;
use crate::model::instance::{LOCAL_NAME, LOCAL_SERVER};
use crate::model::kustomize::FILES;
use crate::source::Glob;

/// The file by which a folder is a chart.
pub const CHART: &str = "Chart.yaml";
/// Finalizer with which an Application deletes what it made.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// An Application, or an ApplicationSet with what its Applications are.
#[derive(Clone, Debug)]
pub struct App {
    /// The file it stands in.
    pub path: Arc<str>,
    /// Who it is.
    pub identity: Identity,
    /// Its AppProject.
    pub project: String,
    /// Repositories of its sources.
    pub repos: Vec<String>,
    /// Server of its destination; empty where only a name is given.
    pub server: String,
    /// Name of its cluster; empty where only a server is given.
    pub cluster: String,
    /// Namespace of its destination.
    pub namespace: String,
    /// Whether it prunes by itself.
    pub prunes: bool,
    /// Whether what it made is deleted with it.
    pub cascades: bool,
    /// Folders that it reads, below the root of the tree; whether with all that is below them.
    folders: Vec<(String, bool)>,
}

/// The Applications of one state.
#[derive(Debug, Default)]
pub struct Scene {
    apps: BTreeMap<Identity, Arc<App>>,
    by_folder: BTreeMap<String, (Arc<App>, bool)>,
    /// Folders that are built as a whole: by kustomize, or as a chart.
    built: BTreeSet<String>,
    /// Those whose folders hold expressions, which are globs then.
    open: Vec<(Glob, Arc<App>)>,
}

/// Both states.
#[derive(Debug)]
pub struct Scenes {
    /// The first.
    pub before: Scene,
    /// The second.
    pub after: Scene,
}

impl Scenes {
    /// The Applications of both trees. Those of files that differ are known already; a file that is the same in both is
    /// read once, if it may hold one.
    #[must_use]
    pub fn of(before: &dyn Side, after: &dyn Side, pairs: &[Pair], own: (Vec<App>, Vec<App>), root: &str) -> Scenes {
        let differ: BTreeSet<&str> = pairs.iter().map(|pair| pair.path).collect();
        let same: Vec<&str> = after.paths().into_iter().filter(|path| !differ.contains(path)).collect();
        let read = |path: &str| {
            let bytes = after.read(path).filter(|bytes| mentions(bytes));
            bytes.map(|bytes| apps(path, &Contents::of(path, &bytes), root)).unwrap_or_default()
        };
        let same: Vec<Arc<App>> = same.into_par_iter().flat_map_iter(read).map(Arc::new).collect();
        let with = |own: Vec<App>, side: &dyn Side| {
            Scene::new(same.iter().cloned().chain(own.into_iter().map(Arc::new)), &side.paths())
        };
        Scenes { before: with(own.0, before), after: with(own.1, after) }
    }
}

impl Scene {
    fn new(apps: impl Iterator<Item = Arc<App>>, paths: &[&str]) -> Scene {
        let built = paths
            .iter()
            .filter_map(|path| path.rsplit_once('/').or(Some(("", path))))
            .filter(|(_, name)| *name == CHART || FILES.contains(name));
        let mut out = Scene { built: built.map(|(folder, _)| folder.to_owned()).collect(), ..Scene::default() };
        for app in apps {
            for (folder, deep) in &app.folders {
                if !folder.contains("{{") {
                    out.by_folder.entry(folder.clone()).or_insert_with(|| (Arc::clone(&app), *deep));
                } else if let Some(glob) = glob(folder) {
                    out.open.push((glob, Arc::clone(&app)));
                }
            }
            out.apps.entry(app.identity.clone()).or_insert(app);
        }
        out
    }

    /// The Application that reads a file: the one with the deepest folder. One of a folder further up reads it only
    /// where it goes through folders, or builds them as a whole.
    #[must_use]
    pub fn owner(&self, path: &str) -> Option<&Arc<App>> {
        let mut folder = path;
        let mut direct = true;
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let whole = direct || self.built.contains(folder);
            direct = false;
            if let Some((app, deep)) = self.by_folder.get(folder)
                && (whole || *deep)
            {
                return Some(app);
            }
            if let Some((_, app)) = self.open.iter().find(|(glob, _)| whole && glob.is_match(folder)) {
                return Some(app);
            }
        }
        None
    }

    /// An Application by who it is.
    #[must_use]
    pub fn app(&self, identity: &Identity) -> Option<&Arc<App>> {
        self.apps.get(identity)
    }

    /// All Applications of a project.
    pub fn of_project<'s>(&'s self, project: &'s str) -> impl Iterator<Item = &'s Arc<App>> {
        self.apps.values().filter(move |app| app.project == project)
    }
}

impl App {
    /// Folders that it reads, below the root of the tree.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(|(folder, _)| folder.as_str())
    }

    /// Server and name of its cluster; the cluster that Argo CD runs in has both.
    #[must_use]
    pub fn destination(&self) -> (&str, &str) {
        match (&*self.server, &*self.cluster) {
            (LOCAL_SERVER, _) | (_, LOCAL_NAME) => (LOCAL_SERVER, LOCAL_NAME),
            both => both,
        }
    }
}

/// The name of a cluster, whichever way it is given.
#[must_use]
pub fn cluster(server: &str, name: &str) -> String {
    match (server, name) {
        (LOCAL_SERVER, _) => LOCAL_NAME.to_owned(),
        ("", name) => name.to_owned(),
        (server, _) => server.to_owned(),
    }
}

/// The Applications of a file.
#[must_use]
pub fn apps(path: &str, contents: &Contents, root: &str) -> Vec<App> {
    contents.objects.iter().filter_map(|(identity, object)| app(path, identity, object, root)).collect()
}

/// Whether a file may hold an Application, so that it is worth being parsed.
fn mentions(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.contains("Application") && text.contains("argoproj.io/"))
}

fn app(path: &str, identity: &Identity, object: &Value, root: &str) -> Option<App> {
    if &*identity.group != "argoproj.io" {
        return None;
    }
    let set = match &*identity.kind {
        "Application" => false,
        "ApplicationSet" => true,
        _ => return None,
    };
    let template = if set { object.get("spec")?.get("template")? } else { object };
    let spec = template.get("spec")?;
    let sources = spec.get("sources").and_then(Value::as_list).unwrap_or_default();
    let sources: Vec<&Value> = spec.get("source").into_iter().chain(sources).collect();
    let to = |key: &str| spec.get("destination").and_then(|to| to.str_at(key)).unwrap_or_default();
    let policy = object.get("spec").and_then(|spec| spec.get("syncPolicy"));
    let preserves = policy.and_then(|p| p.get("preserveResourcesOnDeletion")).and_then(Value::as_bool) == Some(true);
    let finalizers =
        template.get("metadata").and_then(|m| m.get("finalizers")).and_then(Value::as_list).unwrap_or_default();
    let finalized = finalizers.iter().filter_map(Value::as_str).any(|f| f.starts_with(FINALIZER));
    // An ApplicationSet adds the finalizer where none is given.
    let cascades = if set { !preserves } else { finalized };
    let in_tree = |source: &&&Value| source.str_at("chart").is_none();
    Some(App {
        path: path.into(),
        identity: identity.clone(),
        project: spec.str_at("project").unwrap_or("default").to_owned(),
        repos: sources.iter().filter_map(|source| source.str_at("repoURL")).map(str::to_owned).collect(),
        server: to("server").trim_end_matches('/').to_owned(),
        cluster: to("name").to_owned(),
        namespace: to("namespace").to_owned(),
        prunes: prunes(template) && !sync_options(object).iter().any(|option| option == "Prune=false"),
        cascades,
        folders: sources.iter().filter(in_tree).filter_map(|source| folder(source, root)).collect(),
    })
}

/// The folder of a source, and whether what is below it is read too.
fn folder(source: &Value, root: &str) -> Option<(String, bool)> {
    let recurse = source.get("directory").and_then(|d| d.get("recurse")).and_then(Value::as_bool) == Some(true);
    let whole = ["kustomize", "plugin", "helm"].iter().any(|key| source.get(key).is_some());
    Some((below(source.str_at("path")?, root)?, recurse || whole))
}

/// A path of the repository, below the root of the tree.
fn below(path: &str, root: &str) -> Option<String> {
    let clean = |path: &str| path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/");
    let (path, root) = (clean(path), clean(root));
    if root.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(&root)?;
    if rest.is_empty() { Some(String::new()) } else { rest.strip_prefix('/').map(str::to_owned) }
}

/// A folder with expressions as a glob: each stands for a part of a path.
fn glob(folder: &str) -> Option<Glob> {
    let mut pattern = String::new();
    let mut rest = folder;
    while let Some((before, after)) = rest.split_once("{{") {
        pattern.push_str(&globset::escape(before));
        pattern.push('*');
        rest = after.split_once("}}")?.1;
    }
    pattern.push_str(&globset::escape(rest));
    Glob::new(&pattern).ok()
}
