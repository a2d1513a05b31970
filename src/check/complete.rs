//! Each app has what an Application can't do without.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::application::SOURCE_AND_SOURCES;
use crate::model::instance::Instance;
use crate::model::secrets;

crate::codes! {
    /// An app lacks something that an Application can't do without: a category, a namespace, or
    /// anything to deploy.
    ///
    /// Argo CD would refuse the Application, or create one that deploys nothing. The key may stand in
    /// the app itself, in the category's or environment's `app`, in `defaults.app` or in an override.
    APP_INCOMPLETE = "app-incomplete";
    /// A category holds no app, so no parent Application is made for it.
    ///
    /// It is text that does nothing, often what is left over of an app that moved. Put an app or an
    /// ApplicationSet into it, or take it out.
    EMPTY_CATEGORY = "empty-category": warning;
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for instance in facts.instances {
        app(instance, facts, bag);
    }
    // An app that is found faulty may be the one that belongs there.
    let categories = if bag.errors() == 0 { &*facts.spec.categories } else { &[] };
    for category in categories {
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
    let mut lacks = |what: &'static str, help: &str| {
        // It stands there, and what is wrong with it is known.
        if instance.misread.contains(&what) {
            return;
        }
        let finding = Finding::error(&APP_INCOMPLETE, instance.span(), format!("app `{name}` has no {what}"), help);
        bag.push(finding);
    };
    if body.category.is_none() {
        let known = crate::base::suggest::listing(facts.spec.categories.names(), 10);
        let help = match known.is_empty() {
            true => "add `category: …` here, and the category under `categories`".to_owned(),
            false => format!("add `category: …`; the categories are {known}"),
        };
        lacks("category", &help);
    }
    if body.namespace.is_none() {
        lacks("namespace", &format!("add `namespace: {name}`, or another one to deploy to"));
    }
    let brings = body.builds.is_some() || secrets::of(facts.spec, 0, instance).any(|need| need.has_object());
    let empty = body.source.is_none() && body.sources.is_empty() && body.manifests.is_empty() && !brings;
    if empty && !["sources", "manifests", "secrets", "builds"].iter().any(|key| instance.misread.contains(key)) {
        lacks(
            "source",
            "add `source:` with `helm`, `git` or `oci`, name raw `manifests`, or declare `secrets` or `builds`",
        );
    }
    if let (Some(source), false) = (&body.source, body.sources.is_empty()) {
        let message = format!("app `{name}` has both `source` and `sources`");
        let finding =
            Finding::error(&SOURCE_AND_SOURCES, source.span, message, "move the source into the list `sources`");
        bag.push(finding.label("this one would be passed over").also(body.sources.span, "because of this list"));
    }
}
