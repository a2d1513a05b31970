//! Which classes of changes somebody refuses, and what was accepted all the same.

use std::collections::BTreeSet;

use super::{Change, Changes, Class};
use crate::base::Span;
use crate::diag::{Finding, Place};
use crate::source::path::LONGEST;

crate::codes! {
    /// A change is of a class that was refused with `--deny`.
    ///
    /// The message says what the change would do, and why it has that class. What is refused is not to happen by accident:
    /// deleting an Application with all it made, or widening a right, looks as small in a diff as a new label. Take the
    /// change back, or accept it where the spec says which changes are meant, with a reason.
    DENIED_CHANGE = "denied-change";
    /// A change was accepted beforehand, and there is none like it.
    ///
    /// What is accepted for good accepts the next accident too. Take the entry out once the change is done, or mend the
    /// class or the pattern.
    UNUSED_ACKNOWLEDGEMENT = "unused-acknowledgement": warning late;
    /// The last day on which a change is let through is over.
    ///
    /// An entry of `acknowledge` with `until` lets its change through up to that day and not longer, so that what was
    /// meant once is not let through for good. Take the entry out; if the change is still to come, look at it again and set
    /// another day.
    EXPIRED_ACKNOWLEDGEMENT = "expired-acknowledgement": warning late;
}

/// A change that was accepted beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The class.
    pub class: Class,
    /// A glob over the label of the object before or after (`Application argocd/harbor`), or over the path of its file.
    pub object: String,
    /// Where it was accepted.
    pub span: Span,
}

/// Findings about changes of the classes in `denied`, but for those that are acknowledged: an error for each. An
/// acknowledgement that no change of the tree needs is a warning.
#[must_use]
pub fn gate(changes: &Changes, denied: &BTreeSet<Class>, acknowledged: &[Acknowledgement]) -> Vec<Finding> {
    let globs: Vec<Option<globset::GlobMatcher>> = acknowledged.iter().map(|a| glob(&a.object)).collect();
    let mut used = vec![false; acknowledged.len()];
    let mut found = Vec::new();
    for change in &changes.all {
        let classes: BTreeSet<Class> = change.impacts.iter().map(|impact| impact.class).collect();
        for class in classes {
            let names = names(change);
            let mut accepted = false;
            for ((accept, glob), used) in acknowledged.iter().zip(&globs).zip(&mut used) {
                let fits = |name: &String| glob.as_ref().is_some_and(|g| g.is_match(name)) || *name == accept.object;
                if accept.class == class && names.iter().any(fits) {
                    (accepted, *used) = (true, true);
                }
            }
            if denied.contains(&class) && !accepted {
                found.push(refusal(change, class));
            }
        }
    }
    let unused = acknowledged.iter().zip(used).filter(|(_, used)| !used);
    found.extend(unused.map(|(accept, _)| {
        let message = format!("no change of class {} fits `{}`", accept.class, accept.object);
        let help = "take the entry out once its change is done, or mend the class or the pattern";
        Finding::warning(&UNUSED_ACKNOWLEDGEMENT, accept.span, message, help)
    }));
    found
}

/// What acknowledgements may call a change.
fn names(change: &Change) -> Vec<String> {
    let subjects = change.before.iter().chain(&change.after);
    subjects.flat_map(|subject| [subject.label(), subject.path.to_string()]).collect()
}

fn refusal(change: &Change, class: Class) -> Finding {
    let label = change.subject().map(super::Subject::label).unwrap_or_default();
    let reasons = change.impacts.iter().filter(|impact| impact.class == class);
    let mut reasons: Vec<&str> = reasons.map(|impact| &*impact.reason).collect();
    let more = reasons.len().saturating_sub(3);
    reasons.truncate(3);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    let message = format!("{label}: {class}: {}{more}", reasons.join("; "));
    let entry = format!("{{ change: {class}, object: {label:?}, reason: … }}");
    let help = format!("take the change back, or add `{entry}` under `acknowledge` in the spec");
    Finding::error(&DENIED_CHANGE, Place::File(change.path().to_owned()), message, help)
}

fn glob(pattern: &str) -> Option<globset::GlobMatcher> {
    let fits = pattern.len() <= LONGEST;
    fits.then(|| globset::Glob::new(pattern).ok())?.map(|glob| glob.compile_matcher())
}
