//! Sync policies, finalizers and the other parts of an Application that are written as they are said.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Map, Value};
use crate::model::context::Fields;
use crate::model::spec::{App, Automated, Criticality, FinalizerChoice, IgnoreDifference, Retry, Sync, SyncOptions};
use crate::shape::{Dict, List, Text};

/// The finalizer that makes Argo CD delete what an Application deployed (Argo CD 3.x, `ResourcesFinalizerName`).
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// The annotation that holds the sync wave (Argo CD 3.x, `AnnotationSyncWave`).
const WAVE_KEY: &str = "argocd.argoproj.io/sync-wave";

/// Annotations with a wave, unless they have one.
pub fn waved(mut annotations: Map, wave: i64) -> Map {
    if !annotations.contains(WAVE_KEY) {
        annotations.set(WAVE_KEY, wave.to_string());
    }
    annotations.sort();
    annotations
}

/// Whether Argo CD makes the namespace of the destination.
pub fn creates_namespace(app: &App) -> bool {
    let options = app.sync.as_ref().and_then(|s| s.options.as_ref());
    options.and_then(|o| o.create_namespace.as_ref()).is_some_and(|v| &*v.text == "true")
}

/// Namespaces that sources choose instead of that of the destination.
pub fn other_namespaces(app: &App) -> impl Iterator<Item = &Text> {
    app.all_sources().flat_map(|source| {
        let kustomize = source.kustomize.as_ref().and_then(|k| k.namespace.as_ref());
        kustomize.into_iter().chain(source.helm.as_ref().and_then(|h| h.namespace.as_ref()))
    })
}

/// The finalizers of an app.
pub fn finalizers(app: &App) -> Vec<Value> {
    let by_criticality = match app.criticality.unwrap_or(Criticality::Standard) {
        Criticality::Critical => FinalizerChoice::None,
        Criticality::Standard => FinalizerChoice::Foreground,
        Criticality::Disposable => FinalizerChoice::Background,
    };
    match app.finalizer.unwrap_or(by_criticality) {
        FinalizerChoice::Foreground => vec![FINALIZER.into()],
        FinalizerChoice::Background => vec![format!("{FINALIZER}/background").into()],
        FinalizerChoice::None => Vec::new(),
    }
}

/// `spec.syncPolicy`.
pub fn sync(sync: &Sync) -> Value {
    let automated = match &sync.automated {
        None | Some(Automated::Off) => None,
        Some(Automated::On(settings)) => Some(
            Fields::new()
                .maybe("prune", settings.prune)
                .maybe("selfHeal", settings.self_heal)
                .maybe("allowEmpty", settings.allow_empty)
                .build(),
        ),
    };
    let namespace = sync.managed_namespace_metadata.as_ref().map(|metadata| {
        Fields::new().map("labels", texts(&metadata.labels)).map("annotations", texts(&metadata.annotations)).build()
    });
    Fields::new()
        .maybe("automated", automated)
        .list("syncOptions", sync.options.as_ref().map(options).unwrap_or_default())
        .maybe("managedNamespaceMetadata", namespace)
        .maybe("retry", sync.retry.as_ref().map(retry))
        .build()
}

/// Sync options as `Key=value`, in the order of Argo CD's documentation.
fn options(options: &SyncOptions) -> Vec<Value> {
    let table = [
        ("Prune", &options.prune),
        ("Delete", &options.delete),
        ("Validate", &options.validate),
        ("SkipDryRunOnMissingResource", &options.skip_dry_run),
        ("ApplyOutOfSyncOnly", &options.apply_out_of_sync_only),
        ("PrunePropagationPolicy", &options.prune_propagation),
        ("PruneLast", &options.prune_last),
        ("Replace", &options.replace),
        ("CreateNamespace", &options.create_namespace),
        ("ServerSideApply", &options.server_side_apply),
        ("ClientSideApplyMigration", &options.client_side_apply_migration),
        ("FailOnSharedResource", &options.fail_on_shared_resource),
        ("RespectIgnoreDifferences", &options.respect_ignore_differences),
    ];
    let text = |(key, value): (&str, &Option<crate::model::spec::OptionValue>)| {
        let value = value.as_ref()?;
        Some(Value::from(format!("{key}={}", &*value.text)).at(value.text.span))
    };
    table.into_iter().filter_map(text).collect()
}

fn retry(retry: &Retry) -> Value {
    let backoff = retry.backoff.as_ref().map(|b| {
        Fields::new()
            .maybe("duration", b.duration.as_ref().map(Text::to_value))
            .maybe("factor", b.factor)
            .maybe("maxDuration", b.max_duration.as_ref().map(Text::to_value))
            .build()
    });
    Fields::new().maybe("limit", retry.limit).maybe("backoff", backoff).maybe("refresh", retry.refresh).at(retry.span)
}

/// `spec.ignoreDifferences`.
pub fn ignore_differences(entries: &[IgnoreDifference]) -> Vec<Value> {
    let list = |texts: &List<Text>| texts.iter().map(Text::to_value).collect::<Vec<_>>();
    let entry = |e: &IgnoreDifference| {
        Fields::new()
            .with("group", e.group.to_value())
            .with("kind", e.kind.to_value())
            .maybe("name", e.name.as_ref().map(Text::to_value))
            .maybe("namespace", e.namespace.as_ref().map(Text::to_value))
            .list("jsonPointers", list(&e.json_pointers))
            .list("jqPathExpressions", list(&e.jq_path_expressions))
            .list("managedFieldsManagers", list(&e.managed_fields_managers))
            .at(e.span)
    };
    entries.iter().map(entry).collect()
}

/// A mapping of texts, sorted by key.
pub fn texts(of: &Dict<Text>) -> Map {
    let sorted: BTreeMap<Arc<str>, Value> = of.iter().map(|t| (Arc::clone(&t.name.value), t.item.to_value())).collect();
    sorted.into_iter().collect()
}

/// The annotations of an app: its own and those of its notification subscriptions.
pub fn annotations(app: &App) -> Map {
    let mut all: BTreeMap<Arc<str>, Value> =
        app.annotations.iter().map(|t| (Arc::clone(&t.name.value), t.item.to_value())).collect();
    for trigger in app.notifications.iter() {
        for service in trigger.item.iter() {
            let key = format!("notifications.argoproj.io/subscribe.{}.{}", &*trigger.name, &*service.name);
            let recipients: Vec<&str> = service.item.0.iter().map(|t| &**t).collect();
            all.insert(key.into(), Value::from(recipients.join(";")).at(service.name.span));
        }
    }
    all.into_iter().collect()
}
