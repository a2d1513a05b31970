//! What a spec says of itself, for whoever has only its tree.

use std::sync::Arc;

use super::instance::{Resolved, Site};
use super::spec::{Acknowledge, Spec};

/// What a spec says of itself.
#[derive(Debug, Default)]
pub struct About {
    /// Folder of the repository that holds the root of the tree (`platform.repo.path`).
    pub root: String,
    /// URL of that repository.
    pub url: String,
    /// Changes that are meant.
    pub acknowledged: Vec<Acknowledge>,
    /// The Applications, and where each goes.
    pub sites: Vec<Site>,
    /// Names of the entries of `applicationSets`.
    pub sets: Vec<Arc<str>>,
}

impl About {
    /// What a spec says, and where its apps go.
    #[must_use]
    pub fn of(spec: &Spec, resolved: &Resolved) -> About {
        About {
            root: spec.platform.repo.path.trim_matches('/').to_owned(),
            url: spec.platform.repo.url.to_string(),
            acknowledged: spec.acknowledge.items.clone(),
            sites: resolved.instances.iter().map(Site::of).collect(),
            sets: spec.application_sets.iter().map(|set| Arc::clone(&set.name.value)).collect(),
        }
    }
}
