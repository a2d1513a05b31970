//! Secrets of clusters and repositories as overlays of kustomize: where they and their bases lie.

use super::{Work, external};
use crate::base::{Span, Value};
use crate::lower::paths::Of;
use crate::model::context::Fields;
use crate::model::plan::Item;
use crate::model::secrets::{self, Need};

/// The path of a secret that is written as an overlay; nothing for others. `folder` is that of the app.
pub fn path(work: &mut Work, need: &Need, folder: &str) -> Option<String> {
    let onboarding = &work.input.resolved.onboarding;
    let overlay = onboarding.overlays.get(&need.name.value).filter(|_| onboarding.owner == Some(need.number))?;
    let base = base_path(work, &overlay.base)?;
    let path = format!("{folder}/{}/{}/kustomization.yaml", overlay.group, overlay.name);
    work.out.overlays.insert(path.clone(), base);
    Some(path)
}

/// The bases, as things to render.
pub fn bases(work: &mut Work) {
    let onboarding = &work.input.resolved.onboarding;
    let Some(number) = onboarding.owner else { return };
    let Some(instance) = work.input.resolved.instances.get(number) else { return };
    for (name, base) in &onboarding.bases {
        let Some(path) = base_path(work, name) else { continue };
        let need = secrets::of_base(work.input.spec, number, instance, base);
        let namespace = instance.body.namespace.as_ref().map(crate::shape::Text::to_value);
        let fields: Fields = external::object(work.input, &need, &path);
        let value: Value = fields.maybe("namespace", namespace).at(instance.span());
        let item = Item { name: name.clone(), span: instance.span(), value, patches: [].into() };
        work.out.add("externalSecretBases", item);
    }
}

fn base_path(work: &mut Work, name: &str) -> Option<String> {
    let folder = work.paths.of(Of::Base(name), Span::NONE, work.bag)?;
    Some(format!("{folder}/external-secret.yaml"))
}
