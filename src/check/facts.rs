//! What the rules look at.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::gathered::Gathered;
use crate::model::instance::{Instance, Resolved};
use crate::model::spec::Spec;

/// The spec, resolved, with indexes.
pub struct Facts<'a> {
    /// The spec.
    pub spec: &'a Spec,
    /// The spec after layers.
    pub resolved: &'a Resolved,
    /// All Applications to be, sorted by name.
    pub instances: &'a [Instance],
    /// Files that the spec names.
    pub gathered: &'a Gathered,
    /// Application numbers by app name.
    pub by_app: BTreeMap<&'a str, Vec<usize>>,
    /// Names of apps, found or not resolved.
    pub apps: BTreeSet<&'a str>,
}

impl<'a> Facts<'a> {
    /// Indexes a resolved spec.
    pub fn new(spec: &'a Spec, resolved: &'a Resolved, gathered: &'a Gathered) -> Facts<'a> {
        let mut by_app: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, instance) in resolved.instances.iter().enumerate() {
            by_app.entry(&instance.app.value).or_default().push(i);
        }
        let apps = spec.apps.names().collect();
        Facts { spec, resolved, instances: &resolved.instances, gathered, by_app, apps }
    }
}
