//! The rules over one object each, whoever wrote it: the spec, a raw manifest, a template.
//!
//! They say what a schema can't, or say it better; a fault of the schema at the same place is left out then.
//!
//! | file | holds |
//! |---|---|
//! | `look` | what a rule sees of an object |
//! | `annotations` | waves, hooks and other annotations of Argo CD |
//! | `sync_options` | options of Applications and of single objects |
//! | `finalizers` | finalizers of Argo CD |
//! | `application` | source and destination of Applications |
//! | `ignores` | what `ignoreDifferences` ignores |
//! | `sets` | ApplicationSets |
//! | `traefik` | Middlewares of Traefik |

mod annotations;
mod application;
mod finalizers;
mod ignores;
mod look;
mod sets;
mod sync_options;
mod traefik;

use crate::diag::{Bag, Code};
use crate::model::document::Document;
use crate::source::SourceMap;
use look::Look;

/// The codes of these rules.
#[must_use]
pub fn codes() -> Vec<&'static [&'static Code]> {
    let own = [annotations::CODES, application::CODES, finalizers::CODES, ignores::CODES, sync_options::CODES];
    own.into_iter().chain([traefik::CODES]).chain(sets::CODES.iter().copied()).collect()
}

type Rule = fn(&Look, &mut Bag);

const RULES: &[Rule] = &[
    annotations::check,
    sync_options::check,
    finalizers::check,
    application::check,
    ignores::check,
    sets::check,
    traefik::check,
];

/// Checks one object.
pub fn document(document: &Document, sources: &SourceMap, bag: &mut Bag) {
    let Some(look) = Look::new(document, sources) else { return };
    for rule in RULES {
        rule(&look, bag);
    }
}
