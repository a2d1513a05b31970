//! Raw manifests that an app owns.

use std::sync::Arc;

use super::Input;
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::document::Tags;
use crate::model::instance::Instance;
use crate::model::plan::RawFile;

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
        file.docs.iter().for_each(|doc| check_object(doc, bag));
        let docs = file.docs.iter().filter(|d| d.as_map().is_some()).cloned().collect();
        out.push(RawFile { path, docs, span: file.span, tags: tags(instance), patches: Arc::clone(&patches) });
    }
    out
}

fn tags(instance: &Instance) -> Tags {
    Tags {
        app: Some(Arc::clone(&instance.app.value)),
        category: instance.body.category.as_ref().map(|c| Arc::clone(&c.value)),
        cluster: Some(Arc::clone(&instance.cluster.name.value)),
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
    let nameless = name.is_none() && map.get("kind").and_then(Value::as_str) != Some("Kustomization");
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
