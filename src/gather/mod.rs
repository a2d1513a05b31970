//! Stage: the files that the spec names are read: raw manifests, values files, templates, schemas.

mod beside;
mod charts;
mod manifests;
mod workflows;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::embedded::TEMPLATES;
use crate::model::gathered::{CopiedFile, Gathered, SchemaFile, TemplateFile};
use crate::model::instance::{Instance, Resolved};
use crate::model::spec::{App, Source, Spec, ValueFile};
use crate::shape::Text;
use crate::source::{FileId, Globber, SourceMap, World, read_texts};
use crate::yaml;
pub use workflows::CODES as WORKFLOW_CODES;

crate::codes! {
    /// A glob matches no file.
    ///
    /// Nothing would be emitted for it, in silence. Globs are relative to the folder of the spec and stay
    /// below it; `*` stays within a folder, `**` crosses folders. Mend the spelling or the ending, or take
    /// the entry out.
    GLOB_NO_MATCH = "glob-no-match";
    /// A values file is not a mapping, so Helm would refuse it.
    ///
    /// The file is copied into the tree as it is, and the sync would fail there. Write `key: value` lines.
    VALUES_NOT_MAPPING = "values-not-mapping";
    /// A file of raw manifests holds no object.
    ///
    /// It comes to nothing, and is not written. When none of an app's files holds one, Argo CD would
    /// find no folder to read. Take the file out of the globs, or put an object into it.
    EMPTY_MANIFEST = "empty-manifest": error warning;
    /// A file among an app's manifests has an ending that Argo CD passes over.
    ///
    /// It reads `.yaml`, `.yml` and `.json` (Argo CD 3.x, reposerver/repository), so the objects in
    /// the file would never reach a cluster. Rename the file, or narrow the glob.
    MANIFEST_ENDING = "manifest-ending";
}

/// Reads what the spec names. Findings go into `bag`.
pub fn gather(world: &dyn World, spec: &Spec, resolved: &Resolved, sources: &mut SourceMap, bag: &mut Bag) -> Gathered {
    let mut globber = Globber::new(world);
    let wanted: Vec<(&Instance, Vec<(String, Span)>)> = resolved
        .instances
        .iter()
        .map(|i| (i, expand(&mut globber, &i.body.manifests, bag)))
        .filter(|(_, paths)| !paths.is_empty())
        .collect();
    let mut files = read_all(world, wanted.iter().flat_map(|(_, paths)| paths.iter().cloned()), sources, bag);
    let manifests = manifests::parse(sources, &mut files, bag);
    Gathered {
        manifests: wanted.iter().map(|(app, paths)| manifests::of_app(app, paths, &manifests, bag)).collect(),
        values: values(world, spec, resolved, sources, bag),
        charts: charts::read(world, spec, sources, bag),
        templates: templates(world, spec, sources, bag),
        workflows: workflows::read(world, spec, &mut globber, sources, bag),
        schemas: schemas(world, spec, &mut globber, sources, bag),
        absent: beside::absent(world, spec, resolved),
    }
}

/// The files of some globs, each with the place of its glob.
fn expand(globber: &mut Globber, globs: &[Text], bag: &mut Bag) -> Vec<(String, Span)> {
    let mut paths = Vec::new();
    for glob in globs {
        match globber.expand(glob) {
            Ok(found) if !found.is_empty() => paths.extend(found.into_iter().map(|p| (p, glob.span))),
            Ok(_) => {
                let help = "write a path or glob relative to the folder of the spec; `**` crosses folders";
                bag.push(Finding::error(&GLOB_NO_MATCH, glob.span, format!("`{}` matches no file", &**glob), help));
            }
            Err(reason) => {
                let help = "write a glob such as `manifests/harbor/*.yaml`, below the folder of the spec";
                let message = format!("`{}` can't be used: {reason}", &**glob);
                bag.push(Finding::error(&GLOB_NO_MATCH, glob.span, message, help));
            }
        }
    }
    paths.sort();
    paths.dedup_by(|a, b| a.0 == b.0);
    paths
}

/// Reads files that are named at places of the spec.
fn read_all(
    world: &dyn World,
    paths: impl Iterator<Item = (String, Span)>,
    sources: &mut SourceMap,
    bag: &mut Bag,
) -> BTreeMap<String, FileId> {
    read_texts(world, paths.map(|(path, at)| (path, at.into())), sources, bag)
}

