//! Stage: a tree of manifests that others wrote, as the plan that the rules after `render` look at.
//!
//! | file | holds |
//! |---|---|
//! | `files` | all files read: objects, values, what is of other tools |
//! | `repair` | objects behind templates that nobody quoted, and of files with a line that does not fit |
//! | `apps` | Applications: what they read, and where it goes |
//! | `sets` | Applications that ApplicationSets make, as far as the tree says |
//! | `own` | which repository the tree is, and where it lies in it |
//! | `reach` | who reads which folder, and what nobody reads |
//! | `values`, `loose` | values files that Applications name, and those that nothing names |
//! | `kustomize` | kustomizations, built by kustomize itself or left to the rules |
//! | `words` | what to write where there is no spec |

mod apps;
mod files;
mod kustomize;
mod loose;
mod own;
mod reach;
mod repair;
mod sets;
mod values;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Span, Value};
use crate::diag::{Bag, Code};
use crate::model::context::Fields;
use crate::model::document::Tags;
use crate::model::external::Externals;
use crate::model::gathered::SchemaFile;
use crate::model::instance::LOCAL_NAME;
use crate::model::plan::{Folder, Item, PlainFile, Plan, RawFile};
use crate::model::repositories::{Repositories, Repository};
use crate::model::spec::RepoKind;
use crate::model::tree::Made;
use crate::shape::Text;
use crate::source::path::parent;
use crate::source::{SourceMap, World};
use apps::App;
use files::Object;
pub use kustomize::{Build, BuildFault};
pub use words::reword;

/// The codes of this stage.
pub const CODES: &[&[&Code]] = &[files::CODES, kustomize::CODES, reach::CODES];

/// What is known of a tree beside its files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// URL of the repository that the tree is of, by word of the user.
    pub repo: Option<String>,
    /// URL that git fetches from.
    pub remote: Option<String>,
    /// The folder of the repository that the tree lies in; empty for the whole.
    pub inside: String,
    /// The namespace of Argo CD.
    pub namespace: Option<String>,
}

/// A tree, as far as the rules need it.
#[derive(Debug, Default)]
pub struct Imported {
    /// Objects as raw manifests, values files, projects, and who reads which folder.
    pub plan: Plan,
    /// CustomResourceDefinitions of the tree.
    pub schemas: Vec<SchemaFile>,
    /// Parts of files of which some lines could not be read: what is said about these may be wrong.
    pub doubtful: Vec<Span>,
    /// Number of files that were read.
    pub files: usize,
}

/// Reads a tree. Findings go into `bag`; a file that can't be read stops only itself.
pub fn import(
    world: &dyn World,
    options: &Options,
    build: Option<&dyn Build>,
    sources: &mut SourceMap,
    bag: &mut Bag,
) -> Imported {
    let mut files = files::read(world, sources, bag);
    let schemas = definitions(&files.objects);
    let first: Vec<App> = apps::of(&files.objects);
    let templates = sets::templates(&files.objects);
    let own = own::find(&first, &templates, &files, options);
    let mut built = kustomize::build(&mut files, build, sources, bag);
    let sets = sets::of(&files, &own);
    let apps: Vec<App> = first.into_iter().chain(sets).chain(apps::of(&built)).collect();
    files.objects.append(&mut built);
    let mut plan = Plan { platform: platform(options, &own, &files), ..Plan::default() };
    plan.repositories = Repositories { all: own.url.clone().map(repository).into_iter().collect(), public: None };
    reach::folders(&apps, &files, &own, &mut plan, bag);
    values::files(&apps, &mut files, &own, bag);
    *bag = reach::stopped(std::mem::take(bag), &files, &plan, sources);
    plan.items.insert("projects", items(&files.objects, "AppProject"));
    plan.items.insert("applications", items(&files.objects, "Application"));
    plan.loose = loose::files(&files);
    let clusters = apps::clusters(&apps);
    let count = files.names.len();
    for object in files.objects {
        let destination = clusters.get(&*object.path).and_then(|of| of.get(name(&object.value)));
        plan.raw.push(raw(object, destination, &mut plan.folders));
    }
    plan.files = files.values.into_iter().map(|file| plain(file, sources)).collect();
    let there: BTreeSet<&str> = plan.raw.iter().map(|file| file.path.as_str()).collect();
    plan.files.extend(taken(&files.taken).filter(|file| !there.contains(file.path.as_str())));
    plan.external = Externals::new(files.external);
    Imported { plan, schemas, doubtful: files.doubtful, files: count }
}

