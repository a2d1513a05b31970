//! Who may do what: names, lines that Argo CD would refuse or never look at, and what the spec expects.

mod expect;
mod lines;
mod people;
mod projects;

use super::Facts;
use crate::diag::{Bag, Code};
use crate::model::judge::Judge;

/// The codes of these rules.
pub const ALL_CODES: &[&[&Code]] = &[expect::CODES, lines::CODES, people::CODES, projects::CODES];

/// Runs the rules. Without `access` and roles of projects there is nothing to judge.
pub fn check(facts: &Facts, bag: &mut Bag) {
    projects::check(facts.spec, bag);
    let has_roles = facts.spec.projects.iter().any(|project| !project.item.roles.is_empty());
    if facts.spec.access.is_none() && !has_roles {
        return;
    }
    let judge = Judge::new(facts.spec);
    lines::check(&judge, bag);
    if let Some(access) = facts.spec.access.as_deref() {
        people::check(access, bag);
        expect::check(access, &judge, bag);
    }
}
