//! The label by which Argo CD may know its objects, and objects that say something else there.

use std::sync::Arc;

use super::Place;
use crate::base::{Entry, Span};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::model::plan::Plan;
use crate::rbac::Version;
use crate::source::path::parent;

crate::codes! {
    /// An object has the label by which Argo CD tracks objects, with another value than the name of its Application.
    ///
    /// Where Argo CD tracks by label (`application.resourceTrackingMethod` is `label` or `annotation+label`, and `label` where
    /// nothing is said before Argo CD 3.0), it writes the name of the Application into the label
    /// `application.instanceLabelKey`, which is `app.kubernetes.io/instance` unless said otherwise. What stands there is
    /// overwritten: whatever selects by the value that is in git finds nothing, and Applications that lie in a folder of
    /// another are labelled with the name of that one.
    ///
    /// Take the label out, track by `annotation`, or let `application.instanceLabelKey` name a label that nothing else uses.
    INSTANCE_LABEL = "instance-label": warning;
}

/// The settings (Argo CD 3.x, util/settings).
const METHOD: &str = "application.resourceTrackingMethod";
const KEY: &str = "application.instanceLabelKey";
/// The label where the settings name none (Argo CD 3.x, `common.LabelKeyAppInstance`).
const DEFAULT: &str = "app.kubernetes.io/instance";
/// Longest value of a label; longer names are cut.
const LONGEST: usize = 63;

/// One of the two settings.
#[derive(Debug)]
pub struct Setting {
    key: &'static str,
    text: Arc<str>,
    span: Span,
}

/// An object with a label that may be the one.
#[derive(Debug)]
pub struct Labelled {
    key: Arc<str>,
    value: Arc<str>,
    path: Arc<str>,
    kind: Arc<str>,
    name: Arc<str>,
    span: Span,
}

/// The entry of the settings, if it is one of these.
pub fn setting(entry: &Entry, place: Place<'_>) -> Option<Setting> {
    let key = [METHOD, KEY].into_iter().find(|key| *key == &*entry.key)?;
    Some(Setting { key, text: entry.value.as_str()?.into(), span: place.of(entry.value.span) })
}

/// The labels of an object that may be it: such keys have `instance` in their name.
pub fn labels(document: &Document, place: Place<'_>) -> Vec<Labelled> {
    let Some(metadata) = document.value.get("metadata") else { return Vec::new() };
    let labels = metadata.get("labels").and_then(|labels| labels.as_map()).into_iter().flatten();
    let of_instance = labels.filter(|entry| entry.key.contains("instance"));
    let labelled = |entry: &Entry| {
        Some(Labelled {
            key: Arc::clone(&entry.key),
            value: entry.value.as_str()?.into(),
            path: Arc::clone(&document.path),
            kind: document.value.str_at("kind")?.into(),
            name: metadata.str_at("name")?.into(),
            span: place.of(entry.value.span),
        })
    };
    of_instance.filter_map(labelled).collect()
}

/// Checks the labels against the settings.
pub fn check(plan: &Plan, settings: &[Setting], labels: &[Labelled], argocd: Version, bag: &mut Bag) {
    let stated = |key: &str| settings.iter().find(|setting| setting.key == key);
    let by_default = if argocd < Version::new(3, 0) { "label" } else { "annotation" };
    let method = stated(METHOD).map_or(by_default, |setting| &*setting.text);
    if !matches!(method, "label" | "annotation+label") {
        return;
    }
    let key = stated(KEY).map_or(DEFAULT, |setting| &*setting.text);
    for label in labels.iter().filter(|label| &*label.key == key) {
        let Some(folder) = plan.folders.get(parent(&label.path)) else { continue };
        let owner = folder.owner.get(..LONGEST).unwrap_or(&folder.owner);
        if *label.value == *owner {
            continue;
        }
        let (kind, name, value) = (&label.kind, &label.name, &label.value);
        let message = format!(
            "the label `{key}: {value}` of {kind} `{name}` is overwritten: Argo CD tracks by it, and writes `{owner}`"
        );
        let help = format!("take it out, or set `{METHOD}: annotation` in argocd-cm");
        let finding = Finding::warning(&INSTANCE_LABEL, label.span, message, help);
        let finding = settings.iter().fold(finding, |finding, setting| finding.also(setting.span, "this setting"));
        bag.push(finding.also(folder.span, "deployed by this one"));
    }
}
