//! Apps whose Applications one ApplicationSet makes.

use super::Facts;
use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;
use crate::shape::Text;

crate::codes! {
    /// An app is to be one ApplicationSet, but its Applications belong into several places of the tree.
    ///
    /// The ApplicationSet is one file, held by the parent of one category. So its Applications have one `category`
    /// and one `fileName`. Set these on the app itself, or write `as: applications`.
    SET_IN_SEVERAL_PLACES = "set-in-several-places";
    /// An app of the foundation is to be an ApplicationSet.
    ///
    /// The root holds the foundation so that everything else can wait for it, and nothing can wait for what an
    /// ApplicationSet makes. Take `foundation` out, or write `as: applications`.
    SET_IN_FOUNDATION = "set-in-foundation";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for numbers in facts.by_app.values() {
        let mut all = numbers.iter().filter_map(|&n| facts.instances.get(n));
        let Some(first) = all.next().filter(|i| i.is_generated()) else { continue };
        if let Some(founding) = std::iter::once(first).chain(all.clone()).find(|i| i.is_foundation()) {
            let message = format!("app `{}` of the foundation is an ApplicationSet", &*founding.app);
            let help = "take `foundation` out, or write `as: applications`";
            bag.push(Finding::error(&SET_IN_FOUNDATION, founding.span(), message, help));
        }
        for (key, of) in KEYS {
            if let Some(other) = all.clone().find(|i| of(i).map(|t| &**t) != of(first).map(|t| &**t)) {
                bag.push(differ(key, first, of(first), other, of(other)));
            }
        }
    }
}

/// A key, and its value for an app at a place.
type Key = (&'static str, fn(&Instance) -> Option<&Text>);

const KEYS: &[Key] = &[("category", |i| i.body.category.as_ref()), ("fileName", |i| i.body.file_name.as_ref())];

fn differ(key: &str, first: &Instance, a: Option<&Text>, other: &Instance, b: Option<&Text>) -> Finding {
    let said = |value: Option<&Text>| value.map_or_else(|| "none".to_owned(), |v| format!("`{}`", &**v));
    let message = format!(
        "app `{}` is one ApplicationSet, but has the `{key}` {} {} and {} {}",
        &*first.app,
        said(a),
        first.place(),
        said(b),
        other.place()
    );
    let help = format!("set `{key}` on the app itself and not where it differs, or write `as: applications`");
    let place = |value: Option<&Text>| value.map_or(Span::NONE, |v| v.span);
    // The later one is that of the override rather than of a default.
    let at = place(a).max(place(b));
    Finding::error(&SET_IN_SEVERAL_PLACES, at.or(first.span()), message, help).also(first.span(), "this app")
}
