//! Secrets in plain text: in the spec, in the files that it names, and in everything that comes out.
//!
//! What counts is decided by [`secrecy`](crate::base::secrecy); here is where to look: which parts of
//! which objects hold values, and which only names and references.

mod views;
mod walk;

use rayon::prelude::*;

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::model::gathered::Gathered;
use crate::model::plan::PlainFile;
use crate::source::SourceMap;
use crate::yaml;
use views::View;
use walk::{Hit, Walk};

crate::codes! {
    /// A secret stands in the input in plain text, or in base64, which is no better.
    ///
    /// What is rendered goes into git, where everybody who can read the repository reads it, for good: a
    /// later commit does not take it out of the history. Found are values under keys such as `password`,
    /// `token`, `clientSecret` or `privateKey`, the contents of objects of kind Secret, and whatever has
    /// the shape of a token, a private key, a password hash or a URL with a password. References don't count:
    /// names of Secrets and keys, paths, `$key` and `$secret:key` of Argo CD, variables and templates.
    ///
    /// Reports show dots in the place of the secret. Keep it in the secret store, let an ExternalSecret write
    /// the Secret, and give the chart the name of that Secret, as by `existingSecret`. A secret that has
    /// been pushed once must be replaced by a new one.
    PLAINTEXT_SECRET = "plaintext-secret": error allowable;
}

const HELP: &str = "keep it in the secret store, let an ExternalSecret write the Secret, and name that Secret here; \
                    if it was ever pushed, make a new one, as git forgets nothing";

/// Finds secrets in plain text.
#[derive(Clone, Copy, Debug)]
pub struct Scanner<'a> {
    /// The texts that values come from.
    pub sources: &'a SourceMap,
}

impl Scanner<'_> {
    /// Looks through the spec, as it was read from its files.
    pub fn spec(&self, root: &Value, bag: &mut Bag) {
        let Some(map) = root.as_map() else { return };
        let parts: Vec<(&str, &Value)> = map.iter().flat_map(|e| parts(&e.key, &e.value)).collect();
        let view = |path: &str| if path == "secrets" { View::Shapes } else { View::Spec };
        let found: Vec<Bag> = parts.par_iter().map(|(path, value)| self.one(value, path, view(path))).collect();
        found.into_iter().for_each(|found| bag.extend(found));
    }

    /// Looks through the manifests and values files that the spec names.
    pub fn files(&self, gathered: &Gathered, bag: &mut Bag) {
        let values = gathered.values.values().map(|file| (&file.value, View::Values));
        let mut seen = std::collections::BTreeSet::new();
        let manifests = gathered.manifests.values().flatten().filter(|file| seen.insert(file.path.as_str()));
        let docs = manifests.flat_map(|file| file.docs.iter()).map(|doc| (doc, views::of_object(doc)));
        let all: Vec<(&Value, View)> = values.chain(docs).collect();
        let found: Vec<Bag> = all.par_iter().map(|(value, view)| self.one(value, "", *view)).collect();
        found.into_iter().for_each(|found| bag.extend(found));
    }

    /// Looks through values files that are in the tree already.
    pub fn values(&self, files: &[PlainFile], bag: &mut Bag) {
        let values: Vec<&Value> = files.iter().filter_map(|file| file.value.as_ref()).collect();
        let found: Vec<Bag> = values.par_iter().map(|value| self.one(value, "", View::Values)).collect();
        found.into_iter().for_each(|found| bag.extend(found));
    }

    /// Looks through an object that comes out. Whether it is a Secret, and holds one.
    pub fn document(&self, document: &Document, bag: &mut Bag) -> bool {
        let view = views::of_object(&document.value);
        let mut walk = Walk::new(self.sources);
        walk.value(&document.value, view);
        let hits = walk.into_hits();
        let found = view == View::Secret && !hits.is_empty();
        Self::report(hits, document.origin, bag);
        found
    }

    /// Looks through a file that comes out and is no object.
    pub fn plain(&self, file: &PlainFile, bag: &mut Bag) {
        let Ok(text) = std::str::from_utf8(&file.bytes) else { return };
        let at = file.template.or(file.origin);
        let structured = [".yaml", ".yml", ".json"].iter().any(|end| file.path.ends_with(end));
        let docs = structured.then(|| yaml::read_embedded(text, at).ok()).flatten();
        let mut walk = Walk::new(self.sources);
        match &docs {
            Some(docs) => docs.iter().for_each(|doc| walk.value(doc, views::of_object(doc))),
            None => walk.text(text, at),
        }
        Self::report(walk.into_hits(), file.origin, bag);
    }

    fn one(self, value: &Value, path: &str, view: View) -> Bag {
        let mut bag = Bag::new();
        let mut walk = Walk::below(self.sources, path);
        walk.value(value, view);
        Self::report(walk.into_hits(), Span::NONE, &mut bag);
        bag
    }

    fn report(hits: Vec<Hit>, origin: Span, bag: &mut Bag) {
        for hit in hits {
            let place = hit.place.or(origin);
            let finding = Finding::error(&PLAINTEXT_SECRET, place, hit.message(), HELP);
            let finding = if hit.shown { finding.label("not shown here") } else { finding };
            bag.push(hit.masks.iter().fold(finding, |finding, span| finding.hide(*span, &hit.text)));
        }
    }
}

/// A part of the spec, and for `apps` each of them by itself: there may be thousands.
fn parts<'v>(key: &'v str, value: &'v Value) -> Vec<(&'v str, &'v Value)> {
    match value.as_map().filter(|_| key == "apps") {
        Some(apps) => apps.iter().map(|app| (&*app.key, &app.value)).collect(),
        None => vec![(key, value)],
    }
}
