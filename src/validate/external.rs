//! What is said to be made elsewhere, and nothing here needs.

use crate::diag::{Bag, Finding};
use crate::model::plan::Plan;

crate::codes! {
    /// An entry of `external` stands for an object that nothing in the platform names, or that the platform makes itself.
    ///
    /// Each entry is a word that is believed without proof. One that is left over hides the day when the name is used again,
    /// by a misspelling, say. Nothing is said of objects that are named only where they may be missing.
    ///
    /// Take the entry out, or mend its kind, name, namespace or cluster. This is a note: it stops nothing.
    UNUSED_EXTERNAL = "unused-external": note;
}

/// Runs the rule, when all others have asked for what they need.
pub fn check(plan: &Plan, bag: &mut Bag) {
    for object in plan.external.unneeded() {
        let (kind, name) = (object.kind.word(), &*object.name);
        let place = object.namespace.as_ref().map_or_else(String::new, |of| format!(" in namespace `{}`", &**of));
        let message = format!("nothing needs {kind} `{name}`{place} from elsewhere");
        let help = "take the entry out, or mend its kind, name, namespace or cluster";
        bag.push(Finding::note(&UNUSED_EXTERNAL, object.name.span, message, help));
    }
}
