//! Sync policies say what Argo CD understands.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::application::{
    BAD_DURATION, BAD_JSON_POINTER, IGNORE_WITHOUT_FIELDS, NAMESPACE_METADATA_UNUSED, SYNC_OPTION_VALUE, is_duration,
    is_pointer, sync_option,
};
use crate::model::spec::{Retry, Sync, SyncOptions};
use crate::shape::Text;

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
    if !is_pointer(pointer) {
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
    let given = [
        (&options.prune, "Prune"),
        (&options.delete, "Delete"),
        (&options.validate, "Validate"),
        (&options.skip_dry_run, "SkipDryRunOnMissingResource"),
        (&options.apply_out_of_sync_only, "ApplyOutOfSyncOnly"),
        (&options.prune_propagation, "PrunePropagationPolicy"),
        (&options.prune_last, "PruneLast"),
        (&options.replace, "Replace"),
        (&options.server_side_apply, "ServerSideApply"),
        (&options.client_side_apply_migration, "ClientSideApplyMigration"),
        (&options.fail_on_shared_resource, "FailOnSharedResource"),
        (&options.respect_ignore_differences, "RespectIgnoreDifferences"),
        (&options.create_namespace, "CreateNamespace"),
    ];
    for (value, name) in given {
        let (Some(value), Some(option)) = (value, sync_option(name)) else { continue };
        if !option.values.contains(&&*value.text) {
            let message = format!("the sync option `{name}` can't be `{}`", &*value.text);
            bag.push(Finding::error(&SYNC_OPTION_VALUE, value.text.span, message, option.help(&value.text)));
        }
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
