//! The finding for a name that nothing bears.

use crate::base::suggest;
use crate::diag::Finding;
use crate::shape::Text;

crate::codes! {
    /// A name points at something that the spec does not hold: a cluster, category, environment,
    /// project, repository or app.
    ///
    /// Names are resolved over all files of the spec. Mend the spelling, or add the entry.
    UNKNOWN_REFERENCE = "unknown-reference": error fixable;
}

/// A finding for `name`, which is none of the `known` names of a section of the spec.
pub fn unknown<'n>(what: &str, name: &Text, known: impl IntoIterator<Item = &'n str>, section: &str) -> Finding {
    let known: Vec<&str> = known.into_iter().collect();
    let help = match suggest::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("add `{}: …` under `{section}`", &**name),
        None => {
            let listing = suggest::listing(known.iter().copied(), 20);
            format!("write one of {listing}, or add `{}` under `{section}`", &**name)
        }
    };
    let message = format!("there is no {what} `{}`", &**name);
    let finding = Finding::error(&UNKNOWN_REFERENCE, name.span, message, help).label(format!("no such {what}"));
    match suggest::sure(name, known) {
        Some(sure) => finding.replacing(name.span, &**name, sure),
        None => finding,
    }
}
