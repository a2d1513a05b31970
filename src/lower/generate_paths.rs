//! Which paths of the repository each Application is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::paths::in_repo;
use super::{AppFacts, Input};
use crate::base::git_url::normal;
use crate::base::{Kind, Value};
use crate::model::kustomize::{Target, is_kustomization, list, named, resolve};
use crate::model::plan::{Item, Plan, RawFile};
use crate::source::path::{folders, parent};

/// The annotation (Argo CD 3.x, `AnnotationKeyManifestGeneratePaths`): paths joined by `;`. One that begins with a slash is
/// seen from the root of the repository; others would be seen from the path of each source, and from the root for sources
/// that have none (`GetAppRefreshPaths`).
const KEY: &str = "argocd.argoproj.io/manifest-generate-paths";

/// Notes at each Application what it reads, where all of that is known. Where it is not, Argo CD looks at each commit.
pub fn annotate(input: &Input, facts: &[AppFacts], plan: &mut Plan) {
    if !input.spec.platform.argocd.as_ref().is_some_and(|argocd| argocd.manifest_generate_paths) {
        return;
    }
    let mut paths: BTreeMap<Arc<str>, String> = BTreeMap::new();
    let known = Known::of(input, plan);
    let facts: BTreeMap<&str, &AppFacts> = facts
        .iter()
        .filter_map(|f| input.resolved.instances.get(f.instance).map(|instance| (&*instance.name, f)))
        .collect();
    for item in plan.items.get("applications").into_iter().flatten() {
        let mut read = BTreeSet::new();
        if known.application(item, facts.get(&*item.name).copied(), &mut read).is_some() && !read.is_empty() {
            let inside = |path: &str| folders(path).any(|above| above != path && read.contains(above));
            let outermost = read.iter().filter(|path| !inside(path));
            let absolute = outermost.map(|path| format!("/{}", in_repo(input.spec, path)));
            paths.insert(Arc::clone(&item.name), absolute.collect::<Vec<_>>().join(";"));
        }
    }
    for key in ["applications", "apps"] {
        for item in plan.items.get_mut(key).into_iter().flatten() {
            if let Some(paths) = paths.get(&item.name) {
                add(item, paths);
            }
        }
    }
}

fn add(item: &mut Item, paths: &str) {
    let Kind::Map(map) = &mut item.value.kind else { return };
    let map = Arc::make_mut(map);
    let mut annotations = map.get("annotations").and_then(Value::as_map).cloned().unwrap_or_default();
    if !annotations.contains(KEY) {
        annotations.set(KEY, paths);
        annotations.sort();
        map.set("annotations", annotations);
    }
}

/// What is known of the folders of the tree.
struct Known<'a> {
    input: &'a Input<'a>,
    plan: &'a Plan,
    /// Kustomizations that apps bring, by their folders.
    raw: BTreeMap<&'a str, &'a RawFile>,
    /// Files of the tree that are raw manifests.
    files: BTreeSet<&'a str>,
    /// Folders of components that the tree has for secrets.
    components: BTreeSet<&'a str>,
    own: String,
}

