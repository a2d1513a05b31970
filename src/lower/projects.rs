//! AppProjects: exactly the repositories, destinations and cluster-scoped kinds in use, and what the
//! spec adds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::paths::{Of, Paths};
use super::project_rules as rules;
use super::{AppFacts, Input, policy, secrets, sets::LoweredSet};
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::document::group_of;
use crate::model::instance::{Instance, LOCAL_NAME, LOCAL_SERVER};
use crate::model::plan::{Grant, GrantOf, Item};
use crate::model::spec::{ClusterResource, Destination, Project, Spec};
use crate::shape::{List, Named, Text};

crate::codes! {
    /// Nothing says which cluster-scoped kinds an app's sources create, so its AppProject has to allow
    /// all of them.
    ///
    /// Charts and repositories are not rendered here, so the compiler can't see what is in them.
    /// Write `clusterResources` with the kinds, or `clusterResources: []` when there are none.
    CLUSTER_KINDS_UNSTATED = "cluster-kinds-unstated": warning;
}

/// Wave of AppProjects within the root: before anything that uses them.
const WAVE: i64 = -20;

/// The project that Argo CD makes itself, and that is left alone unless the spec has something to say of it.
const DEFAULT: &str = "default";

/// A destination: by server or by name, and the namespace.
pub type Place = (Option<Arc<str>>, Option<Arc<str>>, Arc<str>);
/// A cluster-scoped kind: group, kind, name.
type ClusterKind = (Arc<str>, Arc<str>, Option<Arc<str>>);

#[derive(Default)]
struct Draft {
    repos: BTreeSet<Arc<str>>,
    places: BTreeSet<Place>,
    kinds: BTreeSet<ClusterKind>,
    namespaced: Option<Vec<(&'static str, &'static str)>>,
    span: Span,
}

/// What uses projects.
pub struct Users<'a> {
    /// Apps.
    pub apps: &'a [AppFacts],
    /// ApplicationSets.
    pub sets: &'a [LoweredSet],
    /// What apps get for their secrets.
    pub secrets: &'a secrets::Lowered,
}

/// The AppProjects in use, sorted by name.
pub fn lower(input: &Input, paths: &Paths, users: &Users, bag: &mut Bag) -> Vec<Item> {
    let mut drafts: BTreeMap<Arc<str>, Draft> = BTreeMap::new();
    let mut unwritten = Bag::new();
    let sets = users.sets;
    for facts in users.apps {
        let Some(instance) = input.resolved.instances.get(facts.instance) else { continue };
        let draft = drafts.entry(Arc::clone(&facts.project)).or_default();
        draft.span = draft.span.or(instance.span());
        draft.repos.extend(facts.repos.iter().cloned());
        // Of a project that is not written nothing has to be known.
        let written = *facts.project != *DEFAULT || input.spec.projects.named(DEFAULT).is_some();
        add_app(draft, input, instance, if written { &mut *bag } else { &mut unwritten });
        if let Some(own) = users.secrets.of_app(facts.instance) {
            draft.places.extend(own.namespaces.iter().map(|namespace| place(instance, namespace)));
            draft.kinds.extend(own.cluster_objects.iter().map(|(group, kind, name)| {
                ((*group).into(), (*kind).into(), by_name(input.spec).then(|| Arc::clone(name)))
            }));
        }
    }
    for set in sets {
        let draft = drafts.entry(Arc::clone(&set.project)).or_default();
        draft.span = draft.span.or(set.item.span);
        draft.repos.extend(set.repos.iter().cloned());
        draft.places.extend(set.places.iter().cloned());
        if let (true, Some((_, _, namespace))) = (set.creates_namespace, set.places.first()) {
            draft.kinds.insert(namespace_kind(input.spec, namespace));
        }
        add_stated(draft, set.cluster_resources.as_ref(), &set.name, bag);
    }
    drafts.insert(input.spec.root_project(), of_root(input, !sets.is_empty() || any_generated(input)));
    for stated in input.spec.projects.iter() {
        drafts.entry(Arc::clone(&stated.name.value)).or_default();
    }
    if input.spec.projects.named(DEFAULT).is_none() {
        drafts.remove(DEFAULT);
    }
    let item = |(name, draft): (Arc<str>, Draft)| {
        let stated = input.spec.projects.named(&name);
        let span = stated.map_or(draft.span, |p| p.name.span);
        let path = paths.of(Of::Project(&name), span, bag)?;
        let value = value(input.spec, &name, &path, draft, stated.map(|p| &p.item));
        Some(Item { name, span, value: value.or_at(span), patches: Arc::from([]) })
    };
    drafts.into_iter().filter_map(item).collect()
}

