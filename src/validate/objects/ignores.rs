//! What `ignoreDifferences` ignores (Argo CD 3.x, `docs/user-guide/diffing.md`).

use super::look::{App, Look};
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::model::application::{BAD_JSON_POINTER, IGNORE_WITHOUT_FIELDS, is_pointer};

crate::codes! {
    /// The whole content of all ConfigMaps is ignored, and that holds at each sync too.
    ///
    /// `RespectIgnoreDifferences=true` lets a sync leave ignored fields as they are in the cluster. Once a ConfigMap is
    /// there, no change of its data in git ever reaches it; for Argo CD itself that means its own settings. Nothing is shown
    /// as different either. Secrets are not meant: what charts fill them with is often new at each rendering.
    ///
    /// Give the entry the `name` of the one object whose data somebody else writes, or name the keys: `/data/password`.
    IGNORE_SWALLOWS_CONFIG = "ignore-swallows-config": warning;
    /// A field is ignored that Argo CD never compares.
    ///
    /// `status` is left out of all comparisons by default (Argo CD 3.x, `ignoreResourceStatusField`). The entry does no harm,
    /// but hides among others what they are for. Take it out.
    IGNORE_NOOP = "ignore-noop": note;
    /// The number of replicas is ignored as a difference, but a sync writes it all the same.
    ///
    /// An entry of `ignoreDifferences` only keeps the Application from being shown as OutOfSync. Each sync for any other
    /// reason sets the replicas back to what git says, and whatever an autoscaler had chosen is lost for that moment.
    ///
    /// Add the sync option `RespectIgnoreDifferences=true`, or take `replicas` out of the manifest.
    IGNORED_BUT_APPLIED = "ignored-but-applied": note;
}

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    let Some(app) = look.app() else { return };
    let entries = app.spec.get("ignoreDifferences").and_then(Value::as_list).unwrap_or_default();
    for entry in entries {
        let list = |key: &str| entry.get(key).and_then(Value::as_list).unwrap_or_default();
        let pointers = list("jsonPointers");
        if pointers.len() + list("jqPathExpressions").len() + list("managedFieldsManagers").len() == 0 {
            let kind = entry.str_at("kind").unwrap_or("objects");
            let message = format!("this entry for {kind} names no field, so it ignores nothing");
            let help = "add `jsonPointers`, `jqPathExpressions` or `managedFieldsManagers`";
            bag.push(Finding::error(&IGNORE_WITHOUT_FIELDS, look.at(entry.span), message, help));
        }
        for pointer in pointers {
            let Some(text) = pointer.as_str().filter(|text| !text.contains("{{")) else { continue };
            if !is_pointer(text) {
                let message = format!("`{text}` is not a JSON Pointer");
                let help = "start with `/`; write `~1` for a `/` and `~0` for a `~` within a key";
                bag.push(Finding::error(&BAD_JSON_POINTER, look.at(pointer.span), message, help));
            }
            if text == "/status" {
                let message = "`/status` is never compared, so this ignores nothing";
                bag.push(Finding::note(&IGNORE_NOOP, look.at(pointer.span), message, "take it out"));
            }
        }
        meaning(look, &app, entry, bag);
    }
}

fn meaning(look: &Look, app: &App, entry: &Value, bag: &mut Bag) {
    let list = |key: &str| entry.get(key).and_then(Value::as_list).unwrap_or_default();
    let kind = entry.str_at("kind").unwrap_or_default();
    let respects = app.has_option("RespectIgnoreDifferences=true");
    let named = entry.str_at("name").is_some_and(|name| !name.is_empty());
    let whole = |v: &&Value| matches!(v.as_str(), Some("/data" | "/stringData" | ".data"));
    let core = entry.str_at("group").unwrap_or_default().is_empty();
    let data = list("jsonPointers").iter().chain(list("jqPathExpressions")).find(whole);
    if let (Some(data), true, false, true) = (data, respects, named, core && kind == "ConfigMap") {
        let message = format!("no change of any {kind} of `{}` would ever reach the cluster", look.name);
        let help = "give the entry the `name` of the one object that is meant, or name single keys of its data";
        let finding = Finding::warning(&IGNORE_SWALLOWS_CONFIG, look.at(data.span), message, help);
        let option = app.sync_options().iter().find(|o| o.as_str() == Some("RespectIgnoreDifferences=true"));
        bag.push(finding.also(look.at(option.map_or(data.span, |o| o.span)), "by this option it holds at each sync"));
    }
    let replicas = |v: &&Value| matches!(v.as_str(), Some("/spec/replicas" | ".spec.replicas"));
    let scaled = list("jsonPointers").iter().chain(list("jqPathExpressions")).find(replicas);
    if let (Some(scaled), false) = (scaled, respects) {
        let message = format!("each sync of `{}` sets the replicas back, though the difference is ignored", look.name);
        let help = "add the sync option `RespectIgnoreDifferences=true`, or take `replicas` out of the manifest";
        bag.push(Finding::note(&IGNORED_BUT_APPLIED, look.at(scaled.span), message, help));
    }
}
