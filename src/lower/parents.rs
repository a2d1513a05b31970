//! The root, the parents of the categories, and the namespaces that the root makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::apono::leave_alone;
use super::folders::LAYOUT_FOLDER;
use super::paths::{Of, Paths, folder, in_repo};
use super::{AppFacts, Input, app, folders, policy, sets, sets::LoweredSet};
use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::document::Tags;
use crate::model::instance::{Instance, LOCAL_NAME, LOCAL_SERVER};
use crate::model::plan::{Folder, Item, Plan};
use crate::model::spec::{Category, Sync};
use crate::shape::{Named, Reader, Shape};

crate::codes! {
    /// A namespace has an owner that can't make it.
    ///
    /// A namespace is an object that some Application deploys: the root on the cluster of Argo CD, or the
    /// `owner`, beside whose raw manifests it stands. So the owner must go to the cluster of the namespace
    /// and have `manifests`. Name another owner, or leave `owner` out where the root can make it.
    NAMESPACE_OWNER = "namespace-owner";
}

/// Wave of namespaces within the root: after projects, before apps.
const NAMESPACE_WAVE: i64 = -10;

/// What the root and the parents hold.
pub struct Held<'a> {
    /// Apps.
    pub apps: &'a [AppFacts],
    /// ApplicationSets.
    pub sets: &'a [LoweredSet],
    /// AppProjects.
    pub projects: &'a [Item],
    /// Namespaces.
    pub namespaces: &'a [Item],
    /// Settings of Argo CD.
    pub settings: &'a [Item],
}

/// The namespaces, sorted by name.
pub fn namespaces(input: &Input, paths: &Paths, bag: &mut Bag) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for named in input.spec.namespaces.iter() {
        let (name, namespace) = (&named.name, &named.item);
        let cluster = namespace.cluster.as_deref().unwrap_or(LOCAL_NAME);
        let path = match &namespace.owner {
            None if cluster != LOCAL_NAME => {
                let message =
                    format!("namespace `{}` is on cluster `{cluster}`, where the root can't make it", &**name);
                let help = "add `owner:` with an app that goes to that cluster";
                bag.push(Finding::error(&NAMESPACE_OWNER, name.span, message, help));
                continue;
            }
            None => paths.of(Of::Namespace(name), name.span, bag),
            Some(owner) => owned_path(input, paths, named, owner, cluster, bag),
        };
        let Some(path) = path else { continue };
        let wave = NAMESPACE_WAVE.to_string();
        let annotations = policy::waved(policy::texts(&namespace.annotations), NAMESPACE_WAVE);
        let value = Fields::new()
            .with("name", name.to_value())
            .with("path", path)
            .with("wave", wave)
            .with("cluster", cluster)
            .map("labels", policy::texts(&namespace.labels))
            .with("annotations", annotations)
            .at(name.span);
        items.push(Item { name: Arc::clone(&name.value), span: name.span, value, patches: Arc::from([]) });
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    items
}

/// The path of a namespace that an app owns: beside the app's raw manifests.
fn owned_path(
    input: &Input,
    paths: &Paths,
    named: &Named<crate::model::spec::Namespace>,
    owner: &crate::shape::Text,
    cluster: &str,
    bag: &mut Bag,
) -> Option<String> {
    let at = |i: &&Instance| i.app == *owner && &*i.cluster.name == cluster;
    let mut of_owner = input.resolved.instances.iter().filter(at);
    // Of one in several environments, the Application that deploys to it.
    let fitting = of_owner.clone().find(|i| i.namespace() == &*named.name);
    let Some(instance) = fitting.or_else(|| of_owner.next()) else {
        let message =
            format!("app `{}` does not go to cluster `{cluster}`, so it can't own a namespace there", &**owner);
        let help = "name an app that does, or set `cluster:` to one that this app goes to";
        bag.push(Finding::error(&NAMESPACE_OWNER, owner.span, message, help));
        return None;
    };
    if !input.gathered.manifests.contains_key(&instance.name) {
        let message = format!("app `{}` has no raw manifests beside which the namespace could stand", &**owner);
        let help = "take `owner` out, so that the root makes the namespace, or give the app `manifests`";
        bag.push(Finding::error(&NAMESPACE_OWNER, owner.span, message, help));
        return None;
    }
    let folder = app::manifests_folder(paths, instance, bag)?;
    Some(format!("{folder}/namespace-{}.yaml", &*named.name))
}

