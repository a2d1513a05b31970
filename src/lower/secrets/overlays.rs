//! Secrets of clusters and repositories as overlays of kustomize: where they and their bases lie.

use std::collections::BTreeSet;

use super::{Work, external};
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::lower::Input;
use crate::lower::manifests::is_kustomization;
use crate::lower::paths::Of;
use crate::model::plan::{Item, RawFile};
use crate::model::secrets::{self, Need};

crate::codes! {
    /// The kustomization among an app's manifests does not list the folders of overlays.
    ///
    /// Kustomize builds what is listed and nothing else, so no Secret of a cluster or repository would come of them.
    /// Add the folders to `resources`, or leave the kustomization to the program: it lists them by itself.
    OVERLAY_NOT_LISTED = "overlay-not-listed";
}

/// Checks that a kustomization of the user lists the overlays of the app.
pub fn check_listed(input: &Input, number: usize, raw: &[RawFile], bag: &mut Bag) {
    let onboarding = &input.resolved.onboarding;
    if onboarding.owner != Some(number) {
        return;
    }
    let Some(own) = raw.iter().find(|file| is_kustomization(&file.path)).and_then(|file| file.docs.first()) else {
        return;
    };
    let listed = own.get("resources").and_then(Value::as_list).unwrap_or_default();
    let lists = |group: &str| {
        let is = |entry: &Value| entry.as_str().is_some_and(|e| e.trim_start_matches("./").trim_matches('/') == group);
        listed.iter().any(is)
    };
    let groups: BTreeSet<&str> = onboarding.overlays.values().map(|overlay| overlay.group).collect();
    let missing: Vec<&str> = groups.into_iter().filter(|group| !lists(group)).collect();
    if !missing.is_empty() {
        let place = own.as_map().and_then(|map| map.entry("resources")).map_or(own.span, |entry| entry.key_span);
        let what = suggest::listing(missing.iter().copied(), 2);
        let message = format!("this kustomization does not list the overlays in {what}, so nothing would come of them");
        let help = format!("add {what} to `resources`, or take the kustomization out of `manifests`");
        bag.push(Finding::error(&OVERLAY_NOT_LISTED, place, message, help));
    }
}

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
        let fields = external::object(work.input, &need, &path);
        let value = fields.maybe("namespace", namespace).at(instance.span());
        let item = Item { name: name.clone(), span: instance.span(), value, patches: [].into() };
        work.out.add("externalSecretBases", item);
    }
}

fn base_path(work: &mut Work, name: &str) -> Option<String> {
    let folder = work.paths.of(Of::Base(name), Span::NONE, work.bag)?;
    Some(format!("{folder}/external-secret.yaml"))
}
