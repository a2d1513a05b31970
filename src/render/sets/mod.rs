//! ApplicationSets of apps: folded from the Applications that they are to make, as templates and patches
//! left them, so that what the controller makes is the same.

mod fold;

use crate::base::hash::HashMap;
use std::sync::Arc;

use crate::base::{Map, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::document::Document;
use crate::model::plan::{AppSetPlan, Item, Plan};
use fold::Fault;

crate::codes! {
    /// An Application has something that an ApplicationSet can't give it.
    ///
    /// The controller makes Applications from a template that holds labels, annotations, finalizers and the
    /// `spec`, in the namespace of the ApplicationSet. It reads values of Helm as JSON: an empty value (null)
    /// in `valuesObject` is lost, and a whole number above 2^53 is rounded (Argo CD 3.x, applicationset/utils).
    /// Take it out, or write `as: applications` for the app; values with `valuesAs: string` keep both.
    SET_CANNOT_HOLD = "set-cannot-hold";
}

/// The ApplicationSets of a plan, from the Applications they are to make.
pub fn fold(plan: &Plan, members: &[Document], bag: &mut Bag) -> Vec<Item> {
    if plan.sets.is_empty() {
        return Vec::new();
    }
    let by_name: HashMap<&str, &Document> = members.iter().filter_map(|d| Some((name(d)?, d))).collect();
    let home = plan.platform.get("argocd").and_then(|a| a.str_at("namespace")).unwrap_or_default();
    plan.sets.iter().filter_map(|set| one(set, &by_name, home, bag)).collect()
}

/// Whether a document is an Application that an ApplicationSet makes.
pub fn is_member(plan: &Plan, document: &Document) -> bool {
    !plan.generated.is_empty()
        && document
            .type_of()
            .is_some_and(|(version, kind)| kind == "Application" && version.starts_with("argoproj.io/"))
        && name(document).is_some_and(|name| plan.generated.contains_key(name))
}

fn name(document: &Document) -> Option<&str> {
    document.value.get("metadata")?.str_at("name")
}

fn one(set: &AppSetPlan, by_name: &HashMap<&str, &Document>, home: &str, bag: &mut Bag) -> Option<Item> {
    let found: Vec<_> = set.members.iter().filter_map(|m| Some((m, *by_name.get(&*m.name)?))).collect();
    let (first, documents) = (found.first()?, found.iter().map(|(_, d)| *d));
    let faults: Vec<(&Document, Fault)> =
        documents.flat_map(|d| fold::faults(&d.value, home).into_iter().map(move |f| (d, f))).collect();
    for (document, fault) in &faults {
        let message = format!("the ApplicationSet of app `{}` can't make {}", &*set.name, fault.what);
        let finding = Finding::error(&SET_CANNOT_HOLD, fault.span.or(document.origin), message, fault.help);
        bag.push(finding.also(set.name.span, "this app is an ApplicationSet"));
    }
    if !faults.is_empty() {
        return None;
    }
    let values: Vec<&Value> = found.iter().map(|(_, d)| &d.value).collect();
    let members: Vec<_> = found.iter().map(|(m, _)| *m).collect();
    let folded = fold::fold(&members, &values);
    let stays = folded.template.get("metadata").and_then(|m| m.get("finalizers")).is_none();
    let keeps = stays.then(|| Fields::new().with("preserveResourcesOnDeletion", true).build());
    let list = Map::from_iter([("elements", Value::from(folded.elements))]);
    let generator = Value::from(Map::from_iter([("list", Value::from(list))]));
    let value = Fields::new()
        .with("name", set.name.to_value())
        .with("app", set.name.to_value())
        .with("category", Arc::clone(&set.category))
        .with("file", Arc::clone(&set.file))
        .with("path", set.path.as_str())
        .with("wave", set.wave)
        .with("annotations", set.annotations.clone())
        .with("generators", vec![generator])
        .with("goTemplate", true)
        .with("goTemplateOptions", vec![Value::from("missingkey=error")])
        .with("template", folded.template)
        .maybe("templatePatch", folded.patched.then_some("{{ toJson .patch }}"))
        .maybe("syncPolicy", keeps)
        .at(first.1.origin);
    let patches = Arc::from(set.patches.clone());
    Some(Item { name: Arc::clone(&set.name.value), span: set.name.span, value, patches })
}
