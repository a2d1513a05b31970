//! Raw manifests that an app owns.

use std::sync::Arc;

use super::Input;
use crate::base::{Map, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::document::Tags;
use crate::model::gathered::ManifestFile;
use crate::model::instance::Instance;
pub use crate::model::kustomize::is_kustomization;
use crate::model::plan::{PlainFile, RawFile};
use crate::model::spec::Directory;

crate::codes! {
    /// A document among an app's manifests is no Kubernetes object: it lacks `apiVersion`, `kind` or
    /// a name.
    ///
    /// Argo CD would stop the whole Application at it.
    NOT_AN_OBJECT = "not-an-object";
    /// Two files of an app have the same name, so they would be written to one place.
    ///
    /// All raw manifests of an app come into one folder. Rename one of the files.
    FILE_NAME_TWICE = "file-name-twice";
    /// The folder of an app's manifests is read with all folders below it, and its values files lie
    /// in one of these.
    ///
    /// Argo CD would take the values files for manifests and stop at them. Take `recurse` out: the
    /// manifests of an app are written into one folder. Or set `layout.values` to a path elsewhere.
    VALUES_AMONG_MANIFESTS = "values-among-manifests";
    /// A kustomization has a file name that kustomize does not look for, or a folder would have two.
    ///
    /// Kustomize reads `kustomization.yaml`, `kustomization.yml` or `Kustomization`, one in a folder, told apart by upper
    /// and lower case. Argo CD takes a file of any other name for a manifest: it looks for no kustomize, applies all
    /// files as they are, and stops at this one, which is no object of a cluster.
    ///
    /// Rename the file to `kustomization.yaml`.
    KUSTOMIZATION_FILENAME = "kustomization-filename";
}

/// The raw manifests of an app, at their places below `folder`.
pub fn raw(input: &Input, instance: &Instance, folder: &str, bag: &mut Bag) -> Vec<RawFile> {
    let files = input.gathered.manifests.get(&instance.name).map(Vec::as_slice).unwrap_or_default();
    let patches: Arc<[_]> = Arc::from(instance.patches.clone());
    let mut out: Vec<RawFile> = Vec::with_capacity(files.len());
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let path = format!("{folder}/{name}");
        if let Some(first) = out.iter().find(|f| f.path == path) {
            let message = format!("app `{}` has two manifests called `{name}`", &*instance.app);
            let finding = Finding::error(&FILE_NAME_TWICE, file.span, message, "rename one of the two files");
            bag.push(finding.also(first.span, "first"));
            continue;
        }
        if let Some(finding) = misnamed(name, file, &out) {
            bag.push(finding);
            continue;
        }
        let complete = |doc: &Value| if is_kustomization(name) { with_type(doc) } else { doc.clone() };
        let docs: Vec<Value> = file.docs.iter().map(complete).collect();
        docs.iter().for_each(|doc| check_object(doc, bag));
        out.push(RawFile { path, docs, span: file.span, tags: tags(instance), patches: Arc::clone(&patches) });
    }
    out
}

/// A kustomization that kustomize would not find, or would find beside another.
fn misnamed(name: &str, file: &ManifestFile, others: &[RawFile]) -> Option<Finding> {
    if is_kustomization(name) {
        let other = others.iter().find(|other| is_kustomization(&other.path))?;
        let message = "a folder has one kustomization, and this app would have two";
        let finding = Finding::error(&KUSTOMIZATION_FILENAME, file.span, message, "keep one of the two files");
        return Some(finding.also(other.span, "the other one"));
    }
    let of_kind = |doc: &Value| {
        doc.str_at("kind").is_some_and(|kind| ["Kustomization", "Component"].contains(&kind))
            && doc.str_at("apiVersion").is_none_or(|version| version.starts_with("kustomize.config.k8s.io/"))
    };
    let lower = name.to_lowercase();
    let near = ["kustomization.yaml", "kustomization.yml", "kustomization", "kustomize.yaml", "kustomize.yml"];
    if !near.contains(&lower.as_str()) && !file.docs.iter().any(of_kind) {
        return None;
    }
    let message = format!("kustomize does not look for `{name}`, so this kustomization has no effect");
    let help = "rename the file to `kustomization.yaml`";
    Some(Finding::error(&KUSTOMIZATION_FILENAME, file.span, message, help))
}

/// A kustomization with its type, which may be left out (kustomize, `Kustomization.FixKustomization`).
fn with_type(doc: &Value) -> Value {
    let Some(map) = doc.as_map() else { return doc.clone() };
    let mut out = Map::new();
    for (key, default) in [("apiVersion", "kustomize.config.k8s.io/v1beta1"), ("kind", "Kustomization")] {
        if !map.contains(key) {
            out.set(key, default);
        }
    }
    map.iter().for_each(|entry| out.put(entry.clone()));
    Value::from(out).at(doc.span)
}

/// Values files must not lie where Argo CD looks for manifests.
pub fn check_values(instance: &Instance, folder: &str, values: &[PlainFile], bag: &mut Bag) {
    let recursive = |d: &&Directory| d.recurse == Some(true);
    let own = instance.body.all_sources().filter(|s| s.is_of_own_manifests());
    let Some(directory) = own.filter_map(|s| s.directory.as_deref()).find(recursive) else { return };
    let below = |file: &&PlainFile| file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    if let Some(file) = values.iter().find(below) {
        let message = format!("`{}` would be read as a manifest of app `{}`", file.path, &*instance.app);
        let help = "take `recurse` out, or set `layout.values` to a path elsewhere";
        let finding = Finding::error(&VALUES_AMONG_MANIFESTS, directory.span, message, help);
        bag.push(finding.also(file.origin, "this values file"));
    }
}

/// What the files of an app belong to.
pub fn tags(instance: &Instance) -> Tags {
    Tags {
        app: Some(Arc::clone(&instance.app.value)),
        category: instance.body.category.as_ref().map(|c| Arc::clone(&c.value)),
        cluster: Some(Arc::clone(&instance.cluster.name.value)),
        environment: instance.environment.as_ref().map(|e| Arc::clone(&e.value)),
    }
}

fn check_object(doc: &Value, bag: &mut Bag) {
    let Some(map) = doc.as_map() else {
        let message = format!("a manifest is a mapping, this is {}", doc.type_name());
        let help = "start with `apiVersion:` and `kind:`, and put `---` between objects";
        bag.push(Finding::error(&NOT_AN_OBJECT, doc.span, message, help));
        return;
    };
    let name = map.get("metadata").and_then(|m| m.get("name").or_else(|| m.get("generateName")));
    let of_tools = map.get("kind").and_then(Value::as_str).is_some_and(|k| ["Kustomization", "Component"].contains(&k));
    let nameless = name.is_none() && !of_tools;
    let lacking: Vec<&str> = [
        (map.get("apiVersion").is_none(), "apiVersion"),
        (map.get("kind").is_none(), "kind"),
        (nameless, "metadata.name"),
    ]
    .into_iter()
    .filter_map(|(lacks, what)| lacks.then_some(what))
    .collect();
    if !lacking.is_empty() {
        let lacking = suggest::listing(lacking, 3);
        let message = format!("this is no Kubernetes object, it lacks {lacking}");
        let help = format!("add {lacking}, or let `manifests` match only files that are manifests");
        bag.push(Finding::error(&NOT_AN_OBJECT, doc.span, message, help));
    }
}
