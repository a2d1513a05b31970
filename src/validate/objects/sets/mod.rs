//! ApplicationSets (Argo CD 3.x, `applicationset/`).
//!
//! | file | holds |
//! |---|---|
//! | `text` | expressions in texts, in both languages |
//! | `given` | the parameters that generators give |
//! | `expressions` | expressions against language and parameters |
//! | `shape` | names, elements, patches |
//! | `rolling` | steps of a rolling sync |

mod expressions;
mod given;
mod rolling;
mod shape;
mod text;

use super::look::Look;
use crate::diag::{Bag, Code};

/// The codes of these rules.
pub const CODES: &[&[&Code]] = &[expressions::CODES, shape::CODES, rolling::CODES];

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    if !look.is_argo("ApplicationSet") {
        return;
    }
    expressions::check(look, bag);
    shape::check(look, bag);
    rolling::check(look, bag);
}
