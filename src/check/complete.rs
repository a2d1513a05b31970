//! Each app has what an Application can't do without.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::instance::Instance;

crate::codes! {
    /// An app lacks something that an Application can't do without: a category, a namespace, or
    /// anything to deploy.
    ///
    /// The key may stand in the app itself, in the category's or environment's `app`, in
    /// `defaults.app` or in an override.
    APP_INCOMPLETE = "app-incomplete";
    /// An app has both `source` and `sources`. Argo CD would pass over `source` in silence.
    SOURCE_AND_SOURCES = "source-and-sources";
    /// A category holds no app, so its parent would be an Application without resources.
    EMPTY_CATEGORY = "empty-category";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for instance in facts.instances {
        app(instance, facts, bag);
    }
    // With a name misspelled somewhere, an empty category is most likely the one that was meant.
    let misspelled = |i: &Instance| facts.spec.categories.named(i.category()).is_none();
    if facts.instances.iter().any(misspelled) {
        return;
    }
    for category in facts.spec.categories.iter() {
        let name = &*category.name;
        let used = facts.instances.iter().any(|i| i.category() == name)
            || facts.spec.application_sets.iter().any(|s| &*s.item.category == name);
        if !used {
            let help = "put an app into it, or take the category out";
            let finding =
                Finding::warning(&EMPTY_CATEGORY, category.name.span, format!("category `{name}` holds no app"), help);
            bag.push(finding.label("no app has this category"));
        }
    }
}

fn app(instance: &Instance, facts: &Facts, bag: &mut Bag) {
    let body = &instance.body;
    let name = &*instance.app;
    let mut lacks = |what: &str, help: &str| {
        let finding = Finding::error(&APP_INCOMPLETE, instance.span(), format!("app `{name}` has no {what}"), help);
        bag.push(finding);
    };
    if body.category.is_none() {
        let known = crate::base::suggest::listing(facts.spec.categories.names(), 10);
        lacks("category", &format!("add `category: …`; the categories are {known}"));
    }
    if body.namespace.is_none() {
        lacks("namespace", &format!("add `namespace: {name}`, or another one to deploy to"));
    }
    let empty = body.source.is_none() && body.sources.is_empty() && body.manifests.is_empty();
    if empty {
        lacks("source", "add `source:` with `helm`, `git` or `oci`, or name raw `manifests`");
    }
    if let (Some(source), false) = (&body.source, body.sources.is_empty()) {
        let message = format!("app `{name}` has both `source` and `sources`");
        let finding =
            Finding::error(&SOURCE_AND_SOURCES, source.span, message, "move the source into the list `sources`");
        bag.push(finding.label("this one would be passed over").also(body.sources.span, "because of this list"));
    }
}