/// What projects of the spec allow by hand.
pub fn grants(spec: &Spec) -> Vec<Grant> {
    let of = |project: &Named<Project>| {
        let grant =
            |of, allowed, span, stated| Grant { project: Arc::clone(&project.name.value), of, allowed, span, stated };
        let repos = project.item.source_repos.iter().map(|repo| {
            let named = spec.repos.named(repo).map(|r| Arc::clone(&r.item.url.value));
            grant(GrantOf::Repositories, Value::from(named.unwrap_or_else(|| Arc::clone(&repo.value))), repo.span, true)
        });
        let places = project.item.destinations.iter().map(|d| {
            let stated = !d.namespace.span.is_none();
            grant(GrantOf::Destinations, place_value(stated_place(spec, d)), d.namespace.span.or(d.span), stated)
        });
        let kinds = |of, list: &[ClusterResource]| {
            list.iter().map(|kind| grant(of, kind_value(&kind_of(kind)), kind.kind.span, true)).collect::<Vec<_>>()
        };
        let wide = kinds(GrantOf::ClusterKinds, &project.item.cluster_resources);
        let namespaced = project.item.namespace_resources.as_ref();
        let namespaced = namespaced.map(|list| kinds(GrantOf::NamespacedKinds, list)).unwrap_or_default();
        repos.chain(places).chain(wide).chain(namespaced).collect::<Vec<_>>()
    };
    spec.projects.iter().flat_map(of).collect()
}

fn any_generated(input: &Input) -> bool {
    input.resolved.instances.iter().any(Instance::is_generated)
}

/// What the root needs: its own kinds in the namespace of Argo CD, and nothing else.
fn of_root(input: &Input, has_sets: bool) -> Draft {
    let mut kinds = vec![("argoproj.io", "AppProject"), ("argoproj.io", "Application"), ("", "ConfigMap")];
    if has_sets {
        kinds.insert(2, ("argoproj.io", "ApplicationSet"));
    }
    let namespaces = input.spec.namespaces.iter().filter(|n| n.item.owner.is_none());
    Draft {
        repos: BTreeSet::from([Arc::clone(&input.spec.platform.repo.url.value)]),
        places: BTreeSet::from([(Some(LOCAL_SERVER.into()), None, Arc::clone(&input.spec.argocd_namespace().value))]),
        kinds: namespaces.map(|n| namespace_kind(input.spec, &n.name.value)).collect(),
        namespaced: Some(kinds),
        span: Span::NONE,
    }
}

fn add_app(draft: &mut Draft, input: &Input, instance: &Instance, bag: &mut Bag) {
    let place = |namespace: &str| place(instance, namespace);
    draft.places.insert(place(instance.namespace()));
    draft.places.extend(policy::other_namespaces(&instance.body).map(|namespace| place(namespace)));
    if policy::creates_namespace(&instance.body) {
        // Argo CD checks the namespace it makes like any other object (Argo CD 3.x, sync permissions).
        draft.kinds.insert(namespace_kind(input.spec, instance.namespace()));
    }
    let only_manifests =
        instance.body.sources.is_empty() && instance.body.source.as_ref().is_none_or(|s| s.is_of_own_manifests());
    let only_manifests = only_manifests && !instance.body.has_remote_bases();
    if !only_manifests || instance.body.cluster_resources.is_some() {
        add_stated(draft, instance.body.cluster_resources.as_ref(), &instance.app, bag);
    }
    let files = input.gathered.manifests.get(&instance.name).into_iter().flatten();
    for doc in files.flat_map(|f| f.docs.iter()) {
        add_object(draft, input, doc, instance);
    }
    let owned = input.spec.namespaces.iter().filter(|n| n.item.owner.as_ref().is_some_and(|o| *o == instance.app));
    draft.kinds.extend(owned.map(|n| namespace_kind(input.spec, &n.name.value)));
}

fn place(instance: &Instance, namespace: &str) -> Place {
    let server = super::app::server(instance).map(|server| server.text());
    let name = server.is_none().then(|| Arc::clone(&instance.cluster.name.value));
    (server, name, namespace.into())
}

fn add_object(draft: &mut Draft, input: &Input, doc: &Value, instance: &Instance) {
    let (Some(api_version), Some(kind)) = (doc.str_at("apiVersion"), doc.str_at("kind")) else { return };
    let group = group_of(api_version);
    if group == "kustomize.config.k8s.io" {
        return;
    }
    let metadata = doc.get("metadata");
    let namespace = metadata.and_then(|m| m.str_at("namespace"));
    if input.schemas.is_cluster_scoped(api_version, kind) {
        let name = metadata.and_then(|m| m.str_at("name")).filter(|_| by_name(input.spec));
        draft.kinds.insert((group.into(), kind.into(), name.map(Into::into)));
    } else if let Some(namespace) = namespace {
        draft.places.insert(place(instance, namespace));
    }
}

fn add_stated(draft: &mut Draft, stated: Option<&List<ClusterResource>>, app: &Text, bag: &mut Bag) {
    let Some(stated) = stated else {
        let message =
            format!("nothing says which cluster-scoped kinds app `{}` creates, so its project allows all", &**app);
        let help = "add `clusterResources: [{ group: …, kind: … }]`, or `clusterResources: []` for none";
        bag.push(Finding::warning(&CLUSTER_KINDS_UNSTATED, app.span, message, help));
        draft.kinds.insert(("*".into(), "*".into(), None));
        return;
    };
    draft.kinds.extend(stated.iter().map(kind_of));
}

