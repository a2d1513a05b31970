//! All files of a tree, read and told apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::repair;
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding, Place};
use crate::model::document::members;
use crate::model::ownership::EXTERNAL_FILE;
use crate::model::spec::{ExternalFile, ExternalObject};
use crate::shape::{Reader, Shape as _};
use crate::source::path::{folders, parent};
use crate::source::{FileId, SourceMap, World, read_texts};
use crate::yaml;

crate::codes! {
    /// A tree holds a Helm chart, whose templates are not read.
    ///
    /// What a chart makes depends on values, and only Helm can tell. Applications that deploy the chart are checked, and so
    /// are values files; the objects of the chart are taken for unknown: nothing is said to be missing in the namespaces
    /// that it goes to.
    ///
    /// To have the objects checked, render the chart into a folder (`helm template`) and check that.
    CHART_NOT_RENDERED = "chart-not-rendered": note;
    /// A folder of a tree can't be listed.
    ///
    /// What lies in it was not checked, and what refers to it seems to lead nowhere.
    ///
    /// Make the folder readable.
    TREE_UNREADABLE = "tree-unreadable";
}

/// Largest number of nodes that is read of one file: manifests are small, and a hostile file must not stop the others.
const LIMITS: yaml::Limits = yaml::Limits { max_nodes: 2_000_000, max_depth: 128, max_alias_nodes: 200_000 };
/// A folder of packages that no manifests of the tree lie in.
const PACKAGES: &str = "node_modules";

/// One object of the tree.
#[derive(Clone, Debug)]
pub struct Object {
    /// The path of its file; for what was built, a file of that name in the folder of the kustomization.
    pub path: Arc<str>,
    /// The object.
    pub value: Value,
}

impl Object {
    /// Whether it is of a kind of Argo CD.
    pub fn is_argo(&self, kind: &str) -> bool {
        let group = self.value.str_at("apiVersion").is_some_and(|v| v.starts_with("argoproj.io/"));
        group && self.value.str_at("kind") == Some(kind)
    }
}

/// A file of values, as Helm takes them.
#[derive(Debug)]
pub struct Values {
    /// Its path.
    pub path: Arc<str>,
    /// What is in it.
    pub value: Value,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Files {
    /// Paths of all files, also of those that were not read.
    pub names: BTreeSet<String>,
    /// All folders.
    pub folders: BTreeSet<String>,
    /// Folders of Helm charts.
    pub charts: BTreeSet<String>,
    /// Objects, by path.
    pub objects: Vec<Object>,
    /// Objects that kustomizations were built from.
    pub taken: Vec<Object>,
    /// Documents that are no objects, by path.
    pub others: BTreeMap<Arc<str>, Vec<Value>>,
    /// Files of values.
    pub values: Vec<Values>,
    /// Parts of files of which some lines could not be read.
    pub doubtful: Vec<Span>,
    /// What the tree says something else makes.
    pub external: Vec<ExternalObject>,
}

/// What came of one file.
struct Read {
    path: Arc<str>,
    docs: Vec<Value>,
    doubtful: Option<Span>,
    bag: Bag,
}

/// Reads all files. Each fault stays with its file.
pub fn read(world: &dyn World, sources: &mut SourceMap, bag: &mut Bag) -> Files {
    let listed = world.list("").unwrap_or_else(|error| {
        let message = format!("can't list `{}`: {}", error.path, error.reason);
        let place = Place::File(if error.path.is_empty() { ".".to_owned() } else { error.path });
        bag.push(Finding::error(&TREE_UNREADABLE, place, message, "make the folder readable"));
        Vec::new()
    });
    let above = listed.iter().flat_map(|path| folders(path)).chain([""]);
    let mut files = Files { folders: above.map(str::to_owned).collect(), ..Files::default() };
    files.names = listed.into_iter().filter(|path| is_wanted(path)).collect();
    let charts = files.names.iter().filter(|path| is_called(path, "Chart.yaml"));
    files.charts = charts.map(|path| parent(path).to_owned()).collect();
    let paths = files.names.iter().filter(|path| is_yaml(path) && !files.in_templates(path));
    let paths: Vec<(String, Place)> = paths.map(|path| (path.clone(), Place::File(path.clone()))).collect();
    let ids = read_texts(world, paths.into_iter(), sources, bag);
    files.external = external(world, sources, bag);
    let all: Vec<Read> = ids.into_par_iter().filter_map(|(path, id)| parse(sources, path, id)).collect();
    for read in all {
        files.take(read, bag);
    }
    for chart in &files.charts {
        let message = format!("the templates of the Helm chart in `{}` are not read", shown(chart));
        let help = "render the chart into a folder (`helm template`) and check that, to have its objects checked";
        bag.push(Finding::note(&CHART_NOT_RENDERED, place_of(sources, chart), message, help));
    }
    files
}

impl Files {
    /// Whether a path is of a chart's templates, or of the charts and CustomResourceDefinitions that it brings.
    fn in_templates(&self, path: &str) -> bool {
        let chart = |folder: &&str| self.charts.contains(*folder);
        let of = folders(path).filter(chart).chain(std::iter::once("").filter(|_| self.charts.contains("")));
        of.filter_map(|folder| path.strip_prefix(folder)).any(|rest| {
            let rest = rest.trim_start_matches('/');
            ["templates/", "charts/"].iter().any(|below| rest.starts_with(below))
        })
    }

