//! Helm options of a source.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::sources::Builder;
use crate::base::Value;
use crate::base::value::sorted;
use crate::model::context::Fields;
use crate::model::spec::{Helm, ParameterValue, RemoteFile, ValueFile, ValuesAs};
use crate::model::tree::Made;
use crate::shape::Text;
use crate::yaml;

/// `helm.valueFiles`: the files of the spec in their order, then that of the inline values where they
/// go into a file.
pub fn value_files(builder: &mut Builder, helm: &Helm) -> Vec<Value> {
    let mut files: Vec<Value> = Vec::new();
    for file in helm.value_files.iter() {
        let (path, span) = match file {
            ValueFile::Own(path) => (own(builder, path), path.span),
            ValueFile::Remote(remote) => (remote_path(builder, remote), remote.path.span),
        };
        files.push(Value::from(path).at(span));
    }
    if let (Some(values), Some(ValuesAs::File)) = (&helm.values, helm.values_as) {
        let mut text = String::new();
        let value = sorted(&values.to_value());
        yaml::write(&mut text, &value);
        let name = format!("{}-values.yaml", builder.file());
        let path = builder.values_file(&name, text.into_bytes(), Some(value), values.span, Made::Values);
        files.push(Value::from(path).at(values.span));
    }
    files
}

/// A file beside the spec is copied as it is: its comments belong to whoever reads the tree too.
fn own(builder: &mut Builder, path: &Text) -> String {
    let copied = builder.input().gathered.values.get(&**path);
    let bytes = copied.map(|c| c.bytes.clone()).unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or(path);
    let value = copied.map(|c| c.value.clone());
    builder.values_file(name, bytes, value, path.span, Made::Copy(Arc::clone(&path.value)))
}

fn remote_path(builder: &mut Builder, remote: &RemoteFile) -> String {
    let Some(repo) = &remote.repo else { return remote.path.to_string() };
    let (url, revision) = builder.git_repo(Some(repo), remote.revision.as_ref());
    let reference = builder.reference(url, repo.span, revision);
    format!("${reference}/{}", &*remote.path)
}

/// `source.helm`.
pub fn options(helm: &Helm, value_files: Vec<Value>) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let values = || helm.values.as_ref().map(|v| sorted(&v.to_value()));
    let (object, string) = match helm.values_as.unwrap_or(ValuesAs::Object) {
        ValuesAs::Object => (values(), None),
        ValuesAs::String => (None, values().map(|v| as_text(&v))),
        ValuesAs::File => (None, None),
    };
    Fields::new()
        .maybe("releaseName", text(&helm.release_name))
        .list("valueFiles", value_files)
        .maybe("ignoreMissingValueFiles", helm.ignore_missing_value_files)
        .maybe("values", string)
        .maybe("valuesObject", object)
        .list("parameters", parameters(helm))
        .list("fileParameters", file_parameters(helm))
        .maybe("skipCrds", helm.skip_crds)
        .maybe("skipTests", helm.skip_tests)
        .maybe("skipSchemaValidation", helm.skip_schema_validation)
        .maybe("passCredentials", helm.pass_credentials)
        .maybe("namespace", text(&helm.namespace))
        .maybe("kubeVersion", text(&helm.kube_version))
        .list("apiVersions", helm.api_versions.iter().map(Text::to_value).collect())
        .at(helm.span)
}

fn as_text(value: &Value) -> Value {
    let mut text = String::new();
    yaml::write(&mut text, value);
    Value::from(text).at(value.span)
}

fn parameters(helm: &Helm) -> Vec<Value> {
    let by_name: BTreeMap<&str, (&Text, &ParameterValue)> =
        helm.parameters.iter().map(|p| (&*p.name.value, (&p.name, &p.item))).collect();
    let one = |(name, value): (&Text, &ParameterValue)| {
        Fields::new()
            .with("name", name.to_value())
            .with("value", value.text.to_value())
            .maybe("forceString", value.force_string.then_some(true))
            .at(name.span)
    };
    by_name.into_values().map(one).collect()
}

fn file_parameters(helm: &Helm) -> Vec<Value> {
    let by_name: BTreeMap<&str, (&Text, &Text)> =
        helm.file_parameters.iter().map(|p| (&*p.name.value, (&p.name, &p.item))).collect();
    let one = |(name, path): (&Text, &Text)| {
        Fields::new().with("name", name.to_value()).with("path", path.to_value()).build()
    };
    by_name.into_values().map(one).collect()
}
