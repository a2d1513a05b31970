//! Rendered objects.

use std::sync::Arc;

use super::forms::Form;
use crate::base::{Span, Value};

/// One rendered object.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path in the tree.
    pub path: Arc<str>,
    /// The object.
    pub value: Value,
    /// The entry of the spec that it comes from.
    pub origin: Span,
    /// The place in the template, if a template made it.
    pub template: Span,
    /// What selections look at.
    pub tags: Tags,
    /// What it is, where it is no Kubernetes object.
    pub form: Option<Form>,
}

/// What a document belongs to.
#[derive(Clone, Debug, Default)]
pub struct Tags {
    /// Name of the app in the spec.
    pub app: Option<Arc<str>>,
    /// Its category.
    pub category: Option<Arc<str>>,
    /// The cluster it goes to.
    pub cluster: Option<Arc<str>>,
    /// The environment it is of.
    pub environment: Option<Arc<str>>,
}

/// What makes an object one and the same in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// API group; empty for the core group.
    pub group: Arc<str>,
    /// Kind.
    pub kind: Arc<str>,
    /// Namespace as the object states it.
    pub namespace: Option<Arc<str>>,
    /// Name.
    pub name: Arc<str>,
}

impl Document {
    /// Its API version and kind, where it has both.
    #[must_use]
    pub fn type_of(&self) -> Option<(&str, &str)> {
        Some((self.value.str_at("apiVersion")?, self.value.str_at("kind")?))
    }

    /// What it is and what it is called, for messages.
    #[must_use]
    pub fn named(&self) -> (&str, &str) {
        let name = match self.form {
            Some(_) => self.value.str_at("identifier").or_else(|| self.value.str_at("name")),
            None => self.value.get("metadata").and_then(|metadata| metadata.str_at("name")),
        };
        let kind = self.form.map(Form::word).or_else(|| self.value.str_at("kind"));
        (kind.unwrap_or("object"), name.unwrap_or("without a name"))
    }

    /// Its identity. `None` for files of tools, such as a kustomization, which are no objects.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        Identity::of(&self.value)
    }
}

impl Identity {
    /// The identity of an object. `None` for files of tools, such as a kustomization, which are no objects.
    #[must_use]
    pub fn of(object: &Value) -> Option<Identity> {
        let api_version = object.str_at("apiVersion")?;
        let kind = object.str_at("kind")?;
        let group = group_of(api_version);
        let metadata = object.get("metadata")?;
        let name = metadata.str_at("name")?;
        (group != "kustomize.config.k8s.io").then(|| Identity {
            group: group.into(),
            kind: kind.into(),
            namespace: metadata.str_at("namespace").map(Into::into),
            name: name.into(),
        })
    }
}

/// The objects of a document: what a `List` holds, as `kubectl get -o yaml` writes it, or the one.
#[must_use]
pub fn members(doc: Value) -> Vec<Value> {
    match doc.get("items").and_then(Value::as_list) {
        Some(items) if doc.str_at("kind") == Some("List") => items.to_vec(),
        _ => vec![doc],
    }
}

/// The group of an API version; empty for the core group.
#[must_use]
pub fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
