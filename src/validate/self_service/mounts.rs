//! Files that pods mount by the Secrets Store CSI driver, and the paths that their environment names.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::yaml;

crate::codes! {
    /// A variable of a container names a file of a mounted secret that is not mounted.
    ///
    /// The path lies where a SecretProviderClass is mounted, and the class has no object of that name, so that the program finds no
    /// file. Mend the path, or add the value to the secret.
    MOUNTED_FILE_UNKNOWN = "mounted-file-unknown";
}

/// What an object mounts, or what a class holds.
#[derive(Debug)]
pub enum Mounts {
    /// A class: namespace, name, and the files that it gives.
    Class((Arc<str>, Arc<str>), BTreeSet<String>),
    /// A path in the environment of a container: namespace and class, the file, and where it stands.
    Read((Arc<str>, Arc<str>), String, Span),
}

/// What an object has to say.
pub fn document(document: &Document) -> Vec<Mounts> {
    let Some((api_version, kind)) = document.type_of() else { return Vec::new() };
    let namespace = document.value.get("metadata").and_then(|m| m.str_at("namespace")).unwrap_or_default();
    match kind {
        "SecretProviderClass" if api_version.starts_with("secrets-store.csi.x-k8s.io/") => {
            class(document, namespace).into_iter().collect()
        }
        "Deployment" | "StatefulSet" | "DaemonSet" => {
            let template = document.value.get("spec").and_then(|spec| spec.get("template"));
            template
                .and_then(|template| template.get("spec"))
                .map(|pod| reads(document, pod, namespace))
                .unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn class(document: &Document, namespace: &str) -> Option<Mounts> {
    let name = document.value.get("metadata")?.str_at("name")?;
    let spec = document.value.get("spec")?;
    let objects = spec.get("parameters")?.get("objects")?;
    let read = yaml::read_embedded(objects.as_str()?, objects.span).ok()?;
    let first = read.first()?;
    // The Vault provider takes a list, the Azure provider a list of texts under `array`.
    let files = match (first.as_list(), first.get("array").and_then(Value::as_list)) {
        (Some(items), _) => items.iter().filter_map(|item| item.str_at("objectName")).map(ToOwned::to_owned).collect(),
        (_, Some(items)) => items.iter().filter_map(azure_file).collect(),
        _ => return None,
    };
    Some(Mounts::Class((namespace.into(), name.into()), files))
}

fn azure_file(item: &Value) -> Option<String> {
    let read = yaml::read_embedded(item.as_str()?, item.span).ok()?;
    let object = read.first()?;
    object.str_at("objectAlias").or_else(|| object.str_at("objectName")).map(ToOwned::to_owned)
}

fn reads(document: &Document, pod: &Value, namespace: &str) -> Vec<Mounts> {
    let list = |of: &Value, key: &str| of.get(key).and_then(Value::as_list).unwrap_or_default().to_vec();
    let class_of = |volume: &Value| {
        let name = volume.get("csi")?.get("volumeAttributes")?.str_at("secretProviderClass")?;
        Some((volume.str_at("name")?.to_owned(), Arc::<str>::from(name)))
    };
    let classes: Vec<(String, Arc<str>)> = list(pod, "volumes").iter().filter_map(class_of).collect();
    let mut out = Vec::new();
    for container in list(pod, "containers").iter().chain(&list(pod, "initContainers")) {
        for mount in list(container, "volumeMounts") {
            let class = classes.iter().find(|(volume, _)| mount.str_at("name") == Some(volume));
            let (Some((_, class)), Some(folder)) = (class, mount.str_at("mountPath")) else { continue };
            for value in list(container, "env").iter().filter_map(|env| env.get("value")) {
                let file =
                    value.as_str().and_then(|path| path.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/'));
                if let Some(file) = file.filter(|file| !file.is_empty()) {
                    let place = value.span.or(document.origin);
                    out.push(Mounts::Read((namespace.into(), Arc::clone(class)), file.to_owned(), place));
                }
            }
        }
    }
    out
}

/// Checks that each file is in its class.
pub fn together(mounted: &[Mounts], bag: &mut Bag) {
    let classes: std::collections::BTreeMap<_, _> = mounted
        .iter()
        .filter_map(|mounts| match mounts {
            Mounts::Class(key, files) => Some((key, files)),
            Mounts::Read(..) => None,
        })
        .collect();
    for mounts in mounted {
        let Mounts::Read(key, file, place) = mounts else { continue };
        let Some(files) = classes.get(key).filter(|files| !files.contains(file)) else { continue };
        let message = format!("the class `{}` mounts no file `{file}`", key.1);
        let all: Vec<&str> = files.iter().map(String::as_str).collect();
        let help = format!("write one of {}, or add the value to the secret", crate::base::suggest::listing(all, 20));
        bag.push(Finding::error(&MOUNTED_FILE_UNKNOWN, *place, message, help));
    }
}