impl<'a> Known<'a> {
    fn of(input: &'a Input<'a>, plan: &'a Plan) -> Known<'a> {
        let components = plan.items.get("components").into_iter().flatten();
        Known {
            input,
            plan,
            raw: plan.raw.iter().filter(|f| is_kustomization(&f.path)).map(|f| (parent(&f.path), f)).collect(),
            files: plan.raw.iter().map(|file| file.path.as_str()).collect(),
            components: components.filter_map(|item| item.value.str_at("path").map(parent)).collect(),
            own: normal(&input.spec.platform.repo.url),
        }
    }

    /// Adds all that an Application reads; nothing where some of it is not known.
    fn application(&self, item: &Item, facts: Option<&AppFacts>, read: &mut BTreeSet<String>) -> Option<()> {
        // A patch may change what is read.
        if !item.patches.is_empty() {
            return None;
        }
        let sources: Vec<&Value> = item.value.get("source").into_iter().chain(list(&item.value, "sources")).collect();
        let refs: BTreeSet<&str> = sources.iter().filter_map(|source| source.str_at("ref")).collect();
        for source in &sources {
            if source.get("chart").is_some() {
                self.chart(source, &refs, read)?;
                continue;
            }
            if source.get("plugin").is_some() || normal(source.str_at("repoURL")?) != self.own {
                return None;
            }
            let Some(path) = source.str_at("path") else { continue };
            match facts {
                // A parent reads the files of its folder; what lies in folders below belongs to others.
                None => drop(read.insert(format!("{}/*", self.in_tree(path)?))),
                Some(facts) => {
                    let own = facts.manifests.as_ref().filter(|m| in_repo(self.input.spec, &m.path) == path)?;
                    self.folder(&own.path, read)?;
                    // Components of the Application are added to those of the folder.
                    let kustomize = source.get("kustomize");
                    kustomize.is_none_or(|k| list(k, "components").is_empty()).then_some(())?;
                }
            }
        }
        Some(())
    }

    /// The values files of a chart. A range of versions is looked up anew by Argo CD only where nothing is noted.
    fn chart(&self, source: &Value, refs: &BTreeSet<&str>, read: &mut BTreeSet<String>) -> Option<()> {
        let version = source.str_at("targetRevision")?;
        let exact = version.trim_start_matches('v').split('.').count() > 2
            && !version.contains(['*', '^', '~', '>', '<', ' ', 'x']);
        let helm = source.get("helm");
        exact.then_some(())?;
        helm.is_none_or(|h| list(h, "fileParameters").is_empty()).then_some(())?;
        for file in helm.into_iter().flat_map(|h| list(h, "valueFiles")) {
            let Some((name, path)) = file.as_str()?.strip_prefix('$').and_then(|rest| rest.split_once('/')) else {
                continue;
            };
            // Sources of other repositories have been refused.
            let plain = refs.contains(name) && !path.contains(['*', '?', '[']);
            read.insert(plain.then(|| self.in_tree(path)).flatten()?);
        }
        Some(())
    }

    /// A path of the repository as one of the tree.
    fn in_tree(&self, path: &str) -> Option<String> {
        let root = self.input.spec.platform.repo.path.trim_matches('/');
        let below = if root.is_empty() { Some(path) } else { path.strip_prefix(root)?.strip_prefix('/') };
        below.filter(|path| !path.is_empty() && *path != ".").map(str::to_owned)
    }

    /// A folder, and all that kustomize reads for it.
    fn folder(&self, path: &str, read: &mut BTreeSet<String>) -> Option<()> {
        if !read.insert(path.to_owned()) {
            return Some(());
        }
        let overlays = format!("{path}/");
        let below = self.plan.overlays.range(overlays.clone()..).take_while(|(file, _)| file.starts_with(&overlays));
        read.extend(below.map(|(_, base)| parent(base).to_owned()));
        let kustomization = match self.raw.get(path) {
            Some(file) if !file.patches.is_empty() => return None,
            Some(file) => file.docs.first(),
            None => self.plan.folders.get(path).and_then(|folder| folder.kustomization.as_ref()),
        };
        let Some(kustomization) = kustomization else { return Some(()) };
        if ["helmCharts", "helmChartInflationGenerator"].iter().any(|key| kustomization.get(key).is_some()) {
            return None;
        }
        let root = self.input.spec.platform.repo.path.trim_matches('/');
        for name in named(kustomization) {
            let Target::Tree(target) = resolve(root, path, name.path) else { return None };
            if name.remote {
                return None;
            }
            if parent(&target) == path {
                continue;
            }
            if self.raw.contains_key(target.as_str()) || self.is_generated(&target) {
                self.folder(&target, read)?;
            } else if self.components.contains(target.as_str()) || self.files.contains(target.as_str()) {
                read.insert(target);
            } else {
                return None;
            }
        }
        Some(())
    }

    fn is_generated(&self, path: &str) -> bool {
        self.plan.folders.get(path).is_some_and(|folder| folder.kustomization.is_some())
    }
}