fn kind_of(resource: &ClusterResource) -> ClusterKind {
    let name = resource.name.as_ref().map(|n| Arc::clone(&n.value));
    (Arc::clone(&resource.group.value), Arc::clone(&resource.kind.value), name)
}

/// Whether whitelists may name single objects (Argo CD 3.3, `ClusterResourceRestrictionItem`).
fn by_name(spec: &Spec) -> bool {
    spec.argocd_at_least(3, 3)
}

fn namespace_kind(spec: &Spec, name: &str) -> ClusterKind {
    ("".into(), "Namespace".into(), by_name(spec).then(|| name.into()))
}

fn value(spec: &Spec, name: &Arc<str>, path: &str, mut draft: Draft, stated: Option<&Project>) -> Value {
    for repo in stated.iter().flat_map(|p| p.source_repos.iter()) {
        let named = spec.repos.named(repo).map(|r| Arc::clone(&r.item.url.value));
        draft.repos.insert(named.unwrap_or_else(|| Arc::clone(&repo.value)));
    }
    draft.places.extend(stated.iter().flat_map(|p| p.destinations.iter()).map(|d| stated_place(spec, d)));
    draft.kinds.extend(stated.iter().flat_map(|p| p.cluster_resources.iter()).map(kind_of));
    let covered = |kinds: &BTreeSet<ClusterKind>, k: &ClusterKind| {
        k.2.is_some() && kinds.contains(&(Arc::clone(&k.0), Arc::clone(&k.1), None))
    };
    let kinds: Vec<Value> = draft.kinds.iter().filter(|k| !covered(&draft.kinds, k)).map(kind_value).collect();
    let list =
        |of: Option<&List<ClusterResource>>| of.map(|l| l.iter().map(|r| kind_value(&kind_of(r))).collect::<Vec<_>>());
    let namespaced = draft.namespaced.map(|kinds| {
        kinds.iter().map(|&(group, kind)| Fields::new().with("group", group).with("kind", kind).build()).collect()
    });
    let category = spec.categories.named(name).and_then(|c| c.item.description.as_ref());
    let description = stated.and_then(|p| p.description.as_ref()).or(category).map(Text::to_value);
    let root = (**name == *spec.root_project())
        .then(|| Value::from("The app-of-apps: Applications, projects and settings of Argo CD"));
    let annotations = policy::waved(stated.map(|p| policy::texts(&p.annotations)).unwrap_or_default(), WAVE);
    let fields = Fields::new()
        .with("name", Arc::clone(name))
        .with("path", path)
        .with("wave", WAVE)
        .maybe("description", description.or(root))
        .map("labels", stated.map(|p| policy::texts(&p.labels)).unwrap_or_default())
        .with("annotations", annotations)
        .with("sourceRepos", draft.repos.into_iter().map(Value::from).collect::<Vec<_>>())
        .with("destinations", draft.places.into_iter().map(place_value).collect::<Vec<_>>())
        .with("clusterResourceWhitelist", kinds)
        .list("clusterResourceBlacklist", list(stated.map(|p| &p.cluster_resource_blacklist)).unwrap_or_default())
        .maybe(
            "namespaceResourceWhitelist",
            joined(list(stated.and_then(|p| p.namespace_resources.as_ref())), namespaced),
        )
        .list("namespaceResourceBlacklist", list(stated.map(|p| &p.namespace_resource_blacklist)).unwrap_or_default());
    match stated {
        Some(project) => rules::with(fields, name, project).build(),
        None => fields.build(),
    }
}

/// Both lists, where there are both: what is derived is needed, whatever else is allowed.
fn joined(stated: Option<Vec<Value>>, derived: Option<Vec<Value>>) -> Option<Vec<Value>> {
    match (stated, derived) {
        (Some(stated), Some(mut derived)) => {
            let new: Vec<Value> = stated.into_iter().filter(|kind| !derived.contains(kind)).collect();
            derived.extend(new);
            Some(derived)
        }
        (stated, derived) => stated.or(derived),
    }
}

fn stated_place(spec: &Spec, destination: &Destination) -> Place {
    let cluster = destination.cluster.as_ref();
    let named = cluster.and_then(|c| spec.clusters.named(c));
    let local = cluster.is_some_and(|c| &**c == LOCAL_NAME).then(|| LOCAL_SERVER.into());
    let of_cluster =
        named.and_then(|c: &Named<_>| c.item.server.as_ref()).map(|s| s.trim_end_matches('/').into()).or(local);
    let server = destination.server.as_ref().map(|s| Arc::clone(&s.value)).or(of_cluster);
    let name = cluster.filter(|_| server.is_none()).map(|c| Arc::clone(&c.value));
    (server, name, Arc::clone(&destination.namespace.value))
}

fn place_value((server, name, namespace): Place) -> Value {
    Fields::new().maybe("server", server).maybe("name", name).with("namespace", namespace).build()
}

fn kind_value((group, kind, name): &ClusterKind) -> Value {
    Fields::new().with("group", Arc::clone(group)).with("kind", Arc::clone(kind)).maybe("name", name.clone()).build()
}
