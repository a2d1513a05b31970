//! Finalizers of Argo CD (Argo CD 3.x, `pkg/apis/application/v1alpha1`).

use super::look::Look;
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A finalizer of an Application or project is one that Argo CD does not know.
    ///
    /// Nobody ever takes it off, so the object can't be deleted: it stays in deletion until somebody removes the finalizer
    /// by hand. And what the right one was meant for, such as the deletion of deployed resources, does not happen.
    UNKNOWN_FINALIZER = "unknown-finalizer";
}

const OWN: &str = "argocd.argoproj.io";
/// Those of Applications, and of ApplicationSets for theirs.
const KNOWN: &[&str] = &[
    "resources-finalizer.argocd.argoproj.io",
    "resources-finalizer.argocd.argoproj.io/foreground",
    "resources-finalizer.argocd.argoproj.io/background",
    "pre-delete-finalizer.argocd.argoproj.io",
    "pre-delete-finalizer.argocd.argoproj.io/cleanup",
    "post-delete-finalizer.argocd.argoproj.io",
    "post-delete-finalizer.argocd.argoproj.io/cleanup",
];

/// Runs the rule.
pub fn check(look: &Look, bag: &mut Bag) {
    if !["Application", "ApplicationSet", "AppProject"].iter().any(|kind| look.is_argo(kind)) {
        return;
    }
    let of_template = look.spec("template").and_then(|t| t.get("metadata")).and_then(|m| m.get("finalizers"));
    let lists = look.metadata("finalizers").into_iter().chain(of_template).filter_map(Value::as_list);
    for value in lists.flatten() {
        let Some(text) = value.as_str().filter(|text| !KNOWN.contains(text) && !text.contains("{{")) else { continue };
        let near = suggest::nearest(text, KNOWN.iter().copied());
        if near.is_none() && !text.contains(OWN) {
            continue;
        }
        let message = format!("Argo CD knows no finalizer `{text}`, so nobody would ever take it off");
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", suggest::listing(KNOWN.iter().copied(), 10)),
        };
        bag.push(Finding::error(&UNKNOWN_FINALIZER, look.at(value.span), message, help));
    }
}
