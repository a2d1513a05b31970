//! Raw manifests: the objects in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{EMPTY_MANIFEST, MANIFEST_ENDING};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::members;
use crate::model::gathered::ManifestFile;
use crate::model::instance::Instance;
use crate::source::{FileId, SourceMap};
use crate::yaml;

/// Reads the objects of all files, by path.
pub fn parse(
    sources: &SourceMap,
    files: &mut BTreeMap<String, FileId>,
    bag: &mut Bag,
) -> BTreeMap<String, Arc<ManifestFile>> {
    let parsed: Vec<(ManifestFile, Bag)> =
        std::mem::take(files).into_par_iter().map(|(path, id)| read(sources, path, id)).collect();
    let mut manifests = BTreeMap::new();
    for (file, found) in parsed {
        bag.extend(found);
        manifests.insert(file.path.clone(), Arc::new(file));
    }
    manifests
}

fn read(sources: &SourceMap, path: String, id: FileId) -> (ManifestFile, Bag) {
    let mut bag = Bag::new();
    let docs: Vec<Value> = yaml::read_objects(sources, id, &mut bag, &yaml::Limits::default());
    let docs: Vec<Value> = docs.into_iter().filter(|d| !d.is_null()).flat_map(members).collect();
    let span = sources.file(id).map_or(Span::NONE, |f| f.span(0, f.text.find('\n').unwrap_or(f.text.len())));
    if docs.is_empty() && bag.errors() == 0 {
        let help = "take it out of the globs of `manifests`, or put an object into it";
        bag.push(Finding::warning(&EMPTY_MANIFEST, span, format!("`{path}` holds no object"), help));
    }
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    if !["yaml", "yml", "json"].contains(&ending) && !path.ends_with("Kustomization") {
        let message = format!("Argo CD does not read `{path}`: it reads `.yaml`, `.yml` and `.json`");
        let help = "rename the file, or narrow the glob under `manifests`";
        bag.push(Finding::error(&MANIFEST_ENDING, span, message, help));
    }
    (ManifestFile { path, docs, span }, bag)
}

/// The files of an app that hold something.
pub fn of_app(
    app: &Instance,
    paths: &[(String, Span)],
    all: &BTreeMap<String, Arc<ManifestFile>>,
    bag: &mut Bag,
) -> (Arc<str>, Vec<Arc<ManifestFile>>) {
    let files: Vec<Arc<ManifestFile>> = paths.iter().filter_map(|(path, _)| all.get(path).cloned()).collect();
    if let (true, Some((_, glob))) = (files.iter().all(|f| f.docs.is_empty()) && !files.is_empty(), paths.first()) {
        let message = format!("the manifests of app `{}` hold no object, so nothing would be written", &*app.app);
        let help = "put an object into one of the files, or take `manifests` out";
        bag.push(Finding::error(&EMPTY_MANIFEST, *glob, message, help));
    }
    (Arc::clone(&app.name), files)
}
