//! Files that the spec names, read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Span, Value};
use crate::shape::Text;

/// A file of raw manifests.
#[derive(Debug)]
pub struct ManifestFile {
    /// Path relative to the spec.
    pub path: String,
    /// Its documents; empty ones are left out.
    pub docs: Vec<Value>,
    /// The whole file.
    pub span: Span,
}

/// A file that is copied as it is.
#[derive(Debug)]
pub struct CopiedFile {
    /// Path relative to the spec.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its content, where it is one YAML document.
    pub value: Value,
}

/// A template file, not yet compiled.
#[derive(Debug)]
pub struct TemplateFile {
    /// Path below the templates folder.
    pub name: String,
    /// The file in the source map.
    pub file: crate::source::FileId,
}

/// A workflow definition of the user.
#[derive(Debug)]
pub struct WorkflowFile {
    /// Path relative to the spec.
    pub path: String,
    /// The definition.
    pub value: Value,
}

/// A schema, as JSON.
#[derive(Debug)]
pub struct SchemaFile {
    /// Path relative to the spec.
    pub path: String,
    /// Its documents.
    pub docs: Vec<Value>,
}

/// A version of a chart, as its files describe it.
#[derive(Debug)]
pub struct GivenChart {
    /// Name of the chart.
    pub chart: Text,
    /// Its version.
    pub version: Text,
    /// Its `values.yaml`.
    pub values: Option<Value>,
    /// Its `values.schema.json`.
    pub schema: Option<Value>,
    /// Its `Chart.yaml`.
    pub metadata: Option<Value>,
}

/// A folder or values file of the platform's own repository that is not beside the spec.
#[derive(Clone, Debug)]
pub struct Absent {
    /// The Application that reads it.
    pub app: Arc<str>,
    /// Its path in the repository.
    pub path: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it is a values file.
    pub is_file: bool,
    /// The path beside the spec that is nearest to it.
    pub near: Option<String>,
    /// Whether the folder of the spec is that of a repository.
    pub sure: bool,
}

/// All files that the spec names.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Raw manifests, by Application name.
    pub manifests: BTreeMap<Arc<str>, Vec<Arc<ManifestFile>>>,
    /// Values files beside the spec, by path.
    pub values: BTreeMap<String, Arc<CopiedFile>>,
    /// Templates: built-in ones and those of the user, sorted by name.
    pub templates: Vec<TemplateFile>,
    /// Workflow definitions of the user, sorted by path.
    pub workflows: Vec<WorkflowFile>,
    /// Charts that values are checked against.
    pub charts: Vec<Arc<GivenChart>>,
    /// Schemas and CustomResourceDefinitions of the user.
    pub schemas: Vec<SchemaFile>,
    /// What apps read of the platform's own repository and is not beside the spec; the tree may make it.
    pub absent: Vec<Absent>,
}
