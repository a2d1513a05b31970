//! Fields that Kubernetes refuses to change.
//!
//! Facts: validation of updates in Kubernetes 1.33 (`pkg/apis/*/validation`); Argo CD 3.x, sync options `Replace=true` and
//! `Force=true` (the latter counts only as an annotation of the object).

use super::Both;
use crate::base::Value;
use crate::diff::compare::quantity;
use crate::model::changes::{Class, Edit, Impact};

/// Group, kind, way of keys.
type Field = (&'static str, &'static str, &'static [&'static str]);

/// Fields below which nothing may change.
const FIXED: &[Field] = &[
    ("apps", "Deployment", &["spec", "selector"]),
    ("apps", "ReplicaSet", &["spec", "selector"]),
    ("apps", "DaemonSet", &["spec", "selector"]),
    ("apps", "StatefulSet", &["spec", "selector"]),
    ("apps", "StatefulSet", &["spec", "serviceName"]),
    ("apps", "StatefulSet", &["spec", "podManagementPolicy"]),
    ("apps", "StatefulSet", &["spec", "volumeClaimTemplates"]),
    ("argoproj.io", "Rollout", &["spec", "selector"]),
    ("batch", "Job", &["spec", "selector"]),
    ("batch", "Job", &["spec", "template"]),
    ("batch", "Job", &["spec", "completionMode"]),
    ("batch", "Job", &["spec", "podFailurePolicy"]),
    ("batch", "Job", &["spec", "manualSelector"]),
    ("", "Service", &["spec", "clusterIP"]),
    ("", "Service", &["spec", "clusterIPs"]),
    ("", "Service", &["spec", "healthCheckNodePort"]),
    ("", "PersistentVolumeClaim", &["spec", "accessModes"]),
    ("", "PersistentVolumeClaim", &["spec", "selector"]),
    ("", "PersistentVolumeClaim", &["spec", "storageClassName"]),
    ("", "PersistentVolumeClaim", &["spec", "volumeMode"]),
    ("", "PersistentVolumeClaim", &["spec", "volumeName"]),
    ("", "PersistentVolumeClaim", &["spec", "dataSource"]),
    ("", "PersistentVolumeClaim", &["spec", "dataSourceRef"]),
    ("", "PersistentVolume", &["spec", "csi"]),
    ("", "PersistentVolume", &["spec", "nfs"]),
    ("", "PersistentVolume", &["spec", "hostPath"]),
    ("", "PersistentVolume", &["spec", "volumeMode"]),
    ("", "Secret", &["type"]),
    ("", "Pod", &["spec", "volumes"]),
    ("", "Pod", &["spec", "serviceAccountName"]),
    ("", "Pod", &["spec", "nodeSelector"]),
    ("storage.k8s.io", "StorageClass", &["provisioner"]),
    ("storage.k8s.io", "StorageClass", &["parameters"]),
    ("storage.k8s.io", "StorageClass", &["reclaimPolicy"]),
    ("storage.k8s.io", "StorageClass", &["volumeBindingMode"]),
    ("rbac.authorization.k8s.io", "RoleBinding", &["roleRef"]),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", &["roleRef"]),
    ("networking.k8s.io", "IngressClass", &["spec", "controller"]),
    ("scheduling.k8s.io", "PriorityClass", &["value"]),
    ("scheduling.k8s.io", "PriorityClass", &["preemptionPolicy"]),
    ("node.k8s.io", "RuntimeClass", &["handler"]),
    ("discovery.k8s.io", "EndpointSlice", &["addressType"]),
    ("apiextensions.k8s.io", "CustomResourceDefinition", &["spec", "scope"]),
    ("apiextensions.k8s.io", "CustomResourceDefinition", &["spec", "names", "kind"]),
    ("apiextensions.k8s.io", "CustomResourceDefinition", &["spec", "names", "plural"]),
];

/// What can't be changed where it stands.
pub fn judge(both: Both) -> Vec<Impact> {
    let frozen = frozen(both);
    let fixed = both.real().filter(|edit| is_fixed(both, edit) || is_frozen(edit, frozen) || shrinks(both, edit));
    let mut seen: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for edit in fixed {
        let field = field(edit);
        if seen.contains(&field) {
            continue;
        }
        let reason = match shrinks(both, edit) {
            true => {
                "a claim only grows: the sync fails until it is deleted and made again, without its data".to_owned()
            }
            false => reason(both, &field),
        };
        out.push(Impact::new(Class::Replace, reason).at(&edit.place));
        seen.push(field);
    }
    out
}

fn is_fixed(both: Both, edit: &Edit) -> bool {
    let of =
        |(group, kind, keys): &&Field| *group == both.group() && *kind == both.kind() && edit.place.starts_with(keys);
    // A field that the server fills in where it is left out is not changed by writing down what it filled in.
    let given =
        edit.before.is_some() || !matches!(edit.place.last_key(), Some("clusterIP" | "clusterIPs" | "volumeName"));
    given && FIXED.iter().any(|field| of(&field))
}

/// Whether the object was made immutable.
fn frozen(both: Both) -> bool {
    both.group().is_empty()
        && matches!(both.kind(), "Secret" | "ConfigMap")
        && both.before.get("immutable").and_then(Value::as_bool) == Some(true)
}

fn is_frozen(edit: &Edit, frozen: bool) -> bool {
    frozen && matches!(edit.place.keys().next(), Some("data" | "binaryData" | "stringData" | "immutable"))
}

/// A claim for less than before: claims only grow.
fn shrinks(both: Both, edit: &Edit) -> bool {
    let storage = ["spec", "resources", "requests", "storage"];
    if both.kind() != "PersistentVolumeClaim" || !edit.place.starts_with(&storage) {
        return false;
    }
    let size = |value: &Option<Value>| value.as_ref().and_then(quantity);
    matches!((size(&edit.before), size(&edit.after)), (Some(old), Some(new)) if new < old)
}

/// The field as people name it: two or three keys are enough.
fn field(edit: &Edit) -> String {
    let keys: Vec<&str> = edit.place.keys().take(2).collect();
    keys.join(".")
}

fn reason(both: Both, field: &str) -> String {
    let kind = both.kind();
    let options = sync_options(both.after);
    let has = |option: &str| options.iter().any(|o| o == option);
    match (has("Force=true"), has("Replace=true")) {
        (true, _) => format!(
            "`{field}` of a {kind} can't be changed; `Force=true` has Argo CD delete the object and make it again"
        ),
        (false, true) => format!(
            "`{field}` of a {kind} can't be changed, and `Replace=true` alone does not help: the sync fails until the \
             object is deleted"
        ),
        (false, false) => {
            format!("`{field}` of a {kind} can't be changed: the sync fails until the object is deleted and made again")
        }
    }
}

/// Sync options of an object, from its annotation.
pub fn sync_options(object: &Value) -> Vec<String> {
    let annotations = object.get("metadata").and_then(|m| m.get("annotations"));
    let text = annotations.and_then(|a| a.str_at("argocd.argoproj.io/sync-options")).unwrap_or_default();
    text.split(',').map(|option| option.trim().to_owned()).filter(|option| !option.is_empty()).collect()
}
