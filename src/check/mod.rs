//! Stage: the spec as a whole: every reference, name and order.
//!
//! Each rule is a file of its own and sees everything; none stops the others.

mod complete;
mod destinations;
mod facts;
mod labels;
mod names;
mod namespaces;
mod order;
mod references;
mod sources;
mod sync;
mod versions;

use crate::diag::{Bag, Code};
use crate::model::gathered::Gathered;
use crate::model::instance::Resolved;
use crate::model::order::Order;
use crate::model::spec::Spec;
pub use facts::Facts;

/// What the checks let through.
#[derive(Debug)]
pub struct Checked {
    /// The waves that follow from `dependsOn`.
    pub order: Order,
}

/// Runs all rules. The product is of use only when the bag holds no error.
pub fn check(spec: &Spec, resolved: &Resolved, gathered: &Gathered, bag: &mut Bag) -> Checked {
    let facts = Facts::new(spec, resolved, gathered);
    for rule in RULES {
        rule(&facts, bag);
    }
    Checked { order: order::order(&facts, bag) }
}

type Rule = fn(&Facts, &mut Bag);

const RULES: &[Rule] = &[
    versions::check,
    references::check,
    complete::check,
    sources::check,
    names::check,
    labels::check,
    sync::check,
    destinations::check,
    namespaces::check,
];

/// The codes of all rules.
pub const CODES: &[&[&Code]] = &[
    versions::CODES,
    complete::CODES,
    sources::CODES,
    names::CODES,
    sync::CODES,
    destinations::CODES,
    namespaces::CODES,
    order::CODES,
];
