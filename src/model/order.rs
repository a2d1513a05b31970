//! The order in which Argo CD is made to sync things.
//!
//! Argo CD orders the resources of one Application by sync wave; parents sync on their own, so waves
//! in two parents do not order each other. The root orders foundation apps and parents, each parent
//! orders its apps.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Key of argocd-cm that holds the health check of Applications (Argo CD 3.x, settings.go).
pub const HEALTH_KEY: &str = "resource.customizations.health.argoproj.io_Application";

/// Waves of Applications and parents.
#[derive(Debug, Default)]
pub struct Order {
    /// Wave of each Application, within whatever holds it; by Application name.
    pub waves: BTreeMap<Arc<str>, i64>,
    /// Wave of each category's parent, within the root.
    pub parents: BTreeMap<Arc<str>, i64>,
}

impl Order {
    /// The wave of an Application.
    #[must_use]
    pub fn wave(&self, name: &str) -> i64 {
        self.waves.get(name).copied().unwrap_or(0)
    }

    /// The wave of a category's parent.
    #[must_use]
    pub fn parent(&self, category: &str) -> i64 {
        self.parents.get(category).copied().unwrap_or(0)
    }
}
