//! What is known of the output before it is there, so that threads with nothing to do get ready for it.

use std::collections::BTreeSet;

use crate::model::gathered::Gathered;

/// Kinds that are sure to come out: API version and kind.
pub fn kinds(gathered: &Gathered) -> BTreeSet<(&str, &str)> {
    let docs = gathered.manifests.values().flatten().flat_map(|file| &file.docs);
    let given = docs.filter_map(|doc| Some((doc.str_at("apiVersion")?, doc.str_at("kind")?)));
    given.chain([("argoproj.io/v1alpha1", "Application"), ("argoproj.io/v1alpha1", "AppProject")]).collect()
}
