//! What the app that runs Argo CD gets besides secrets.

use super::CREDENTIALS_FORM;
use crate::base::{Map, Value};
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::model::spec::{App, Kustomize, Source};
use crate::shape::{Reader, Shape};

/// Lets kustomize build the app's own manifests, as overlays need it.
pub fn build_by_kustomize(owner: &mut Instance, bag: &mut Bag) {
    let own = owner.body.all_sources().filter(|source| source.is_of_own_manifests());
    if let Some(other) = own.into_iter().find(|source| source.directory.is_some() || source.plugin.is_some()) {
        let message = format!("app `{}` has overlays, which only kustomize can build", &*owner.app);
        let help = "write `kustomize: {}` here instead, or `onboarding: manifests` under `platform.argocd`";
        bag.push(Finding::error(&CREDENTIALS_FORM, other.span, message, help));
        return;
    }
    own_kustomize(&mut owner.body);
}

/// The options with which kustomize builds the app's own manifests; made when they aren't there yet.
pub fn own_kustomize(body: &mut App) -> Option<&mut Kustomize> {
    if !body.all_sources().any(|source| source.is_of_own_manifests() && source.kustomize.is_some()) {
        let empty = Value::from(Map::from_iter([("kustomize", Value::from(Map::new()))]));
        let made = Source::read(&mut Reader::new(), &empty)?;
        // A source without any key is one of own manifests too.
        let other = body.source.take().filter(|source| !source.is_of_own_manifests());
        match (other, body.sources.is_empty()) {
            (None, true) => body.source = Some(Box::new(made)),
            (other, _) => {
                body.sources.items.splice(0..0, other.map(|source| *source));
                body.sources.items.push(made);
            }
        }
    }
    let sources = body.source.as_deref_mut().into_iter().chain(body.sources.items.iter_mut());
    sources.filter(|source| source.is_of_own_manifests()).find_map(|source| source.kustomize.as_deref_mut())
}
