//! The template of an ApplicationSet holds only what generated Applications can take.

use super::Facts;
use crate::diag::{Bag, Finding};

crate::codes! {
    /// The `template` of an ApplicationSet has a key that has no meaning there.
    ///
    /// The controller makes the Applications inside the cluster, so nothing can be written beside them,
    /// ordered against them or chosen for them here. Category, project, name and destination stand
    /// beside `template`, and the defaults of apps do not apply to it.
    SET_TEMPLATE_KEY = "set-template-key";
}

/// Keys of an app that an ApplicationSet's template can't use, each with what to do instead.
const REFUSED: &[(&str, &str)] = &[
    ("category", "set it beside `template`"),
    ("project", "set it beside `template`"),
    ("namespace", "set `destination.namespace` beside `template`"),
    ("fileName", "set it beside `template`"),
    ("clusters", "use a `clusters` generator"),
    ("destinationBy", "set `destination` beside `template`"),
    ("manifests", "name a folder in git with `source.git`"),
    ("folder", "name a folder in git with `source.git`"),
    ("foundation", "take it out"),
    ("dependsOn", "use `strategy` to order generated Applications"),
    ("wave", "use `strategy` to order generated Applications"),
    ("overrides", "use `templatePatch`, or values of the generator"),
    ("vars", "take it out"),
];

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for set in facts.spec.application_sets.iter() {
        for entry in set.item.template.raw.as_map().into_iter().flatten() {
            let Some((key, help)) = REFUSED.iter().find(|(key, _)| *key == &*entry.key) else { continue };
            let message = format!("`{key}` has no meaning in the template of an ApplicationSet");
            bag.push(Finding::error(&SET_TEMPLATE_KEY, entry.key_span, message, *help));
        }
    }
}
