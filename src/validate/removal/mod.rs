//! What is deleted without anybody asking: data that a sync prunes, and what everything rests on, with its Application.
//!
//! | file | holds |
//! |---|---|
//! | `facts` | from a document to what matters when something is deleted, in parallel |
//! | `scene` | who deploys what, and what keeps it |
//! | `state` | objects and charts that hold data |
//! | `prune` | data that automated sync deletes |
//! | `cascade` | what goes with an Application |

mod cascade;
mod facts;
mod prune;
mod scene;
mod state;

use crate::diag::{Bag, Code};
use crate::model::plan::Plan;
use crate::rbac::Version;
use crate::source::SourceMap;
use crate::validate::Seen;
use crate::validate::secrets::Chart;
pub use facts::{Facts, document};
use scene::Scene;

/// The codes of these rules.
pub const CODES: &[&[&Code]] = &[prune::CODES, cascade::CODES];

/// What the rules look at.
pub struct Input<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// Version of Argo CD.
    pub argocd: Version,
    /// What each document has to do with deletion.
    pub facts: &'a [Facts],
    /// All charts with their values.
    pub charts: &'a [Chart<'a>],
    /// All objects.
    pub seen: &'a [Seen],
}

/// Checks everything together.
pub fn together(input: &Input, bag: &mut Bag) {
    let scene = Scene::new(input);
    prune::check(&scene, bag);
    cascade::check(&scene, bag);
}