/// The root and the parents, as things that the template of Applications is rendered for.
/// `left` is what the root leaves alone.
pub fn lower(input: &Input, paths: &Paths, held: &Held, left: &[Value], plan: &mut Plan, bag: &mut Bag) -> Vec<Item> {
    let by_category = by_category(input, held);
    let mut items = Vec::new();
    let mut root_folders: BTreeMap<String, Span> = BTreeMap::new();
    for category in input.spec.categories.iter() {
        let Some(things) = by_category.get(&*category.name.value) else { continue };
        let Some(own) = one_folder(things, &category.name, bag) else { continue };
        let Some(path) = paths.of(Of::Parent(&category.name), category.name.span, bag) else { continue };
        let holder = input.spec.parent_name(&category.name);
        let of_holder = folder_of(input, &holder, category.name.span, sets::of_category(&category.name));
        folders::claim(plan, own, of_holder, bag);
        root_folders.insert(folder(&path).to_owned(), category.name.span);
        items.push(parent(input, category, own, &path));
    }
    let of_root = |item: &Item| item.value.str_at("path").map(|p| (folder(p).to_owned(), item.span));
    // The root reads these folders even while nothing lies in them: its own manifest, applied by hand,
    // then stays the same when the first such app or namespace comes.
    let always = [Of::Foundation("app", "app", "category"), Of::Namespace("namespace")];
    for path in always.into_iter().filter_map(|thing| paths.of(thing, root_span(input), bag)) {
        root_folders.insert(folder(&path).to_owned(), Span::NONE);
    }
    let foundation = held.apps.iter().filter(|f| instance_of(input, f).is_some_and(Instance::is_foundation));
    root_folders.extend(foundation.map(|f| (app::held_in(f).to_owned(), Span::NONE)));
    root_folders.extend(held.projects.iter().chain(held.settings).filter_map(of_root));
    let owned_by_app: BTreeSet<&str> =
        input.spec.namespaces.iter().filter(|n| n.item.owner.is_some()).map(|n| &*n.name.value).collect();
    root_folders.extend(held.namespaces.iter().filter(|n| !owned_by_app.contains(&*n.name)).filter_map(of_root));
    let Some(path) = paths.of(Of::Root, Span::NONE, bag) else { return items };
    if root_folders.contains_key(folder(&path)) {
        let message = format!("the root Application lies in `{}`, a folder that it reads itself", folder(&path));
        let help = "set `layout.root` to a path in another folder";
        bag.push(Finding::error(&LAYOUT_FOLDER, root_span(input), message, help));
    }
    let name = input.spec.root_name();
    for (folder, span) in &root_folders {
        folders::claim(plan, folder, folder_of(input, &name, *span, Tags::default()), bag);
    }
    plan.kept = root_folders.keys().cloned().collect();
    let mut root = root(input, &path, root_folders.keys());
    root.value = leave_alone(root.value, left);
    items.push(root);
    plan.bootstrap.push(path);
    items
}

fn instance_of<'a>(input: &Input<'a>, facts: &AppFacts) -> Option<&'a Instance> {
    input.resolved.instances.get(facts.instance)
}

/// The folders of what each category's parent holds, with the places that put something there.
fn by_category<'a>(input: &Input<'a>, held: &'a Held) -> BTreeMap<&'a str, Vec<(&'a str, Span)>> {
    let mut map: BTreeMap<&str, Vec<(&str, Span)>> = BTreeMap::new();
    for facts in held.apps {
        if let Some(instance) = instance_of(input, facts).filter(|i| !i.is_foundation()) {
            map.entry(instance.category()).or_default().push((app::held_in(facts), instance.span()));
        }
    }
    for set in held.sets {
        map.entry(&set.category).or_default().push((folder(&set.path), set.item.span));
    }
    map
}

/// The one folder of a category's things.
fn one_folder<'a>(things: &[(&'a str, Span)], category: &crate::shape::Text, bag: &mut Bag) -> Option<&'a str> {
    let (first, at) = *things.first()?;
    if let Some((other, there)) = things.iter().find(|(folder, _)| *folder != first) {
        let message = format!("apps of category `{}` lie in `{first}` and in `{other}`", &**category);
        let help = "let the folder of `layout.application` depend on the category only";
        bag.push(Finding::error(&LAYOUT_FOLDER, *there, message, help).also(at, "this one lies in the first"));
        return None;
    }
    Some(first)
}

