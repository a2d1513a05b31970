//! Pods that sign in to Azure by workload identity.

use crate::base::{Entry, Span, Value};
use crate::diag::{Bag, Finding};
use crate::source::{SourceFile, SourceMap};
use crate::validate::locate::locate_word;
use crate::yaml;

crate::codes! {
    /// `azure.workload.identity/use` does not stand where the webhook of workload identity looks for it.
    ///
    /// It is a label of pods, with the text `true` (Azure Workload Identity 1.x, labels and annotations). As an annotation,
    /// with another value, or as a label of the workload instead of its pods it has no effect: the pod gets no token, and
    /// what it signs in to refuses it.
    ///
    /// Write it under `spec.template.metadata.labels` of the workload, or under `podLabels` of the chart.
    WORKLOAD_IDENTITY_LABEL = "workload-identity-label";
}

const KEY: &str = "azure.workload.identity/use";
/// Kinds that make pods of a template.
const WORKLOADS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Rollout"];

/// Checks a value whose text is `written`: an object, or values of a chart.
pub fn check(value: &Value, written: &str, origin: Span, sources: &SourceMap, bag: &mut Bag) {
    if !written.contains(KEY) {
        return;
    }
    let mut walk = Walk { origin, sources, bag };
    walk.value(value, "");
    let workload = value.str_at("kind").is_some_and(|kind| WORKLOADS.contains(&kind));
    let own = value.get("metadata").and_then(|m| m.get("labels")).and_then(Value::as_map).and_then(|m| m.entry(KEY));
    let times = written.matches(KEY).count();
    if let Some(entry) = own.filter(|_| workload && times == 1) {
        let message = format!("the label `{KEY}` is on the workload, where nothing reads it");
        walk.report(walk.place(entry), message, "write it under `spec.template.metadata.labels`");
    }
}

struct Walk<'a> {
    origin: Span,
    sources: &'a SourceMap,
    bag: &'a mut Bag,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, key: &str) {
        for entry in value.as_map().into_iter().flatten() {
            match &*entry.key {
                KEY => self.entry(entry, key),
                inner => self.value(&entry.value, inner),
            }
        }
        value.as_list().unwrap_or_default().iter().for_each(|item| self.value(item, key));
        // Values of a chart may stand as text.
        if let Some(text) = value.as_str().filter(|text| text.contains(KEY) && text.contains('\n')) {
            yaml::read_embedded(text, value.span).unwrap_or_default().iter().for_each(|v| self.value(v, key));
        }
    }

    fn entry(&mut self, entry: &Entry, holder: &str) {
        let place = self.place(entry);
        if holder.to_lowercase().ends_with("annotations") {
            let message = format!("`{KEY}` is an annotation here, which nothing reads: it is a label of pods");
            self.report(place, message, "write it among the labels of the pod: `podLabels` of most charts");
        } else if entry.value.as_str() != Some("true") {
            let message = format!("the label `{KEY}` has to be the text `true`");
            self.report(place, message, "write `\"true\"`, in quotes, or take the label out");
        }
    }

    fn place(&self, entry: &Entry) -> Span {
        let span = entry.key_span.or(entry.value.span);
        match self.sources.file_of(span).is_none_or(SourceFile::is_built_in) {
            true => self.origin,
            false => locate_word(self.sources, span, KEY),
        }
    }

    fn report(&mut self, span: Span, message: String, help: &str) {
        self.bag.push(Finding::error(&WORKLOAD_IDENTITY_LABEL, span, message, help));
    }
}
