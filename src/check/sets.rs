//! What an `ApplicationSet` asks for is what its controller does.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::spec::{App, AppSet, Criticality, FinalizerChoice};
use crate::shape::Text;

crate::codes! {
    /// The template of an ApplicationSet has keys that mean nothing there.
    ///
    /// Generated Applications come from the generators: their name and destination stand beside the
    /// template, and what depends on one app at one cluster can't be known.
    SET_TEMPLATE_KEY = "set-template-key";
    /// What becomes of deployed resources is said twice, in different ways.
    ///
    /// The controller gives generated Applications the finalizer that deletes resources, unless
    /// `preserveResourcesOnDeletion` is set; and a finalizer in the template deletes them although it
    /// is set (Argo CD 3.x, applicationset controller).
    SET_DELETION = "set-deletion";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    for set in facts.spec.application_sets.iter() {
        keys(&set.name, &set.item.template, bag);
        deletion(&set.name, &set.item, bag);
    }
}

fn keys(name: &Text, template: &App, bag: &mut Bag) {
    let given = [
        ("category", template.category.is_some()),
        ("project", template.project.is_some()),
        ("namespace", template.namespace.is_some()),
        ("fileName", template.file_name.is_some()),
        ("foundation", template.foundation.is_some()),
        ("manifests", !template.manifests.is_empty()),
        ("folder", template.folder.is_some()),
        ("environments", !template.environments.is_empty()),
        ("clusters", template.clusters.is_some()),
        ("as", template.form.is_some()),
        ("destinationBy", template.destination_by.is_some()),
        ("dependsOn", !template.depends_on.is_empty()),
        ("wave", template.wave.is_some()),
        ("overrides", !template.overrides.is_empty()),
        ("vars", !template.vars.is_empty()),
    ];
    let given: Vec<String> = given.iter().filter(|(_, is)| *is).map(|(key, _)| format!("`{key}`")).collect();
    if !given.is_empty() {
        let message = format!("the template of `{}` has no use for {}", &**name, given.join(", "));
        let help = "take it out; `category`, `project` and `destination` stand beside `template`";
        bag.push(Finding::error(&SET_TEMPLATE_KEY, template.span, message, help));
    }
}

fn deletion(name: &Text, set: &AppSet, bag: &mut Bag) {
    let template = &set.template;
    let deletes = matches!(template.finalizer, Some(FinalizerChoice::Foreground | FinalizerChoice::Background));
    let stays = match template.finalizer {
        Some(choice) => choice == FinalizerChoice::None,
        None => template.criticality == Some(Criticality::Critical),
    };
    let message = match set.preserve_resources_on_deletion {
        Some(true) if deletes => {
            "keeps resources when it is deleted, but its template has a finalizer that deletes them"
        }
        Some(false) if stays => "deletes resources when it is deleted, but its template says that they stay",
        _ => return,
    };
    let help = "keep one of `preserveResourcesOnDeletion` and the template's `finalizer` or `criticality`";
    bag.push(Finding::error(&SET_DELETION, template.span, format!("`{}` {message}", &**name), help));
}
