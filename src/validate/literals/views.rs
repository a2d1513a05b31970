//! Which parts of a tree hold values, and which only names, references and descriptions.

use crate::base::Value;

/// How a part of a tree is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Keys of the spec: as `Values`, but what is under `secrets` are references.
    Spec,
    /// Keys say what their values are.
    Values,
    /// Keys say nothing, as in lists of labels or in schemas; shapes still do.
    Shapes,
    /// An object of kind Secret.
    Secret,
    /// `data` of a Secret: every value is a secret, in base64.
    Encoded,
    /// `stringData` of a Secret: every value is a secret.
    Payload,
    /// `data` of a Secret whose values are not all secret, in base64.
    EncodedValues,
    /// Ciphertext, certificates: nothing to see.
    Nothing,
}

/// Label by which Argo CD knows Secrets that hold clusters and repositories. Name and URL in them are
/// no secrets (Argo CD 3.x, `common.LabelKeySecretType`).
const ARGOCD_TYPE: &str = "argocd.argoproj.io/secret-type";
/// API groups whose objects refer to secrets, or describe fields, or name kinds.
const REFERRING: &[&str] = &[
    "external-secrets.io",
    "generators.external-secrets.io",
    "secrets.hashicorp.com",
    "secrets-store.csi.x-k8s.io",
    "bitnami.com",
    "apiextensions.k8s.io",
    "rbac.authorization.k8s.io",
    "kyverno.io",
];

/// How an object is looked at.
#[must_use]
pub fn of_object(object: &Value) -> View {
    let Some(api_version) = object.str_at("apiVersion") else { return View::Values };
    match api_version.split_once('/') {
        None if object.str_at("kind") == Some("Secret") => View::Secret,
        Some((group, _)) if REFERRING.contains(&group) => View::Shapes,
        _ => View::Values,
    }
}

/// How what is under a key is looked at.
#[must_use]
pub fn below(view: View, key: &str, holder: &Value) -> View {
    match (view, key) {
        (View::Nothing, _) | (_, "encryptedData" | "caBundle" | "caData" | "certificate" | "description") => {
            View::Nothing
        }
        (View::Secret, "stringData") => {
            if is_argocd(holder) {
                View::Values
            } else {
                View::Payload
            }
        }
        (View::Secret, "data") => {
            if is_argocd(holder) {
                View::EncodedValues
            } else {
                View::Encoded
            }
        }
        (View::Spec, "secrets") => View::Shapes,
        // What a template of an ExternalSecret or a SealedSecret holds is written as it is.
        (View::Shapes, "template") | (View::Spec, "values" | "settings" | "params" | "patches" | "vars") => {
            View::Values
        }
        (View::Spec | View::Values | View::Secret, key) if refers(key) => View::Shapes,
        (view, _) => view,
    }
}

fn is_argocd(secret: &Value) -> bool {
    secret.get("metadata").and_then(|m| m.get("labels")).is_some_and(|labels| labels.get(ARGOCD_TYPE).is_some())
}

/// Keys below which names and descriptions stand, whatever the keys there are called.
fn refers(key: &str) -> bool {
    matches!(
        key,
        "annotations"
            | "labels"
            | "matchLabels"
            | "selector"
            | "nodeSelector"
            | "properties"
            | "patternProperties"
            | "secretKeyRef"
            | "secretRef"
            | "valueFrom"
            | "remoteRef"
            | "configMapKeyRef"
            | "secretKeys"
            | "keyMapping"
            | "fieldMapping"
            | "mapping"
            | "i18n"
            | "translations"
            | "messages"
            | "secretMappings"
            | "existingSecret"
            | "existingSecretKeys"
            | "keys"
            | "userinfoMapping"
            | "claimMapping"
            | "externalSecret"
            | "remoteRefs"
    )
}
