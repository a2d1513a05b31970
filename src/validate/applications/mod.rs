//! The rules over Applications and ApplicationSets, whoever wrote them: the spec, a raw manifest, a template.
//!
//! | file | holds |
//! |---|---|
//! | `absent` | paths of the platform's own repository that are not there |
//! | `read` | from a document to facts, in parallel |
//! | `grants`, `kinds` | what AppProjects allow and nothing uses |
//! | `credentials` | who has credentials for what |
//! | `repositories` | sources against the repositories that are known |
//! | `revisions` | revisions that can change by themselves |
//! | `urls` | what a URL of a repository may look like |
//! | `namespaces` | namespaces that several of them go to |
//! | `overlaps` | who reads which folder |
//! | `permitted` | sources and destinations against the projects |
//! | `projects` | projects that nothing makes |
//! | `windows` | sync windows of projects |

mod absent;
mod credentials;
mod grants;
pub mod kinds;
mod namespaces;
mod overlaps;
mod permitted;
mod projects;
mod read;
mod repositories;
mod revisions;
mod urls;
mod windows;

use crate::diag::{Bag, Code};
use crate::model::plan::Plan;
pub use absent::check as absent;
pub use namespaces::check as namespaces;
pub use read::{Facts, document};

/// The codes of these rules.
pub const CODES: &[&[&Code]] = &[
    urls::CODES,
    repositories::CODES,
    revisions::CODES,
    overlaps::CODES,
    projects::CODES,
    grants::CODES,
    namespaces::CODES,
    windows::CODES,
    absent::CODES,
];

/// Checks all Applications together.
pub fn together(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    urls::check(plan, facts, bag);
    repositories::check(plan, facts, bag);
    revisions::check(plan, facts, bag);
    permitted::check(plan, facts, bag);
    overlaps::check(plan, facts, bag);
    projects::check(plan, facts, bag);
    grants::check(plan, facts, bag);
    windows::check(plan, facts, bag);
}
