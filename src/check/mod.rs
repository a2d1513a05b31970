//! Stage: the spec as a whole: every reference, name and order.
//!
//! Each rule is a file of its own and sees everything; none stops the others.

mod access;
mod azure;
mod builds;
mod complete;
mod destinations;
mod environments;
mod facts;
mod generated;
mod identity;
mod labels;
mod names;
mod namespaces;
mod order;
mod protected;
mod references;
mod secrets;
mod self_service;
mod sets;
mod sources;
mod stores;
mod sync;
mod versions;

use crate::diag::{Bag, Code};
use crate::model::gathered::Gathered;
use crate::model::instance::Resolved;
use crate::model::order::Order;
use crate::model::spec::Spec;
pub use access::ALL_CODES as ACCESS_CODES;
pub use facts::Facts;
pub use self_service::ALL_CODES as SELF_SERVICE_CODES;

/// Runs all rules, and derives the waves, which are right only when the bag holds no error.
pub fn check(spec: &Spec, resolved: &Resolved, gathered: &Gathered, bag: &mut Bag) -> Order {
    let facts = Facts::new(spec, resolved, gathered);
    for rule in RULES {
        rule(&facts, bag);
    }
    order::order(&facts, bag)
}

type Rule = fn(&Facts, &mut Bag);

const RULES: &[Rule] = &[
    versions::check,
    references::check,
    complete::check,
    sources::check,
    builds::check,
    names::check,
    labels::check,
    sync::check,
    destinations::check,
    namespaces::check,
    sets::check,
    environments::check,
    generated::check,
    protected::check,
    identity::check,
    stores::check,
    azure::check,
    secrets::check,
    access::check,
    self_service::check,
];

/// The codes of all rules.
pub const CODES: &[&[&Code]] = &[
    versions::CODES,
    builds::CODES,
    complete::CODES,
    sources::CODES,
    names::CODES,
    labels::CODES,
    sets::CODES,
    destinations::CODES,
    namespaces::CODES,
    environments::CODES,
    generated::CODES,
    protected::CODES,
    identity::CODES,
    stores::CODES,
    azure::CODES,
    secrets::CODES,
    order::CODES,
];
