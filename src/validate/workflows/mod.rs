//! The rules over objects of Argo Workflows and Argo Events, whoever wrote them: the spec, a raw manifest, a template.
//!
//! | file | holds |
//! |---|---|
//! | `facts` | from a document to facts, in parallel |
//! | `scene` | all of them at their places |
//! | `parts` | templates, steps, arguments, as they stand in an object |
//! | `variables` | what a text reads between `{{` and `}}` |
//! | `names` | names that are there once, and templates that are there |
//! | `parameters` | parameters that are read and not declared |
//! | `order` | steps that are read, and whether they come before |
//! | `arguments` | what callers pass |
//! | `events` | Sensors against EventSources |
//! | `pods` | pods against the pod security of their namespace |

mod arguments;
mod events;
mod facts;
mod names;
mod order;
mod parameters;
mod parts;
mod pods;
mod scene;
mod variables;

use crate::diag::{Bag, Code};
use crate::model::plan::Plan;
use crate::source::SourceMap;
pub use facts::{Facts, document};
use scene::Scene;

/// The codes of these rules.
pub const CODES: &[&[&Code]] =
    &[names::CODES, parameters::CODES, order::CODES, arguments::CODES, events::CODES, pods::CODES];

/// Checks all of them together.
pub fn together(plan: &Plan, sources: &SourceMap, facts: &[Facts], bag: &mut Bag) {
    if facts.is_empty() {
        return;
    }
    let scene = Scene::new(plan, sources, facts);
    names::check(&scene, bag);
    parameters::check(&scene, bag);
    order::check(&scene, bag);
    arguments::check(&scene, bag);
    events::check(&scene, bag);
    pods::check(&scene, bag);
}
