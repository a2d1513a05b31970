//! Sync options of Applications, and those that objects have by an annotation.

use super::look::{App, Look};
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::application::{NAMESPACE_METADATA_UNUSED, SYNC_OPTION_VALUE, SYNC_OPTIONS, SyncOption, sync_option};

crate::codes! {
    /// A sync option is one that Argo CD does not know.
    ///
    /// Argo CD compares options word by word and passes over all others, in silence: a misspelled `CreateNamespace=true`
    /// makes no namespace, a misspelled `Prune=false` protects nothing. The help line names what comes nearest.
    UNKNOWN_SYNC_OPTION = "unknown-sync-option": error fixable;
    /// A sync option stands where Argo CD does not look for it.
    ///
    /// `Force=true` works only on single objects, by the annotation `argocd.argoproj.io/sync-options`; `CreateNamespace`,
    /// `ApplyOutOfSyncOnly`, `PrunePropagationPolicy`, `FailOnSharedResource` and `RespectIgnoreDifferences` work only under
    /// `syncPolicy.syncOptions` of an Application. In the wrong place they do nothing, in silence.
    SYNC_OPTION_MISPLACED = "sync-option-misplaced";
    /// `Replace=true` and `ServerSideApply=true` stand together.
    ///
    /// Argo CD then replaces, and never applies on the server (Argo CD 3.x, `docs/user-guide/sync-options.md`): fields that
    /// others own are lost at each sync, which is what server-side apply was to prevent. Keep one of the two; `Replace=true`
    /// is better as an annotation of the single object that needs it.
    REPLACE_BEATS_APPLY = "replace-beats-apply": warning;
    /// The namespace is to be made, but the destination names none.
    ///
    /// Argo CD then makes none: objects without a namespace of their own fail, and each other one needs a namespace that is
    /// there. Name the namespace of the destination, or take the option out.
    NAMESPACE_TO_CREATE_UNNAMED = "namespace-to-create-unnamed": warning;
}

const ANNOTATION: &str = "argocd.argoproj.io/sync-options";

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    if let Some(value) = look.annotation(ANNOTATION)
        && let Some(text) = value.as_str()
    {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        parts.iter().for_each(|part| option(part, look.at(value.span), false, bag));
        together(&parts, look.at(value.span), bag);
    }
    let Some(app) = look.app() else { return };
    let options = app.sync_options();
    for value in options {
        let Some(text) = value.as_str() else { continue };
        option(text, look.at(value.span), true, bag);
    }
    let texts: Vec<&str> = options.iter().filter_map(Value::as_str).collect();
    let replace = options.iter().find(|o| o.as_str() == Some("Replace=true"));
    together(&texts, look.at(replace.map_or(Span::NONE, |r| r.span)), bag);
    namespace(look, &app, bag);
}

fn option(text: &str, span: Span, of_app: bool, bag: &mut Bag) {
    if text.contains("{{") {
        return;
    }
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let Some(known) = sync_option(name) else {
        let fits = |o: &&SyncOption| if of_app { o.of_apps } else { o.of_objects };
        let names = || SYNC_OPTIONS.iter().filter(fits).map(|o| o.name);
        let help = match suggest::nearest(name, names()) {
            Some(near) if !value.is_empty() => format!("did you mean `{near}={value}`?"),
            Some(near) => format!("did you mean `{near}=true`?"),
            None => format!("write one of {}, with `=` and a value", suggest::listing(names(), 20)),
        };
        let message = format!("`{text}` is no sync option, and Argo CD passes over it");
        let finding = Finding::error(&UNKNOWN_SYNC_OPTION, span, message, help);
        bag.push(match suggest::sure(name, names()).filter(|_| !value.is_empty()) {
            Some(sure) => finding.replacing(span, text, format!("{sure}={value}")),
            None => finding,
        });
        return;
    };
    if of_app && !known.of_apps {
        let message = format!("`{name}` works on single objects only, and does nothing in an Application");
        let help = format!("give the objects that need it the annotation `{ANNOTATION}: {text}`");
        bag.push(Finding::error(&SYNC_OPTION_MISPLACED, span, message, help));
    } else if !of_app && !known.of_objects {
        let message = format!("`{name}` works for whole Applications only, and does nothing on an object");
        let help = format!("write `{text}` under `syncPolicy.syncOptions` of the Application that deploys it");
        bag.push(Finding::error(&SYNC_OPTION_MISPLACED, span, message, help));
    } else if !known.values.contains(&value) {
        let message = match value {
            "" => format!("the sync option `{name}` has no value"),
            _ => format!("the sync option `{name}` can't be `{value}`"),
        };
        bag.push(Finding::error(&SYNC_OPTION_VALUE, span, message, known.help(value)));
    }
}

fn together(options: &[&str], span: Span, bag: &mut Bag) {
    let has = |option: &str| options.contains(&option);
    if has("Replace=true") && has("ServerSideApply=true") {
        let message = "`Replace=true` goes before `ServerSideApply=true`, which then does nothing";
        let help = "keep one of the two; give `Replace=true` to single objects by an annotation";
        bag.push(Finding::warning(&REPLACE_BEATS_APPLY, span, message, help));
    }
}

fn namespace(look: &Look, app: &App, bag: &mut Bag) {
    let creates = app.sync_options().iter().find(|o| o.as_str() == Some("CreateNamespace=true"));
    if let Some(option) = creates
        && app.destination("namespace").is_none()
    {
        let message = "the namespace is to be made, but the destination names none";
        let help = "add `namespace` to the destination, or take `CreateNamespace=true` out";
        bag.push(Finding::warning(&NAMESPACE_TO_CREATE_UNNAMED, look.at(option.span), message, help));
    }
    let metadata = app.spec.get("syncPolicy").and_then(|p| p.get("managedNamespaceMetadata"));
    // A parameter may be an option in whole.
    let open = app.sync_options().iter().any(|o| o.as_str().is_some_and(|text| text.contains("{{")));
    if let (Some(metadata), None, false) = (metadata, creates, open) {
        let message = "`managedNamespaceMetadata` has no effect without the option `CreateNamespace=true`";
        let help = "add `CreateNamespace=true` to `syncOptions`";
        bag.push(Finding::error(&NAMESPACE_METADATA_UNUSED, look.at(metadata.span), message, help));
    }
}
