//! Sync policies say what Argo CD understands.

use super::Facts;
use crate::base::suggest;
use crate::diag::{Bag, Finding};
use crate::model::spec::{Retry, Sync, SyncOptions};
use crate::shape::Text;

crate::codes! {
    /// A duration is not one that Go reads.
    ///
    /// Argo CD then fails the sync instead of trying it again. Durations are numbers with units, without
    /// spaces: `30s`, `5m`, `1h30m`.
    BAD_DURATION = "bad-duration";
    /// A sync option has a value that Argo CD does not know, so it is passed over in silence.
    ///
    /// Argo CD compares the whole text, such as `ServerSideApply=true`: anything else counts as not
    /// set. The help line lists what the option takes.
    SYNC_OPTION_VALUE = "sync-option-value";
    /// Labels or annotations for the namespace are given, but Argo CD does not make the namespace.
    ///
    /// `managedNamespaceMetadata` is used only together with the sync option `CreateNamespace`. Set that
    /// option, or put the labels on an entry of `namespaces`.
    NAMESPACE_METADATA_UNUSED = "namespace-metadata-unused";
    /// An entry of `ignoreDifferences` names no field, so it ignores nothing.
    ///
    /// Argo CD takes such an entry without a word, and the Application stays OutOfSync as before. Name
    /// the fields by `jsonPointers`, `jqPathExpressions`, or the managers that own them by
    /// `managedFieldsManagers`.
    IGNORE_WITHOUT_FIELDS = "ignore-without-fields";
    /// A path is not a JSON Pointer (RFC 6901).
    ///
    /// Argo CD drops the entry with a line in its log, and the difference stays. A pointer starts with
    /// `/` and has a `/` before each key or index: `/spec/replicas`. Within a key, `/` is written `~1`
    /// and `~` is written `~0`.
    BAD_JSON_POINTER = "bad-json-pointer";
}

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let of_apps = facts.instances.iter().map(|i| &i.body);
    let of_sets = facts.spec.application_sets.iter().map(|s| &*s.item.template);
    for body in of_apps.chain(of_sets) {
        body.sync.iter().for_each(|sync| policy(sync, bag));
        for ignore in body.ignore_differences.iter() {
            let fields =
                ignore.json_pointers.len() + ignore.jq_path_expressions.len() + ignore.managed_fields_managers.len();
            if fields == 0 {
                let message = format!("this entry for {} names no field, so it ignores nothing", &*ignore.kind);
                let help = "add `jsonPointers`, `jqPathExpressions` or `managedFieldsManagers`";
                bag.push(Finding::error(&IGNORE_WITHOUT_FIELDS, ignore.span, message, help));
            }
            ignore.json_pointers.iter().for_each(|p| pointer(p, bag));
        }
    }
    facts.spec.app_of_apps.iter().filter_map(|a| a.sync.as_ref()).for_each(|sync| policy(sync, bag));
}

fn pointer(pointer: &Text, bag: &mut Bag) {
    if pointer.is_empty() || crate::base::pointer::tokens(pointer).is_none() {
        let message = format!("`{}` is not a JSON Pointer", &**pointer);
        let help = "start with `/`; write `~1` for a `/` and `~0` for a `~` within a key";
        bag.push(Finding::error(&BAD_JSON_POINTER, pointer.span, message, help));
    }
}

fn policy(sync: &Sync, bag: &mut Bag) {
    sync.retry.iter().for_each(|r| retry(r, bag));
    sync.options.iter().for_each(|o| options(o, bag));
    let creates =
        sync.options.as_ref().is_some_and(|o| o.create_namespace.as_ref().is_some_and(|v| &*v.text == "true"));
    if let (Some(metadata), false) = (&sync.managed_namespace_metadata, creates) {
        let help = "add `CreateNamespace: true` under `options`";
        let message = "`managedNamespaceMetadata` has no effect without the option `CreateNamespace`";
        bag.push(Finding::error(&NAMESPACE_METADATA_UNUSED, metadata.span, message, help));
    }
}

fn options(options: &SyncOptions, bag: &mut Bag) {
    const BOOL: &[&str] = &["true", "false"];
    let table: [(&Option<_>, &str, &[&str]); 13] = [
        (&options.prune, "Prune", &["true", "false", "confirm"]),
        (&options.delete, "Delete", &["true", "false", "confirm"]),
        (&options.validate, "Validate", BOOL),
        (&options.skip_dry_run, "SkipDryRunOnMissingResource", BOOL),
        (&options.apply_out_of_sync_only, "ApplyOutOfSyncOnly", BOOL),
        (&options.prune_propagation, "PrunePropagationPolicy", &["foreground", "background", "orphan"]),
        (&options.prune_last, "PruneLast", BOOL),
        (&options.replace, "Replace", BOOL),
        (&options.server_side_apply, "ServerSideApply", BOOL),
        (&options.client_side_apply_migration, "ClientSideApplyMigration", BOOL),
        (&options.fail_on_shared_resource, "FailOnSharedResource", BOOL),
        (&options.respect_ignore_differences, "RespectIgnoreDifferences", BOOL),
        (&options.create_namespace, "CreateNamespace", BOOL),
    ];
    for (value, name, allowed) in table {
        let Some(value) = value.as_ref().filter(|v: &&crate::model::spec::OptionValue| !allowed.contains(&&*v.text))
        else {
            continue;
        };
        let message = format!("the sync option `{name}` can't be `{}`", &*value.text);
        let help = match suggest::nearest(&value.text, allowed.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", suggest::listing(allowed.iter().copied(), 3)),
        };
        bag.push(Finding::error(&SYNC_OPTION_VALUE, value.text.span, message, help));
    }
}

fn retry(retry: &Retry, bag: &mut Bag) {
    let Some(backoff) = &retry.backoff else { return };
    for duration in [&backoff.duration, &backoff.max_duration].into_iter().flatten() {
        if !is_duration(duration) {
            let message = format!("`{}` is not a duration", &**duration);
            bag.push(Finding::error(
                &BAD_DURATION,
                duration.span,
                message,
                "write a number with a unit: `30s`, `5m`, `1h30m`",
            ));
        }
    }
}

/// Whether Go's `time.ParseDuration` reads a positive duration.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    let mut parts = 0;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = rest.strip_suffix(digits).unwrap_or_default();
        let units = ["ns", "us", "µs", "ms", "s", "m", "h"];
        // The longest unit first: `ms` before `m`.
        let Some(unit) = units.iter().filter(|u| digits.starts_with(**u)).max_by_key(|u| u.len()) else {
            return false;
        };
        if number.parse::<f64>().is_err() {
            return false;
        }
        rest = digits.strip_prefix(unit).unwrap_or_default();
        parts += 1;
    }
    parts > 0
}
