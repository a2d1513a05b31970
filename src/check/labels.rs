//! Labels and annotations are ones that Kubernetes accepts.

use super::Facts;
use crate::base::names::{label_key_fault, label_value_fault};
use crate::diag::{Bag, Finding};
use crate::shape::{BAD_LABEL, Dict, Text};

crate::codes! {
    /// An annotation sets the sync wave of an Application whose wave is derived.
    ///
    /// Waves follow from `dependsOn`, and one set by hand would be lost or break the order. The key
    /// `wave` of an app pins its wave, and is checked against the order.
    WAVE_ANNOTATION = "wave-annotation";
}

/// The annotation that holds the sync wave (Argo CD 3.x, `AnnotationSyncWave`).
const WAVE_KEY: &str = "argocd.argoproj.io/sync-wave";

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let of_apps = facts.instances.iter().map(|i| &i.body.annotations);
    let of_parents = facts.spec.categories.iter().map(|c| &c.item.annotations);
    let common = facts.spec.app_of_apps.iter().map(|a| &a.annotations);
    for wave in of_apps.chain(of_parents).chain(common).filter_map(|annotations| annotations.named(WAVE_KEY)) {
        let message = "the sync wave of an Application is derived, so this annotation would be lost";
        let help = "say what comes first with `dependsOn`, or pin the wave of an app with `wave`";
        bag.push(Finding::error(&WAVE_ANNOTATION, wave.name.span, message, help));
    }
    for instance in facts.instances {
        labels(&instance.body.labels, bag);
        annotations(&instance.body.annotations, bag);
        let managed = instance.body.sync.as_ref().and_then(|s| s.managed_namespace_metadata.as_ref());
        managed.iter().for_each(|m| pair(&m.labels, &m.annotations, bag));
    }
    for category in facts.spec.categories.iter() {
        pair(&category.item.labels, &category.item.annotations, bag);
    }
    for namespace in facts.spec.namespaces.iter() {
        pair(&namespace.item.labels, &namespace.item.annotations, bag);
    }
    for project in facts.spec.projects.iter() {
        pair(&project.item.labels, &project.item.annotations, bag);
    }
    for set in facts.spec.application_sets.iter() {
        pair(&set.item.labels, &set.item.annotations, bag);
    }
    if let Some(parents) = &facts.spec.app_of_apps {
        pair(&parents.labels, &parents.annotations, bag);
    }
}

fn pair(of_labels: &Dict<Text>, of_annotations: &Dict<Text>, bag: &mut Bag) {
    labels(of_labels, bag);
    annotations(of_annotations, bag);
}

fn labels(labels: &Dict<Text>, bag: &mut Bag) {
    annotations(labels, bag);
    for label in labels.iter() {
        if let Some(fault) = label_value_fault(&label.item) {
            let message = format!("`{}` can't be the value of a label: {fault}", &*label.item);
            let help = "write at most 63 letters, digits, `-`, `_` and `.`; longer texts belong into annotations";
            bag.push(Finding::error(&BAD_LABEL, label.item.span, message, help));
        }
    }
}

fn annotations(keys: &Dict<Text>, bag: &mut Bag) {
    for annotation in keys.iter() {
        if let Some(fault) = label_key_fault(&annotation.name) {
            let message = format!("`{}` can't be a key: {fault}", &*annotation.name);
            let help = "write `name` or `prefix.example.com/name`";
            bag.push(Finding::error(&BAD_LABEL, annotation.name.span, message, help));
        }
    }
}
