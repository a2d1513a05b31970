//! Which Applications Argo CD will refresh for a change.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::scene::CHART;
use crate::base::git_url::normal;
use crate::base::{Span, Value};
use crate::model::changes::Changes;
use crate::model::kustomize::{FILES, Target, named, resolve};
use crate::model::tree::Tree;
use crate::source::Glob;
use crate::source::path::joined;
use crate::yaml;

/// The annotation of Argo CD that says what an Application is made from (Argo CD 3.x, `AnnotationKeyManifestGeneratePaths`).
const GENERATE_PATHS: &str = "argocd.argoproj.io/manifest-generate-paths";

/// An Application that will be refreshed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// Its name.
    pub application: String,
    /// Its cluster: name, or URL of the server.
    pub cluster: String,
    /// Its AppProject.
    pub project: String,
}

/// Where the tree lies.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    /// URL of the repository.
    pub url: &'a str,
    /// Folder of the tree in it.
    pub root: &'a str,
}

/// The Applications of `tree` that changed themselves, or read something that did: files that the annotation
/// `manifest-generate-paths` names, or else folders and values files of their sources in the repository of the tree, with
/// the bases of their kustomizations. Sorted by name.
#[must_use]
pub fn affected(tree: &Tree, changes: &Changes, home: Home) -> Vec<Affected> {
    let subjects = || changes.all.iter().flat_map(|change| change.before.iter().chain(&change.after));
    let paths: BTreeSet<&str> = subjects().map(|subject| &*subject.path).collect();
    let objects: BTreeSet<(&str, &str)> =
        subjects().filter_map(|subject| subject.object.as_ref()).map(|o| (&*o.kind, &*o.name)).collect();
    let holds = |path: &&String| tree.get(*path).is_some_and(|f| f.objects.iter().any(|o| &*o.kind == "Application"));
    let files: Vec<&String> = tree.keys().filter(holds).collect();
    let reader = Reader { tree, home, paths: &paths };
    let of = |path: &String| -> Vec<Affected> {
        let documents = tree.get(path).map(|file| documents(&file.bytes)).unwrap_or_default();
        let hit = |object: &&Value| {
            let own = objects.contains(&("Application", name(object)));
            object.str_at("kind") == Some("Application") && (own || reader.reads(object))
        };
        documents.iter().filter(hit).map(described).collect()
    };
    let mut all: Vec<Affected> = files.into_par_iter().flat_map_iter(of).collect();
    all.sort();
    all
}

fn documents(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    yaml::read_embedded(text, Span::NONE).unwrap_or_default()
}

fn name(object: &Value) -> &str {
    object.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default()
}

fn described(object: &Value) -> Affected {
    let spec = object.get("spec");
    let to = |key: &str| spec.and_then(|s| s.get("destination")).and_then(|d| d.str_at(key));
    Affected {
        application: name(object).to_owned(),
        cluster: to("name").or(to("server")).unwrap_or_default().to_owned(),
        project: spec.and_then(|s| s.str_at("project")).unwrap_or("default").to_owned(),
    }
}

struct Reader<'a> {
    tree: &'a Tree,
    home: Home<'a>,
    /// Changed paths.
    paths: &'a BTreeSet<&'a str>,
}