    fn take(&mut self, read: Read, bag: &mut Bag) {
        bag.extend(read.bag);
        self.doubtful.extend(read.doubtful);
        let (objects, others): (Vec<Value>, Vec<Value>) = read.docs.into_iter().partition(is_object);
        let of = |value: Value| Object { path: Arc::clone(&read.path), value };
        self.objects.extend(objects.into_iter().map(of));
        if let ([value], true) = (others.as_slice(), is_values(&read.path)) {
            self.values.push(Values { path: Arc::clone(&read.path), value: value.clone() });
        }
        if !others.is_empty() {
            self.others.insert(read.path, others);
        }
    }
}

/// What a tree says about objects that something else makes.
fn external(world: &dyn World, sources: &mut SourceMap, bag: &mut Bag) -> Vec<ExternalObject> {
    if world.kind(EXTERNAL_FILE).is_none() {
        return Vec::new();
    }
    let path = [(EXTERNAL_FILE.to_owned(), Place::File(EXTERNAL_FILE.to_owned()))];
    let ids = read_texts(world, path.into_iter(), sources, bag);
    let docs: Vec<Value> = ids.into_values().flat_map(|id| yaml::read(sources, id, bag, &LIMITS)).collect();
    let mut reader = Reader::new();
    let read = docs.first().and_then(|doc| ExternalFile::read(&mut reader, doc));
    bag.extend(reader.bag);
    read.map(|file| file.external.to_vec()).unwrap_or_default()
}

fn parse(sources: &SourceMap, path: String, id: FileId) -> Option<Read> {
    let text = &sources.file(id)?.text;
    // JSON is also written by and for many tools that have nothing to do with Kubernetes.
    if path.ends_with(".json") && !text.contains("\"apiVersion\"") {
        return None;
    }
    let mut bag = Bag::new();
    let docs = yaml::read_objects(sources, id, &mut bag, &LIMITS);
    let repaired = || {
        let quoted = repair::objects(sources, id, &LIMITS).map(|docs| (docs, None));
        quoted.or_else(|| repair::without_fault(sources, id, &bag, &LIMITS).map(|(docs, part)| (docs, Some(part))))
    };
    let (docs, doubtful) = if bag.errors() == 0 { None } else { repaired() }.unwrap_or((docs, None));
    // Tags are the business of the tools that files without objects are for.
    if !text.contains("apiVersion") {
        bag = bag.into_findings().into_iter().filter(|f| f.code.id != yaml::TAG.id).collect();
    }
    let docs = docs.into_iter().filter(|doc| !doc.is_null()).flat_map(members).collect();
    Some(Read { path: path.into(), docs, doubtful, bag })
}

/// Whether a document is a Kubernetes object.
pub fn is_object(value: &Value) -> bool {
    value.str_at("apiVersion").is_some() && value.str_at("kind").is_some()
}

/// Names that values files have by custom.
fn is_values(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name.contains("values") || parent(path).ends_with("values")
}

/// Hidden files and folders, and what tools keep, are passed over.
fn is_wanted(path: &str) -> bool {
    !path.split('/').any(|part| part.starts_with('.') || part == PACKAGES)
}

fn is_yaml(path: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end)) || is_called(path, "Kustomization")
}

fn is_called(path: &str, name: &str) -> bool {
    path.rsplit('/').next() == Some(name)
}

fn place_of(sources: &SourceMap, chart: &str) -> Place {
    let path = if chart.is_empty() { "Chart.yaml".to_owned() } else { format!("{chart}/Chart.yaml") };
    let file = sources.files().find(|file| file.path == path);
    let line = |f: &crate::source::SourceFile| f.span(0, f.text.find('\n').unwrap_or(f.text.len()));
    file.map(line).filter(|span| *span != Span::NONE).map_or(Place::File(path), Place::Span)
}

/// A folder in the words of messages.
pub fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}
