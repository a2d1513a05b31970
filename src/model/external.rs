//! What something else makes, by word of the user, and which of it the rules asked for.

use std::sync::atomic::{AtomicBool, Ordering};

use super::spec::{ExternalKind, ExternalObject};
use crate::base::names::fits;
use crate::shape::Text;

/// Objects that something else makes. Cluster, namespace and name may hold `*`.
#[derive(Debug, Default)]
pub struct Externals(Vec<External>);

#[derive(Debug)]
struct External {
    object: ExternalObject,
    /// Whether anything was sound only because of it. Rules ask on all threads.
    needed: AtomicBool,
}

impl Externals {
    /// Those of a list.
    #[must_use]
    pub fn new(stated: Vec<ExternalObject>) -> Externals {
        let one = |object| External { object, needed: AtomicBool::new(false) };
        Externals(stated.into_iter().map(one).collect())
    }

    /// Whether something else makes an object of one of those kinds. Objects of a cluster have the empty namespace. What is
    /// asked for counts as needed, so whoever asks has found nothing else that makes it.
    pub fn has(&self, kinds: &[ExternalKind], cluster: &str, namespace: &str, name: &str) -> bool {
        let at = |pattern: &Option<Text>, text: &str| pattern.as_ref().is_none_or(|p| fits(p, text));
        self.any(kinds, name, |object| at(&object.cluster, cluster) && at(&object.namespace, namespace))
    }

    /// Whether something else makes one in any namespace.
    pub fn has_somewhere(&self, kind: ExternalKind, name: &str) -> bool {
        self.any(&[kind], name, |_| true)
    }

    fn any(&self, kinds: &[ExternalKind], name: &str, there: impl Fn(&ExternalObject) -> bool) -> bool {
        let fits = |e: &&External| kinds.contains(&e.object.kind) && fits(&e.object.name, name) && there(&e.object);
        let mut found = false;
        for external in self.0.iter().filter(fits) {
            external.needed.store(true, Ordering::Relaxed);
            found = true;
        }
        found
    }

    /// Those that nothing asked for.
    pub fn unneeded(&self) -> impl Iterator<Item = &ExternalObject> {
        self.0.iter().filter(|e| !e.needed.load(Ordering::Relaxed)).map(|e| &e.object)
    }
}
