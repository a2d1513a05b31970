//! Labels and annotations are ones that Kubernetes accepts.

use super::Facts;
use crate::base::names::{label_key_fault, label_value_fault};
use crate::diag::{Bag, Finding};
use crate::shape::{BAD_LABEL, Dict, Text};

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
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
