//! Folders that Applications read.

use std::sync::Arc;

use super::{AppFacts, Input};
use crate::base::Value;
use crate::model::plan::{Folder, Plan};

/// The folders of apps' raw manifests.
pub fn of_apps(input: &Input, apps: &[AppFacts], plan: &mut Plan) {
    for facts in apps {
        let Some(instance) = input.resolved.instances.get(facts.instance) else { continue };
        let Some(manifests) = &facts.manifests else { continue };
        let folder = Folder {
            owner: Arc::clone(&instance.name),
            span: instance.span(),
            cluster: Arc::clone(&instance.cluster.name.value),
            namespace: instance.namespace().into(),
            project: Arc::clone(&facts.project),
            kustomization: manifests.kustomization.clone().or_else(|| all(input)),
        };
        plan.folders.insert(manifests.path.clone(), folder);
    }
}

/// A bare kustomization where the spec asks for one in each folder.
pub fn all(input: &Input) -> Option<Value> {
    let all = input.spec.kustomizations == Some(crate::model::spec::Kustomizations::All);
    all.then(|| Value::from(crate::base::Map::new()))
}