fn values(
    world: &dyn World,
    spec: &Spec,
    resolved: &Resolved,
    sources: &mut SourceMap,
    bag: &mut Bag,
) -> BTreeMap<String, Arc<CopiedFile>> {
    let of_sets = spec.application_sets.iter().map(|s| &*s.item.template);
    let bodies = resolved.instances.iter().map(|i| &i.body).chain(of_sets);
    let paths = bodies.flat_map(App::all_sources).flat_map(own_value_files).map(|file| (file.to_string(), file.span));
    let ids = read_all(world, paths, sources, bag);
    let sources = &*sources;
    let parsed: Vec<(Option<CopiedFile>, Bag)> = ids
        .into_par_iter()
        .map(|(path, id)| {
            let mut bag = Bag::new();
            (values_file(path, id, sources, &mut bag), bag)
        })
        .collect();
    let mut out = BTreeMap::new();
    for (file, found) in parsed {
        bag.extend(found);
        out.extend(file.map(|file| (file.path.clone(), Arc::new(file))));
    }
    out
}

fn values_file(path: String, id: FileId, sources: &SourceMap, bag: &mut Bag) -> Option<CopiedFile> {
    let bytes = sources.file(id)?.text.clone().into_bytes();
    let mut docs = yaml::read(sources, id, bag, &yaml::Limits::default());
    let value = if docs.is_empty() { Value::default() } else { docs.swap_remove(0) };
    if let (false, None) = (value.is_null(), value.as_map()) {
        let message = format!("values file `{path}` is {}, not a mapping", value.type_name());
        bag.push(Finding::error(&VALUES_NOT_MAPPING, value.span, message, "write `key: value` lines"));
    }
    Some(CopiedFile { path, bytes, value })
}

fn own_value_files(source: &Source) -> impl Iterator<Item = &Text> {
    source.helm.iter().flat_map(|h| h.value_files.iter()).filter_map(|f| match f {
        ValueFile::Own(path) => Some(path),
        ValueFile::Remote(_) => None,
    })
}

/// The built-in templates, and those of the user, which replace a built-in one of the same name.
fn templates(world: &dyn World, spec: &Spec, sources: &mut SourceMap, bag: &mut Bag) -> Vec<TemplateFile> {
    let mut all = own_templates(world, spec, sources, bag);
    let own = all.len();
    for (name, text) in TEMPLATES {
        if all.iter().all(|own| own.name != *name) {
            let added = sources.add(format!("templates/{name} (built in)"), (*text).to_owned());
            all.extend(added.map(|file| TemplateFile { name: (*name).to_owned(), file }));
        }
    }
    all.iter().skip(own).for_each(|template| sources.mark_built_in(template.file));
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn own_templates(world: &dyn World, spec: &Spec, sources: &mut SourceMap, bag: &mut Bag) -> Vec<TemplateFile> {
    let Some(folder) = &spec.templates else { return Vec::new() };
    let prefix = format!("{}/", folder.trim_end_matches('/').trim_start_matches("./"));
    let listed = match world.list(prefix.trim_end_matches('/')) {
        Ok(listed) => listed,
        Err(error) => {
            let help = "name a folder of templates below the folder of the spec";
            let message = format!("`{}` can't be used: {}", &**folder, error.reason);
            bag.push(Finding::error(&GLOB_NO_MATCH, folder.span, message, help));
            return Vec::new();
        }
    };
    let is_template = |p: &&String| p.ends_with(".yaml") || p.ends_with(".yml") || p.ends_with(".j2");
    let paths: Vec<(String, Span)> = listed.iter().filter(is_template).map(|p| (p.clone(), folder.span)).collect();
    if paths.is_empty() {
        let help = "put `.yaml` or `.j2` templates there, or take the key out";
        let message = format!("the folder `{}` holds no template", &**folder);
        bag.push(Finding::error(&GLOB_NO_MATCH, folder.span, message, help));
    }
    let ids = read_all(world, paths.into_iter(), sources, bag);
    let name = |path: &str| path.strip_prefix(&prefix).unwrap_or(path).to_owned();
    ids.into_iter().map(|(path, file)| TemplateFile { name: name(&path), file }).collect()
}

fn schemas(
    world: &dyn World,
    spec: &Spec,
    globber: &mut Globber,
    sources: &mut SourceMap,
    bag: &mut Bag,
) -> Vec<SchemaFile> {
    let paths = expand(globber, &spec.schemas, bag);
    let ids = read_all(world, paths.into_iter(), sources, bag);
    let sources = &*sources;
    let parse = |(path, id): (String, FileId)| {
        let mut bag = Bag::new();
        (SchemaFile { docs: yaml::read(sources, id, &mut bag, &yaml::Limits::default()), path }, bag)
    };
    let parsed: Vec<(SchemaFile, Bag)> = ids.into_par_iter().map(parse).collect();
    let file = |(file, found): (SchemaFile, Bag)| {
        bag.extend(found);
        file
    };
    parsed.into_iter().map(file).collect()
}