impl Reader<'_> {
    fn reads(&self, application: &Value) -> bool {
        let Some(spec) = application.get("spec") else { return false };
        let more = spec.get("sources").and_then(Value::as_list).unwrap_or_default();
        let sources: Vec<&Value> = spec.get("source").into_iter().chain(more).collect();
        let own = |source: &&&Value| source.str_at("repoURL").is_some_and(|url| normal(url) == normal(self.home.url));
        let annotations = application.get("metadata").and_then(|m| m.get("annotations"));
        if let Some(paths) = annotations.and_then(|a| a.str_at(GENERATE_PATHS)) {
            let folders = sources.iter().filter(own).map(|s| s.str_at("path").unwrap_or_default());
            let folders: Vec<&str> = folders.collect();
            return paths.split(';').any(|path| self.noted(path.trim(), &folders));
        }
        let refs: BTreeMap<&str, &Value> = sources.iter().filter_map(|s| Some((s.str_at("ref")?, *s))).collect();
        let named = |(name, path): (&str, &str)| refs.get(name).is_some_and(|s| own(&s)) && self.touches(path);
        let beside = |source: &&Value, file: &str| {
            own(&source) && self.noted(file, &[source.str_at("path").unwrap_or_default()])
        };
        let valued = |source: &&Value| {
            values_files(source).any(|file| match file.strip_prefix('$') {
                Some(file) => file.split_once('/').is_some_and(named),
                None => beside(source, file),
            })
        };
        sources.iter().any(valued) || sources.iter().filter(own).any(|source| self.source(source))
    }

    /// A path of the annotation, or of a values file: seen from the root of the repository, or from the path of each source.
    fn noted(&self, path: &str, folders: &[&str]) -> bool {
        match path.strip_prefix('/') {
            Some(path) => self.touches(path),
            None if path.is_empty() => false,
            None => folders.iter().any(|folder| match resolve("", folder, path) {
                Target::Tree(path) => self.touches(&path),
                Target::Beside | Target::Outside => false,
            }),
        }
    }

    /// A path of the repository, below the root of the tree; nothing where it lies beside.
    fn below(&self, path: &str) -> Option<String> {
        let Target::Tree(path) = resolve("", "", path) else { return None };
        if self.home.root.is_empty() {
            return Some(path);
        }
        let rest = path.strip_prefix(self.home.root)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
    }

    /// Whether something at a path of the repository changed.
    fn touches(&self, path: &str) -> bool {
        self.below(path).is_some_and(|path| self.changed(&path))
    }

    /// Whether a file or anything in a folder changed; a path with `*` is a glob.
    fn changed(&self, path: &str) -> bool {
        if let Some(star) = path.find(['*', '?', '[']) {
            let literal = path.get(..star).unwrap_or_default();
            let glob = Glob::new(path);
            let alike = self.paths.range(literal..).take_while(|p| p.starts_with(literal));
            return glob.is_ok_and(|glob| alike.into_iter().any(|path| glob.is_match(path)));
        }
        if path.is_empty() || self.paths.contains(path) {
            return !self.paths.is_empty();
        }
        let prefix = format!("{path}/");
        self.paths.range(prefix.as_str()..).next().is_some_and(|p| p.starts_with(&prefix))
    }

    /// Whether what a source reads in its folder changed.
    fn source(&self, source: &Value) -> bool {
        let Some(folder) = source.str_at("path").and_then(|path| self.below(path)) else { return false };
        let recurses = source.get("directory").and_then(|d| d.get("recurse")).and_then(Value::as_bool) == Some(true);
        let chart = self.tree.contains_key(&joined(&folder, CHART));
        let mut read = BTreeSet::new();
        if self.kustomized(&folder, &mut read) {
            return read.iter().any(|path| self.changed(path));
        }
        // A folder of plain manifests is read without those below it.
        if recurses || chart {
            return self.changed(&folder);
        }
        let prefix = joined(&folder, "");
        let below = self.paths.range(prefix.as_str()..).take_while(|path| path.starts_with(&prefix));
        below.into_iter().any(|path| path.get(prefix.len()..).is_some_and(|rest| !rest.contains('/')))
    }

    /// Collects what kustomize reads for a folder; `false` when it has no kustomization.
    fn kustomized(&self, folder: &str, read: &mut BTreeSet<String>) -> bool {
        let Some((path, file)) = FILES.iter().find_map(|file| self.tree.get_key_value(&joined(folder, file))) else {
            return false;
        };
        if !read.insert(path.clone()) {
            return true;
        }
        for kustomization in documents(&file.bytes) {
            for name in named(&kustomization).into_iter().filter(|name| !name.remote) {
                let Target::Tree(target) = resolve(self.home.root, folder, name.path) else { continue };
                if !self.kustomized(&target, read) {
                    read.insert(target);
                }
            }
        }
        true
    }
}

/// Values files of a source, as they are written.
fn values_files(source: &Value) -> impl Iterator<Item = &str> {
    let files = source.get("helm").and_then(|helm| helm.get("valueFiles")).and_then(Value::as_list);
    files.unwrap_or_default().iter().filter_map(Value::as_str)
}
