//! Helm options.

use serde_json::json;

use crate::base::{Kind, Value};
use crate::shape::{AnyMap, Dict, List, Reader, Schemas, Shape, Text};

crate::choice! {
    /// Where inline values go.
    ValuesAs {
        /// Into the Application, as an object: `helm.valuesObject`.
        Object = "object",
        /// Into the Application, as text: `helm.values`.
        String = "string",
        /// Into a file of the platform's repository, which a second source with `ref` delivers.
        File = "file",
    }
}

crate::shape! {
    /// A Helm chart and how it is rendered.
    Helm {
        /// URL of the chart repository, `oci://…` for a registry, or name of an entry of `repos`.
        repo: Option<Text>,
        /// Name of the chart.
        chart: Option<Text>,
        /// Version of the chart.
        version: Option<Text>,
        /// Release name, if not that of the Application.
        release_name ("releaseName"): Option<Text>,
        /// Values.
        values: Option<AnyMap>,
        /// Where the values go.
        values_as ("valuesAs"): Option<ValuesAs>,
        /// Values files, later ones win: paths relative to the spec, copied into the tree; or files of another repository.
        value_files ("valueFiles"): List<ValueFile>,
        /// Single values, which win over all others.
        parameters: Dict<ParameterValue>,
        /// Single values taken from files of the source.
        file_parameters ("fileParameters"): Dict<Text>,
        /// Whether value files that are missing are passed over.
        ignore_missing_value_files ("ignoreMissingValueFiles"): Option<bool>,
        /// Whether the chart's `crds` folder is left out.
        skip_crds ("skipCrds"): Option<bool>,
        /// Whether the chart's tests are left out.
        skip_tests ("skipTests"): Option<bool>,
        /// Whether the chart's values schema is not applied.
        skip_schema_validation ("skipSchemaValidation"): Option<bool>,
        /// Whether credentials go to all hosts.
        pass_credentials ("passCredentials"): Option<bool>,
        /// Namespace that templates see, if not that of the destination.
        namespace: Option<Text>,
        /// Kubernetes version that templates see.
        kube_version ("kubeVersion"): Option<Text>,
        /// API versions that templates see.
        api_versions ("apiVersions"): List<Text>,
    }
}

/// A values file.
#[derive(Clone, Debug)]
pub enum ValueFile {
    /// A file beside the spec, copied into the tree.
    Own(Text),
    /// A file of a repository.
    Remote(RemoteFile),
}

crate::shape! {
    /// A values file of a repository.
    RemoteFile {
        /// URL, or name of an entry of `repos`. Left out, `path` lies in the chart itself.
        repo: Option<Text>,
        /// Branch, tag or commit.
        revision: Option<Text>,
        /// Path in the repository, or in the chart when there is no `repo`.
        path: Text,
    }
}

impl Shape for ValueFile {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::Map(_) => RemoteFile::read(cx, value).map(ValueFile::Remote),
            Kind::Str(_) => Text::read(cx, value).map(ValueFile::Own),
            _ => {
                cx.wrong_type(value, "a path or a mapping");
                None
            }
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "anyOf": [Text::schema(schemas), RemoteFile::schema(schemas)] })
    }
}

/// The value of a Helm parameter.
#[derive(Clone, Debug)]
pub struct ParameterValue {
    /// The value as Argo CD takes it: text.
    pub text: Text,
    /// Whether the chart must see text even where the value looks like something else.
    pub force_string: bool,
}

impl Shape for ParameterValue {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        let (text, force_string) = match &value.kind {
            Kind::Str(s) => (s.to_string(), looks_typed(s)),
            Kind::Bool(b) => (b.to_string(), false),
            Kind::Int(n) => (n.to_string(), false),
            Kind::UInt(n) => (n.to_string(), false),
            // Helm takes it as text anyway, and YAML has made 1.2 of 1.20 by now.
            Kind::Float(_) => {
                cx.wrong_type(value, "a string");
                return None;
            }
            _ => {
                cx.wrong_type(value, "a string, a whole number or a truth value");
                return None;
            }
        };
        Some(ParameterValue { text: Text { value: text.into(), span: value.span }, force_string })
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

/// Whether Helm's `--set` would read the text as something other than text (Helm 3, `strvals.typedVal`).
fn looks_typed(text: &str) -> bool {
    let word = ["true", "false", "null"].iter().any(|word| text.eq_ignore_ascii_case(word));
    word || text == "0" || (!text.starts_with('0') && text.parse::<i64>().is_ok())
}
