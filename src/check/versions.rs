//! Versions that behaviour follows can be read.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::context::parse_version;

crate::codes! {
    /// The version of Argo CD can't be read, or is one that this program does not know.
    ///
    /// Fields, defaults and checks follow the version, so it has to be right. Versions from 2.14 on
    /// are known.
    ARGOCD_VERSION = "argocd-version";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let version = facts.spec.argocd_version();
    if parse_version(&version).is_none_or(|v| v < (2, 14)) {
        let message = format!("`{}` is not a version of Argo CD that is known here", &*version);
        let help = "write major and minor in quotes, 2.14 or newer: `version: \"3.1\"`";
        bag.push(Finding::error(&ARGOCD_VERSION, version.span, message, help));
    }
}
