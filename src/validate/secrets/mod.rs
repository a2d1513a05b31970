//! The rules that prove that secrets arrive: from the store, into the Secret, under the key, in the
//! namespace where they are read.
//!
//! | file | holds |
//! |---|---|
//! | `facts` | what one document has to do with secrets |
//! | `read` | from a document to facts, in parallel |
//! | `charts`, `chart_files` | Helm charts with their effective values, and what they read in silence |
//! | `scene` | all facts by cluster and namespace |
//! | `known` | what is made elsewhere |
//! | `mentions` | the search for a name in whole texts, for the few that facts can't settle |
//! | `rules` | the rules |

mod chart_files;
mod charts;
mod classes;
mod facts;
mod known;
mod mentions;
mod read;
mod rules;
mod scene;
mod unseen;

use crate::base::hash::HashSet;

use crate::diag::{Bag, Code};
use crate::model::document::Document;
use crate::model::plan::Plan;
use crate::source::SourceMap;
pub use charts::{Chart, explained, loose};
pub use facts::{Facts, Kind, Role};
pub use known::Known;
use mentions::Mentions;
pub use mentions::Text;
use rules::{bindings, external_secret, keys, provider_class, references, served, stores, unused, vault, versions};
use scene::Scene;
pub use scene::{Placed, Places, charts as charts_of, nowhere, place};
pub use unseen::Unseen;

/// The codes of these rules.
pub const CODES: &[&[&Code]] = &[
    stores::CODES,
    references::CODES,
    keys::CODES,
    unused::CODES,
    bindings::CODES,
    served::CODES,
    vault::CODES,
    versions::CODES,
    external_secret::CODES,
    provider_class::CODES,
];

/// What one document has to do with secrets, if anything. What is wrong with it on its own goes to `bag`.
pub fn document(document: &Document, sources: &SourceMap, bag: &mut Bag) -> Option<Facts> {
    let at = |span| sources.in_input(span, document.origin);
    versions::document(document, at, bag);
    let facts = read::facts(document, sources)?;
    external_secret::document(document, at, bag);
    provider_class::document(document, at, bag);
    Some(facts)
}

/// What the rules look at.
pub struct Input<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// What all documents have to do with secrets, at their places.
    pub objects: &'a [Placed<'a>],
    /// All charts with their values.
    pub charts: &'a [Chart<'a>],
    /// Charts with values that nothing names.
    pub loose: &'a [Chart<'a>],
    /// All objects as they are written.
    pub texts: &'a [Text<'a>],
    /// What is made elsewhere.
    pub known: Known<'a>,
}

/// Checks all documents together.
pub fn together(input: &Input, bag: &mut Bag) {
    let scene = Scene::new(input);
    stores::check(&scene, bag);
    keys::check(&scene, bag);
    vault::check(&scene, bag);
    served::check(&scene, bag);
    bindings::check(input.plan, &scene, bag);
    versions::check(&scene, bag);
    let dangling = references::dangling(&scene);
    let unread = unused::unread(&scene);
    let wanted: HashSet<&str> = references::names(&dangling).into_iter().chain(unused::names(&unread)).collect();
    let mentions = Mentions::of(&wanted, input.texts, input.charts);
    references::report(&scene, &dangling, input.texts, &mentions, bag);
    unused::report(&scene, &unread, input.texts, &mentions, bag);
}
