//! What one document has to do with deletion, taken from it where it is rendered.

use std::sync::Arc;

use super::state;
use crate::base::{Span, Value};
use crate::model::document::{Document, group_of};

/// The annotation with the sync options of one object (Argo CD 3.x, `common.AnnotationSyncOptions`).
pub const OPTIONS: &str = "argocd.argoproj.io/sync-options";
/// The annotation of Helm that Argo CD takes for `Delete=false` (Argo CD 3.x, `shouldBeDeleted`). It keeps nothing from
/// being pruned.
const HELM_POLICY: &str = "helm.sh/resource-policy";
/// What the finalizers begin with that delete the resources of an Application.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// What one document has to do with deletion.
#[derive(Debug)]
pub struct Facts {
    /// Path of its file in the tree.
    pub path: Arc<str>,
    /// The entry of the spec that it comes from.
    pub origin: Span,
    /// Its kind.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Where that stands.
    pub at: Span,
    /// What keeps it.
    pub kept: Kept,
    /// What it is.
    pub role: Role,
}

/// What a document is.
#[derive(Debug)]
pub enum Role {
    /// An Application.
    App(App),
    /// An object that holds data.
    Holder(state::Loss),
    /// A CustomResourceDefinition of a group.
    Definition(Arc<str>),
}

/// An Application, as far as deletion goes.
#[derive(Debug)]
pub struct App {
    /// Where the finalizer stands that takes its resources along, if there is one.
    pub cascades: Option<Span>,
    /// Where it says that it prunes by itself, if it does.
    pub prunes: Option<Span>,
    /// What its sync options keep.
    pub options: Kept,
}

/// What stands between an object and its deletion.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
    /// It is not pruned, or not unasked.
    pub prune: bool,
    /// It is not deleted with its Application, or not unasked.
    pub delete: bool,
}

impl Kept {
    /// By sync options: `false`, or `confirm` for somebody who has to agree.
    pub fn by<'t>(options: impl Iterator<Item = &'t str>) -> Kept {
        let mut kept = Kept::default();
        for (name, value) in options.filter_map(|option| option.trim().split_once('=')) {
            let keeps = matches!(value, "false" | "confirm");
            match name {
                "Prune" => kept.prune = keeps,
                "Delete" => kept.delete = keeps,
                _ => {}
            }
        }
        kept
    }

    /// By annotations.
    pub fn by_annotations(annotations: &Value) -> Kept {
        let kept = annotations.str_at(OPTIONS).map(|text| Kept::by(text.split(','))).unwrap_or_default();
        Kept { delete: kept.delete || annotations.str_at(HELM_POLICY) == Some("keep"), ..kept }
    }
}

/// What a document has to do with it; `None` when nothing.
pub fn document(document: &Document) -> Option<Facts> {
    let (api_version, kind) = document.type_of()?;
    let group = group_of(api_version);
    let object = &document.value;
    let role = match (group, kind) {
        ("argoproj.io", "Application") => Role::App(app(object)),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            Role::Definition(object.get("spec")?.str_at("group")?.into())
        }
        _ => Role::Holder(state::of_object(group, kind, object)?),
    };
    let metadata = object.get("metadata")?;
    let name = metadata.get("name")?;
    Some(Facts {
        path: Arc::clone(&document.path),
        origin: document.origin,
        kind: kind.into(),
        name: name.as_str()?.into(),
        at: name.span,
        kept: metadata.get("annotations").map(Kept::by_annotations).unwrap_or_default(),
        role,
    })
}

fn app(object: &Value) -> App {
    let finalizers = object.get("metadata").and_then(|m| m.get("finalizers")).and_then(Value::as_list);
    let cascades =
        finalizers.into_iter().flatten().find(|f| f.as_str().is_some_and(|text| text.starts_with(FINALIZER)));
    let policy = object.get("spec").and_then(|spec| spec.get("syncPolicy"));
    let automated = policy.and_then(|p| p.get("automated"));
    let is = |key: &str, wanted: bool| automated.and_then(|a| a.get(key)).filter(|v| v.as_bool() == Some(wanted));
    let options = policy.and_then(|p| p.get("syncOptions")).and_then(Value::as_list).unwrap_or_default();
    App {
        cascades: cascades.map(|finalizer| finalizer.span),
        prunes: is("prune", true).filter(|_| is("enabled", false).is_none()).map(|prune| prune.span),
        options: Kept::by(options.iter().filter_map(Value::as_str)),
    }
}
