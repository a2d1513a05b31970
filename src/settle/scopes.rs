//! Which environments a place of the input is about.

use crate::base::hash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::Span;
use crate::diag::{Finding, Place};
use crate::model::gathered::Gathered;
use crate::model::instance::{Instance, Resolved};
use crate::model::spec::{Source, Spec, ValueFile};
use crate::source::SourceMap;

/// Environments; `None` for what is in none.
pub(super) type Environments = BTreeSet<Option<Arc<str>>>;

/// The environments of the entries of a spec and of the files that they name.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// Entries in the order of their places.
    entries: Vec<(Span, Environments)>,
    files: BTreeMap<String, Environments>,
}

impl Scopes {
    /// Those of a spec.
    pub(super) fn of(spec: &Spec, resolved: &Resolved, gathered: &Gathered) -> Scopes {
        let mut scopes = Scopes::default();
        let mut by_app: HashMap<&str, Environments> = HashMap::default();
        for instance in &resolved.instances {
            let environment = environment(instance);
            by_app.entry(&instance.app.value).or_default().insert(environment.clone());
            let manifests = gathered.manifests.get(&instance.name).into_iter().flatten().map(|file| &*file.path);
            for path in manifests.chain(instance.body.all_sources().flat_map(values)) {
                scopes.files.entry(path.to_owned()).or_default().insert(environment.clone());
            }
        }
        for app in spec.apps.iter() {
            let of = by_app.remove(&*app.name.value).unwrap_or_default();
            scopes.add(app.name.span, app.item.raw.span, of);
        }
        for environment in spec.environments.iter() {
            let of = [Some(Arc::clone(&environment.name.value))].into();
            scopes.add(environment.name.span, environment.item.span, of);
        }
        for cluster in spec.clusters.iter() {
            let of = [cluster.item.environment.as_ref().map(|e| Arc::clone(&e.value))].into();
            scopes.add(cluster.name.span, cluster.item.span, of);
        }
        scopes.entries.sort_by_key(|(span, _)| *span);
        scopes
    }

    fn add(&mut self, name: Span, body: Span, of: Environments) {
        if !name.is_none() {
            self.entries.push((Span::new(name.lo, name.hi.max(body.hi)), of));
        }
    }

    /// The environments that a finding is about: that of the object it was found in, those of the entry or file
    /// that it points at, or those of the other places that it names. Empty when it is about none in particular.
    pub(super) fn of_finding(&self, finding: &Finding, sources: &SourceMap) -> Environments {
        if let Some(environment) = &finding.environment {
            return [Some(Arc::clone(environment))].into();
        }
        let primary = self.of_place(&finding.primary.place, sources);
        match primary.is_empty() {
            true => finding.secondary.iter().flat_map(|l| self.of_place(&l.place, sources)).collect(),
            false => primary,
        }
    }

    fn of_place(&self, place: &Place, sources: &SourceMap) -> Environments {
        let found = match place {
            Place::File(path) => self.files.get(path),
            Place::Span(span) => {
                let after = self.entries.partition_point(|(entry, _)| entry.lo <= span.lo);
                let entry = after.checked_sub(1).and_then(|i| self.entries.get(i));
                let entry = entry.filter(|(entry, _)| span.lo < entry.hi).map(|(_, of)| of);
                entry.or_else(|| self.files.get(&sources.file_of(*span)?.path))
            }
        };
        found.cloned().unwrap_or_default()
    }
}

fn environment(instance: &Instance) -> Option<Arc<str>> {
    instance.environment.as_ref().map(|e| Arc::clone(&e.value))
}

/// The values files beside the spec that a source names.
fn values(source: &Source) -> impl Iterator<Item = &str> {
    source.helm.iter().flat_map(|helm| helm.value_files.iter()).filter_map(|file| match file {
        ValueFile::Own(path) => Some(&**path),
        ValueFile::Remote(_) => None,
    })
}
