//! What the rules look at, taken from one document.

use std::sync::Arc;

use crate::base::{Span, Value};
use crate::model::document::Document;

/// An object of Argo Workflows or Argo Events, or a Namespace.
#[derive(Debug)]
pub struct Facts {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: Arc<str>,
    /// Its namespace, where it states one.
    pub namespace: Option<Arc<str>>,
    /// Its path in the tree.
    pub path: Arc<str>,
    /// Where it comes from.
    pub origin: Span,
    /// The object.
    pub object: Value,
}

/// What facts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A WorkflowTemplate.
    Template,
    /// A ClusterWorkflowTemplate.
    ClusterTemplate,
    /// A Workflow.
    Workflow,
    /// A CronWorkflow.
    Cron,
    /// A WorkflowEventBinding.
    Binding,
    /// A Sensor of Argo Events.
    Sensor,
    /// An EventSource of Argo Events.
    EventSource,
    /// A Namespace, which says what pods may do.
    Namespace,
}

impl Kind {
    /// Its name in Kubernetes.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Template => "WorkflowTemplate",
            Kind::ClusterTemplate => "ClusterWorkflowTemplate",
            Kind::Workflow => "Workflow",
            Kind::Cron => "CronWorkflow",
            Kind::Binding => "WorkflowEventBinding",
            Kind::Sensor => "Sensor",
            Kind::EventSource => "EventSource",
            Kind::Namespace => "Namespace",
        }
    }
}

/// What a document tells, if it is of these kinds.
pub fn document(document: &Document) -> Option<Facts> {
    let (api_version, kind) = document.type_of()?;
    let argo = api_version.starts_with("argoproj.io/");
    let kind = match kind {
        "WorkflowTemplate" if argo => Kind::Template,
        "ClusterWorkflowTemplate" if argo => Kind::ClusterTemplate,
        "Workflow" if argo => Kind::Workflow,
        "CronWorkflow" if argo => Kind::Cron,
        "WorkflowEventBinding" if argo => Kind::Binding,
        "Sensor" if argo => Kind::Sensor,
        "EventSource" if argo => Kind::EventSource,
        "Namespace" if api_version == "v1" => Kind::Namespace,
        _ => return None,
    };
    let metadata = document.value.get("metadata")?;
    Some(Facts {
        kind,
        name: metadata.str_at("name").or_else(|| metadata.str_at("generateName"))?.into(),
        namespace: metadata.str_at("namespace").map(Into::into),
        path: Arc::clone(&document.path),
        origin: document.origin,
        object: document.value.clone(),
    })
}