/// A folder of Applications and the like, which the root or a parent reads.
fn folder_of(input: &Input, owner: &str, span: Span, tags: Tags) -> Folder {
    Folder {
        owner: owner.into(),
        span: span.or(root_span(input)),
        cluster: LOCAL_NAME.into(),
        namespace: Arc::clone(&input.spec.argocd_namespace().value),
        project: input.spec.root_project(),
        tags,
        kustomization: folders::all(input),
    }
}

fn root_span(input: &Input) -> Span {
    input.spec.platform.name.span
}

fn parent(input: &Input, category: &Named<Category>, folder: &str, path: &str) -> Item {
    let name: Arc<str> = input.spec.parent_name(&category.name).into();
    let wave = input.order.parent(&category.name);
    let sources = vec![source(input, folder)];
    let labels = policy::texts(&category.item.labels);
    let annotations = policy::texts(&category.item.annotations);
    let value = holder(input, &name, path, Some(wave), sources, labels, annotations)
        .with("category", category.name.to_value())
        .at(category.name.span);
    Item { name, span: category.name.span, value, patches: Arc::from([]) }
}

fn root<'a>(input: &Input, path: &str, folders: impl Iterator<Item = &'a String>) -> Item {
    let name = input.spec.root_name();
    let sources = folders.map(|f| source(input, f)).collect();
    let value = holder(input, &name, path, None, sources, Map::new(), Map::new()).at(root_span(input));
    Item { name, span: root_span(input), value, patches: Arc::from([]) }
}

fn source(input: &Input, folder: &str) -> Value {
    let repo = &input.spec.platform.repo;
    Fields::new()
        .with("repoURL", repo.url.to_value())
        .with("targetRevision", repo.revision.to_value())
        .with("path", in_repo(input.spec, folder))
        .build()
}

/// The root or a parent: an Application of Applications, in the namespace of Argo CD.
fn holder(
    input: &Input,
    name: &Arc<str>,
    path: &str,
    wave: Option<i64>,
    sources: Vec<Value>,
    mut labels: Map,
    mut annotations: Map,
) -> Fields {
    if let Some(common) = &input.spec.app_of_apps {
        policy::texts(&common.labels).into_iter().for_each(|e| put_new(&mut labels, e));
        policy::texts(&common.annotations).into_iter().for_each(|e| put_new(&mut annotations, e));
    }
    if let Some(wave) = wave {
        annotations.set("argocd.argoproj.io/sync-wave", wave.to_string());
    }
    labels.sort();
    annotations.sort();
    let destination =
        Fields::new().with("server", LOCAL_SERVER).with("namespace", input.spec.argocd_namespace().to_value());
    let sync = sync(input.spec.app_of_apps.as_ref().and_then(|a| a.sync.as_ref()));
    let fields = Fields::new()
        .with("name", Arc::clone(name))
        .with("kind", "parent")
        .with("path", path)
        .with("file", Arc::clone(name))
        .with("project", input.spec.root_project())
        .maybe("wave", wave)
        .map("labels", labels)
        .map("annotations", annotations)
        .with("destination", destination.build())
        .with("sync", sync);
    app::with_sources(fields, sources)
}

fn put_new(map: &mut Map, entry: crate::base::Entry) {
    if !map.contains(&entry.key) {
        map.push_unique(entry);
    }
}

/// Automated, and persistent: a child that is degraded for a while fails the sync of its parent, and
/// Argo CD does not sync the same commit again on its own, so the retries have to outlast that.
const DEFAULT_SYNC: &str = "
automated: { prune: true, selfHeal: true }
options: { ServerSideApply: true }
retry: { limit: 20, backoff: { duration: 30s, factor: 2, maxDuration: 10m } }
";

/// The sync policy of the root and the parents: what the spec says, and for the rest the default.
fn sync(own: Option<&Sync>) -> Value {
    let read = crate::yaml::read_embedded(DEFAULT_SYNC, Span::NONE).unwrap_or_default();
    let default = read.first().and_then(|value| Sync::read(&mut Reader::new(), value));
    let both = match (own.cloned(), default) {
        (Some(own), Some(default)) => Some(Sync {
            automated: own.automated.or(default.automated),
            options: own.options.or(default.options),
            retry: own.retry.or(default.retry),
            ..own
        }),
        (own, default) => own.or(default),
    };
    both.as_ref().map(policy::sync).unwrap_or_default()
}