fn name(value: &Value) -> &str {
    value.get("metadata").and_then(|m| m.str_at("name")).unwrap_or_default()
}

/// An object as a raw manifest. What nobody reads goes to the cluster of Argo CD, so that the rules see it together.
fn raw(object: Object, cluster: Option<&Arc<str>>, folders: &mut BTreeMap<String, Folder>) -> RawFile {
    let folder = folders.entry(parent(&object.path).to_owned()).or_insert_with(|| Folder {
        owner: "".into(),
        span: Span::NONE,
        cluster: LOCAL_NAME.into(),
        namespace: "default".into(),
        project: "".into(),
        tags: Tags::default(),
        kustomization: None,
    });
    let cluster = cluster.unwrap_or(&folder.cluster);
    let tags = Tags { cluster: Some(Arc::clone(cluster)), ..Tags::default() };
    let (path, span) = (object.path.to_string(), object.value.span);
    RawFile { path, docs: vec![object.value], span, tags, patches: Arc::from([]) }
}

fn plain(file: files::Values, sources: &SourceMap) -> PlainFile {
    let text = sources.file_of(file.value.span).map(|f| f.text.clone()).unwrap_or_default();
    let origin = file.value.span;
    let (path, value) = (file.path.to_string(), Some(file.value));
    PlainFile {
        path,
        bytes: text.into_bytes(),
        value,
        origin,
        template: Span::NONE,
        tags: Tags::default(),
        made: Made::Derived,
    }
}

/// What kustomizations were built from: it stands there, though it is not deployed as it stands.
fn taken(objects: &[Object]) -> impl Iterator<Item = PlainFile> {
    let mut paths: Vec<(&str, Span)> = objects.iter().map(|o| (&*o.path, o.value.span)).collect();
    paths.dedup_by_key(|(path, _)| *path);
    let file = |(path, origin): (&str, Span)| {
        let (path, tags) = (path.to_owned(), Tags::default());
        PlainFile { path, bytes: Vec::new(), value: None, origin, template: Span::NONE, tags, made: Made::Derived }
    };
    paths.into_iter().map(file)
}

/// Objects of Argo CD of a kind, as the plan has them: their `spec`, under their name.
fn items(objects: &[Object], kind: &str) -> Vec<Item> {
    let of_kind = objects.iter().filter(|object| object.is_argo(kind));
    let item = |object: &Object| {
        let value = object.value.get("spec").cloned().unwrap_or_default();
        let span = object.value.get("metadata").and_then(|m| m.get("name")).map_or(object.value.span, |n| n.span);
        Item { name: name(&object.value).into(), span, value, patches: Arc::from([]) }
    };
    let mut items: Vec<Item> = of_kind.map(item).collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    items
}

/// CustomResourceDefinitions, which say what objects of their kinds look like.
fn definitions(objects: &[Object]) -> Vec<SchemaFile> {
    let of_kind = objects.iter().filter(|o| o.value.str_at("kind") == Some("CustomResourceDefinition"));
    of_kind.map(|o| SchemaFile { path: o.path.to_string(), docs: vec![o.value.clone()] }).collect()
}

fn platform(options: &Options, own: &own::Own, files: &files::Files) -> Value {
    let namespace = options.namespace.clone().unwrap_or_else(|| argocd_namespace(&files.objects));
    let repo = Fields::new().maybe("url", own.url.as_deref()).with("path", own.inside.as_str()).build();
    Fields::new().with("repo", repo).with("argocd", Fields::new().with("namespace", namespace).build()).build()
}

/// The namespace that most Applications and projects are in.
fn argocd_namespace(objects: &[Object]) -> String {
    let of_argo = objects.iter().filter(|o| o.is_argo("Application") || o.is_argo("AppProject"));
    let stated = of_argo.filter_map(|o| o.value.get("metadata")?.str_at("namespace"));
    own::most(stated).unwrap_or("argocd").to_owned()
}

fn repository(url: String) -> Repository {
    let url = Text { value: url.into(), span: Span::NONE };
    Repository { name: None, url, kind: RepoKind::Git, signs_in: false, prefix: false, project: None }
}
