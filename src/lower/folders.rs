//! Folders that Applications read.

use std::sync::Arc;

use super::{AppFacts, Input};
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::plan::{Folder, Plan};
use crate::source::path::parent;

crate::codes! {
    /// The layout puts things of different holders into one folder, or those of one into several.
    ///
    /// A parent reads one folder and takes all that lies in it, so each category needs a folder of
    /// its own, the foundation one, and nothing else may lie in them.
    LAYOUT_FOLDER = "layout-folder";
}

/// Notes who reads a folder; nobody else may.
pub fn claim(plan: &mut Plan, path: &str, folder: Folder, bag: &mut Bag) {
    match plan.folders.get(path).filter(|other| other.owner != folder.owner) {
        Some(other) => {
            let message = format!("`{}` and `{}` would both read the folder `{path}`", folder.owner, other.owner);
            let help = "change `layout`, or `folder` of an app, so that each has a folder of its own";
            bag.push(Finding::error(&LAYOUT_FOLDER, folder.span, message, help).also(other.span, "the other one"));
        }
        None => drop(plan.folders.insert(path.to_owned(), folder)),
    }
}

/// The folders of apps' raw manifests.
pub fn of_apps(input: &Input, apps: &[AppFacts], plan: &mut Plan, bag: &mut Bag) {
    for facts in apps {
        let Some(instance) = input.resolved.instances.get(facts.instance) else { continue };
        let Some(manifests) = &facts.manifests else { continue };
        let kustomization = manifests.kustomization.clone();
        let kustomization = kustomization.or_else(|| all(input).filter(|_| !is_directory(instance)));
        claim(plan, &manifests.path, folder(instance, facts, kustomization), bag);
    }
}

/// The folders of overlays: whoever owns the overlays reads them.
pub fn of_overlays(input: &Input, apps: &[AppFacts], plan: &mut Plan, bag: &mut Bag) {
    let Some(owner) = input.resolved.onboarding.owner else { return };
    let Some(instance) = input.resolved.instances.get(owner) else { return };
    let Some(facts) = apps.iter().find(|facts| facts.instance == owner) else { return };
    let paths: Vec<String> = plan.overlays.keys().map(|path| parent(path).to_owned()).collect();
    paths.iter().for_each(|path| claim(plan, path, folder(instance, facts, None), bag));
}

fn folder(instance: &Instance, facts: &AppFacts, kustomization: Option<Value>) -> Folder {
    Folder {
        owner: Arc::clone(&instance.name),
        span: instance.span(),
        cluster: Arc::clone(&instance.cluster.name.value),
        namespace: instance.namespace().into(),
        project: Arc::clone(&facts.project),
        tags: super::manifests::tags(instance),
        kustomization,
    }
}

/// Whether Argo CD is told to read the folder as it is; it would take a kustomization for a manifest.
fn is_directory(instance: &Instance) -> bool {
    instance.body.all_sources().any(|source| source.is_of_own_manifests() && source.directory.is_some())
}

/// A bare kustomization where the spec asks for one in each folder.
pub fn all(input: &Input) -> Option<Value> {
    let all = input.spec.kustomizations == Some(crate::model::spec::Kustomizations::All);
    all.then(|| Value::from(crate::base::Map::new()))
}
