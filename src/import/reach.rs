//! Who reads which folder, and what nobody reads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use super::apps::{App, Reads};
use super::files::{Files, Object, shown};
use super::own::Own;
use crate::base::names::parameters_as_globs;
use crate::base::suggest;
use crate::diag::{Bag, Finding, Level, Place};
use crate::model::document::Tags;
use crate::model::kustomize::FILES;
use crate::model::plan::{Folder, Plan};
use crate::source::path::parent;
use crate::source::{Glob, SourceMap};

crate::codes! {
    /// An Application reads a folder or a values file of the tree's own repository that is not there.
    ///
    /// Argo CD shows the error `app path does not exist`, or that a values file was not found, instead of the app, and syncs
    /// nothing. In git, a folder without a file does not exist either.
    ///
    /// Mend `path`, which is seen from the root of the repository, or add the folder. Values files are seen from the folder
    /// of their source, those that begin with `$` and the `ref` of a source from the root of its repository. Where the tree is only a part of the
    /// repository, check the whole.
    PATH_NOT_IN_TREE = "path-not-in-tree": error warning note;
}

/// Notes who reads which folder, in `plan.folders`, and in `plan.bootstrap` what may well be applied by hand.
pub fn folders(apps: &[App], files: &Files, own: &Own, plan: &mut Plan, bag: &mut Bag) {
    for app in apps {
        for read in &app.reads {
            let Some(path) = own.folder(&read.url, &read.path) else { continue };
            let open = path.contains("{{");
            let found = if open { fitting(&path, files) } else { vec![path.as_str()] };
            for folder in found {
                match files.folders.contains(folder) {
                    true => claim(app, read, folder, files, plan),
                    false => missing(app, read, folder, files, own, bag),
                }
            }
        }
    }
    plan.bootstrap = by_hand(apps, files, own, &plan.folders);
}

/// The folders that a path with parameters may mean.
fn fitting<'f>(path: &str, files: &'f Files) -> Vec<&'f str> {
    let Ok(glob) = Glob::new(&parameters_as_globs(path)) else { return Vec::new() };
    files.folders.iter().map(String::as_str).filter(|f| !f.is_empty() && glob.is_match(f)).collect()
}

fn claim(app: &App, read: &Reads, path: &str, files: &Files, plan: &mut Plan) {
    // What a chart makes is not to be seen here.
    if files.charts.contains(path) {
        return;
    }
    let folder = Folder {
        owner: Arc::clone(&app.name),
        span: read.span,
        cluster: Arc::clone(&app.cluster),
        namespace: Arc::clone(&app.namespace),
        project: Arc::clone(&app.project),
        tags: Tags::default(),
        kustomization: None,
    };
    if read.recurse {
        for below in inside(path, &files.folders) {
            plan.folders.entry(below.to_owned()).or_insert_with(|| folder.clone());
        }
    }
    plan.folders.entry(path.to_owned()).or_insert(folder);
}

/// The folders below one.
fn inside<'f>(path: &str, folders: &'f BTreeSet<String>) -> impl Iterator<Item = &'f str> {
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    let from = folders.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
    let below: Vec<&str> = from.map(String::as_str).take_while(|f| f.starts_with(&prefix)).collect();
    below.into_iter()
}

fn missing(app: &App, read: &Reads, path: &str, files: &Files, own: &Own, bag: &mut Bag) {
    let near = suggest::nearest(path, files.folders.iter().map(String::as_str));
    let message = format!("`{}` reads `{}`, which is no folder of this repository", app.name, shown(&read.path));
    let help = match near.filter(|near| !near.is_empty()) {
        Some(near) => format!("did you mean `{}`?", [&*own.inside, near].join("/").trim_start_matches('/')),
        None => "mend `path`, which is seen from the root of the repository, or add the folder".to_owned(),
    };
    let head = matches!(&*read.revision, "HEAD" | "main" | "master" | "");
    bag.push(match (own.sure, head) {
        (true, true) => Finding::error(&PATH_NOT_IN_TREE, read.span, message, help),
        (true, false) => Finding::warning(&PATH_NOT_IN_TREE, read.span, message, help),
        // The tree may be a part of another repository.
        (false, _) => Finding::note(&PATH_NOT_IN_TREE, read.span, message, help),
    });
}

/// Files of which it is no wonder that no Application reads them: all of them, where none reads any folder here; else the
/// Applications from which the others come. Where none of those is to be seen, each Application may be applied by hand.
fn by_hand(apps: &[App], files: &Files, own: &Own, folders: &BTreeMap<String, Folder>) -> Vec<String> {
    let argo =
        |object: &&Object| ["Application", "ApplicationSet", "AppProject"].iter().any(|kind| object.is_argo(kind));
    let others: BTreeSet<&str> = files.objects.iter().filter(|o| !argo(o)).map(|o| &*o.path).collect();
    let mut unread: BTreeSet<&str> = files.objects.iter().map(|object| &*object.path).collect();
    unread.retain(|path| !folders.contains_key(parent(path)));
    if folders.is_empty() {
        return unread.into_iter().map(str::to_owned).collect();
    }
    let holding: BTreeSet<&str> = apps.iter().map(|app| parent(&app.file)).collect();
    let reads_apps = |app: &&App| {
        let mut read = app.reads.iter().filter_map(|r| Some((own.folder(&r.url, &r.path)?, r.recurse)));
        read.any(|(path, recurse)| holding.iter().any(|f| *f == path || (recurse && is_below(f, &path))))
    };
    let roots: BTreeSet<&str> = apps.iter().filter(reads_apps).map(|app| &*app.file).collect();
    let is_root = |path: &&&str| if roots.is_empty() { !others.contains(**path) } else { roots.contains(**path) };
    unread.iter().filter(is_root).map(|path| (*path).to_owned()).collect()
}

/// The findings, those about a text that is no YAML with the Application that reads its folder: Argo CD makes the manifests
/// of a folder all at once, so one such file stops them all (Argo CD 3.x, reposerver `findManifests`).
pub fn stopped(bag: Bag, files: &Files, plan: &Plan, sources: &SourceMap) -> Bag {
    let reader = |finding: &Finding| {
        let Place::Span(span) = finding.primary.place else { return None };
        let folder = parent(&sources.file_of(span)?.path);
        // What a kustomization does not name stops nothing.
        let built = FILES.iter().any(|name| files.names.contains([folder, name].join("/").trim_start_matches('/')));
        plan.folders.get(folder).filter(|_| !built)
    };
    let broken = |finding: &Finding| finding.level == Level::Error && finding.code.id.starts_with("yaml-");
    let told = |finding: Finding| match reader(&finding).filter(|_| broken(&finding)) {
        Some(folder) => {
            let label = format!("`{}` reads this folder, and syncs nothing of it", folder.owner);
            finding.also(folder.span, label)
        }
        None => finding,
    };
    bag.into_findings().into_iter().map(told).collect()
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
