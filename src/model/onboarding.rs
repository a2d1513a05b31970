//! Secrets of clusters and repositories that are written as overlays of kustomize.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::spec::AppSecret;
use crate::shape::Named;

/// What stands in a base for the name that each overlay replaces.
pub const PLACEHOLDER: &str = "to-overlay";

/// The overlays of the app that runs Argo CD; empty where each Secret is a manifest of its own.
#[derive(Debug, Default)]
pub struct Onboarding {
    /// Number of the Application that owns them.
    pub owner: Option<usize>,
    /// The bases, by name.
    pub bases: BTreeMap<Arc<str>, Named<AppSecret>>,
    /// The overlays, by the name of the Secret.
    pub overlays: BTreeMap<Arc<str>, Overlay>,
}

/// What one overlay is called, and what it lies on.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// Folder that holds all overlays of its kind: `clusters` or `repos`.
    pub group: &'static str,
    /// Its own folder: the name of the cluster or repository.
    pub name: Arc<str>,
    /// Name of its base.
    pub base: Arc<str>,
}
