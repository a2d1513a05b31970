//! Sync policy.

use serde_json::json;

use crate::base::{Kind, Value};
use crate::shape::{AtLeast, Dict, List, Reader, Schemas, Shape, Text};

crate::shape! {
    /// How and when an app is synced.
    Sync {
        /// Automated sync; `false` for by hand.
        automated: Option<Automated>,
        /// Sync options, by name.
        options: Option<SyncOptions>,
        /// Retries of a failed sync.
        retry: Option<Retry>,
        /// Labels and annotations of the namespace that `CreateNamespace` makes.
        managed_namespace_metadata ("managedNamespaceMetadata"): Option<MetadataPair>,
    }
}

/// Automated sync.
#[derive(Clone, Debug)]
pub enum Automated {
    /// By hand.
    Off,
    /// With these settings.
    On(AutomatedSettings),
}

crate::shape! {
    /// Settings of automated sync.
    AutomatedSettings {
        /// Whether resources that left the source are deleted.
        prune: Option<bool>,
        /// Whether changes made in the cluster are undone.
        self_heal ("selfHeal"): Option<bool>,
        /// Whether a source without resources may delete everything.
        allow_empty ("allowEmpty"): Option<bool>,
    }
}

impl Shape for Automated {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match value.kind {
            Kind::Bool(false) => Some(Automated::Off),
            Kind::Bool(true) => Some(Automated::On(AutomatedSettings {
                span: value.span,
                prune: None,
                self_heal: None,
                allow_empty: None,
            })),
            _ => AutomatedSettings::read(cx, value).map(Automated::On),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "anyOf": [{ "type": "boolean" }, AutomatedSettings::schema(schemas)] })
    }
}

/// The value of a sync option.
#[derive(Clone, Debug)]
pub struct OptionValue {
    /// The value as it stands behind the `=`.
    pub text: Text,
}

impl Shape for OptionValue {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let text = match &value.kind {
            Kind::Bool(b) => b.to_string(),
            Kind::Str(s) => s.to_string(),
            _ => {
                cx.wrong_type(value, "`true`, `false` or a string");
                return None;
            }
        };
        Some(OptionValue { text: Text { value: text.into(), span: value.span } })
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        json!({ "type": ["boolean", "string"] })
    }
}

crate::shape! {
    /// Sync options as Argo CD 3.x lists them for an Application.
    SyncOptions {
        /// `false`: resources that left the source stay. `confirm`: somebody has to agree.
        prune ("Prune"): Option<OptionValue>,
        /// `false`: resources stay when the Application is deleted. `confirm`: somebody has to agree.
        delete ("Delete"): Option<OptionValue>,
        /// `false`: manifests are not validated by the API server.
        validate ("Validate"): Option<OptionValue>,
        /// `true`: no dry run for kinds whose CRD is not there yet.
        skip_dry_run ("SkipDryRunOnMissingResource"): Option<OptionValue>,
        /// `true`: only what is out of sync is applied.
        apply_out_of_sync_only ("ApplyOutOfSyncOnly"): Option<OptionValue>,
        /// `foreground`, `background` or `orphan`.
        prune_propagation ("PrunePropagationPolicy"): Option<OptionValue>,
        /// `true`: pruning comes after all waves.
        prune_last ("PruneLast"): Option<OptionValue>,
        /// `true`: replaced or created instead of applied.
        replace ("Replace"): Option<OptionValue>,
        /// `true`: server-side apply.
        server_side_apply ("ServerSideApply"): Option<OptionValue>,
        /// `false`: no migration of fields from client-side apply.
        client_side_apply_migration ("ClientSideApplyMigration"): Option<OptionValue>,
        /// `true`: the sync fails when another Application has a resource already.
        fail_on_shared_resource ("FailOnSharedResource"): Option<OptionValue>,
        /// `true`: what `ignoreDifferences` names is left alone by syncs too.
        respect_ignore_differences ("RespectIgnoreDifferences"): Option<OptionValue>,
        /// `true`: the namespace of the destination is made if it is not there.
        create_namespace ("CreateNamespace"): Option<OptionValue>,
    }
}

crate::shape! {
    /// Retries of a failed sync.
    Retry {
        /// How many times; 0 for none, -1 for without end.
        limit: Option<AtLeast<-1>>,
        /// Waiting times.
        backoff: Option<Backoff>,
        /// Whether a retry takes the newest revision, from Argo CD 3.0.
        refresh: Option<bool>,
    }
}

crate::shape! {
    /// Waiting times between retries.
    Backoff {
        /// First wait, as `5s` or `2m`.
        duration: Option<Text>,
        /// By how much each wait is longer.
        factor: Option<AtLeast<1>>,
        /// Longest wait.
        max_duration ("maxDuration"): Option<Text>,
    }
}

crate::shape! {
    /// Labels and annotations.
    MetadataPair {
        /// Labels.
        labels: Dict<Text>,
        /// Annotations.
        annotations: Dict<Text>,
    }
}

crate::shape! {
    /// Fields whose differences do not count.
    IgnoreDifference {
        /// API group; empty for the core group.
        group: Text = "",
        /// Kind.
        kind: Text,
        /// Name, if only one object is meant.
        name: Option<Text>,
        /// Namespace, if only one is meant.
        namespace: Option<Text>,
        /// JSON Pointers of the fields.
        json_pointers ("jsonPointers"): List<Text>,
        /// jq path expressions of the fields.
        jq_path_expressions ("jqPathExpressions"): List<Text>,
        /// Field managers whose fields are meant.
        managed_fields_managers ("managedFieldsManagers"): List<Text>,
    }
}
