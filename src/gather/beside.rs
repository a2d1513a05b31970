//! Paths of the platform's own repository that are not beside the spec.

use crate::base::hash::HashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::git_url::normal;
use crate::base::suggest;
use crate::model::gathered::Absent;
use crate::model::instance::{Instance, Resolved};
use crate::model::spec::{Spec, ValueFile};
use crate::shape::Text;
use crate::source::path::parent;
use crate::source::{FileKind, World};

/// Files below folders beside the spec, each listed once.
struct Beside<'a> {
    world: &'a dyn World,
    listed: BTreeMap<String, Vec<String>>,
    is_root: bool,
}

/// Those paths, each place once. A path counts only where its first folder lies beside the spec, so that the folder of the
/// spec is likely that of the repository, and where the revision is the platform's own.
pub fn absent(world: &dyn World, spec: &Spec, resolved: &Resolved) -> Vec<Absent> {
    let mut beside = Beside { world, listed: BTreeMap::new(), is_root: world.kind(".git").is_some() };
    let (mut seen, mut out) = (HashSet::default(), Vec::new());
    for instance in &resolved.instances {
        each(spec, instance, &mut |path, is_file| {
            if seen.insert((path.span, Arc::clone(&path.value))) {
                out.extend(beside.absent(&instance.name, path, is_file));
            }
        });
    }
    out
}

/// Folders and values files that an app reads from the platform's own repository.
fn each(spec: &Spec, instance: &Instance, wanted: &mut dyn FnMut(&Text, bool)) {
    let platform = &spec.platform.repo;
    let url = normal(&platform.url);
    let named = |repo: &Text| normal(spec.repos.named(repo).map_or(&repo.value, |r| &r.item.url.value));
    let is_own = |repo: Option<&Text>| repo.is_none_or(|repo| named(repo) == url);
    let stated = |repo: &Text| spec.repos.named(repo).and_then(|r| r.item.revision.as_ref());
    let is_now = |repo: Option<&Text>, revision: Option<&Text>| {
        let revision = revision.or_else(|| repo.and_then(stated));
        revision.is_none_or(|revision| revision.value == platform.revision.value)
    };
    for source in instance.body.all_sources() {
        if let Some(git) = &source.git
            && is_own(git.repo.as_ref())
            && is_now(git.repo.as_ref(), git.revision.as_ref())
        {
            wanted(&git.path, false);
        }
        for helm in source.helm.iter().filter(|h| h.ignore_missing_value_files != Some(true)) {
            for file in helm.value_files.iter() {
                let ValueFile::Remote(file) = file else { continue };
                let own = file.repo.as_ref().filter(|repo| is_own(Some(repo)));
                if own.is_some_and(|repo| is_now(Some(repo), file.revision.as_ref())) {
                    wanted(&file.path, true);
                }
            }
        }
    }
}

impl Beside<'_> {
    fn absent(&mut self, app: &Arc<str>, text: &Text, is_file: bool) -> Option<Absent> {
        let path = text.trim_start_matches("./").trim_matches('/');
        let (first, _) = path.split_once('/')?;
        let odd = path.contains("{{") || path.contains("//") || path.split('/').any(|part| part == "..");
        if odd || self.world.kind(first) != Some(FileKind::Dir) || self.world.kind(path).is_some() {
            return None;
        }
        let files = self.listed.entry(first.to_owned()).or_insert_with(|| self.world.list(first).unwrap_or_default());
        let near = if is_file {
            suggest::nearest(path, files.iter().map(String::as_str))
        } else {
            let folders: BTreeSet<&str> = files.iter().map(|file| parent(file)).collect();
            suggest::nearest(path, folders)
        };
        let near = near.map(str::to_owned);
        let (app, path) = (Arc::clone(app), path.to_owned());
        Some(Absent { app, path, span: text.span, is_file, near, sure: self.is_root })
    }
}
