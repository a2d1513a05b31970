//! One Kubernetes object as it stands in a file.

use serde_json::Value;
use std::fmt;

/// A rendered object and where it was read.
pub struct Object {
    /// Path below the output root, `/` separated.
    pub file: String,
    pub value: Value,
}

/// What makes an object one and the same for the API server: group, kind, namespace, name.
pub type Identity = (String, String, String, String);

/// Where Argo CD puts an object inside one sync: the phase first, then the wave.
pub type Slot = (i8, i64);

/// The slot of everything a chart or a plain manifest brings without annotations.
pub const PLAIN: Slot = (1, 0);

impl Object {
    /// The text at a pointer, empty when there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn kind(&self) -> &str {
        self.text("/kind")
    }

    pub fn name(&self) -> &str {
        self.text("/metadata/name")
    }

    /// Empty for a cluster-scoped object.
    pub fn namespace(&self) -> &str {
        self.text("/metadata/namespace")
    }

    /// API group, empty for the core group.
    pub fn group(&self) -> &str {
        self.text("/apiVersion").rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// API version without the group.
    pub fn version(&self) -> &str {
        let api = self.text("/apiVersion");
        api.rsplit_once('/').map_or(api, |(_, version)| version)
    }

    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group() == group && self.kind() == kind
    }

    pub fn is_application(&self) -> bool {
        self.is("argoproj.io", "Application")
    }

    /// A kustomization is read by kustomize and never sent to a cluster.
    pub fn is_for_cluster(&self) -> bool {
        self.group() != "kustomize.config.k8s.io"
    }

    pub fn identity(&self) -> Identity {
        let words = [self.group(), self.kind(), self.namespace(), self.name()];
        let [group, kind, namespace, name] = words.map(str::to_owned);
        (group, kind, namespace, name)
    }

    /// Phase and wave by the annotations of Argo CD; a wave that is no integer counts as 0, as gitops-engine has it.
    pub fn slot(&self) -> Slot {
        let annotations = &self.value["metadata"]["annotations"];
        let of = |key: &str| annotations[key].as_str().unwrap_or_default();
        let hook = of("argocd.argoproj.io/hook");
        let phase = match hook {
            _ if hook.contains("PreSync") => 0,
            _ if hook.contains("PostSync") => 2,
            _ => 1,
        };
        (phase, of("argocd.argoproj.io/sync-wave").parse().unwrap_or(0))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace() {
            "" => write!(f, "{} {} ({})", self.kind(), self.name(), self.file),
            namespace => write!(f, "{} {namespace}/{} ({})", self.kind(), self.name(), self.file),
        }
    }
}

#[cfg(test)]
fn sample(yaml: &str) -> Object {
    Object { file: "f.yaml".into(), value: super::yaml::document(yaml).unwrap() }
}

#[test]
fn group_and_version() {
    let object = sample("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}");
    assert_eq!((object.group(), object.version()), ("apps", "v1"));
    let core = sample("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}");
    assert_eq!((core.group(), core.version(), core.namespace()), ("", "v1", ""));
}

#[test]
fn slots_by_annotation() {
    assert_eq!(sample("metadata: {name: a}").slot(), PLAIN);
    assert_eq!(sample("metadata: {annotations: {argocd.argoproj.io/sync-wave: '-3'}}").slot(), (1, -3));
    assert_eq!(sample("metadata: {annotations: {argocd.argoproj.io/sync-wave: soon}}").slot(), PLAIN);
    assert_eq!(sample("metadata: {annotations: {argocd.argoproj.io/hook: PreSync}}").slot(), (0, 0));
}
