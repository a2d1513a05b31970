//! ApplicationSets that bring secrets into several namespaces: one folder for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Work, external};
use crate::base::{Span, Value};
use crate::lower::paths::{Of, in_repo};
use crate::lower::sets::LoweredSet;
use crate::lower::{app, manifests, policy};
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::plan::{Folder, Item};
use crate::model::secrets::{self, Need};
use crate::model::spec::{ClusterResource, Spread};
use crate::shape::{List, Text};

/// The parameter that the generator fills in.
const PARAMETER: &str = "{{.namespace}}";

/// An ApplicationSet and the folders that its Applications read.
pub struct SecretSet {
    /// The set.
    pub lowered: LoweredSet,
    /// The folders.
    pub placed: Vec<Placed>,
}

/// A folder that a generated Application reads.
pub struct Placed {
    /// Its path.
    pub path: String,
    /// What reads it.
    pub folder: Folder,
}

/// The secrets of one set.
struct Group<'a> {
    instance: &'a Instance,
    span: Span,
    namespaces: Vec<Text>,
}

/// Lowers all secrets that are spread by ApplicationSets.
pub fn lower(work: &mut Work<'_, '_>) {
    let input = work.input;
    let mut groups: BTreeMap<Arc<str>, Group> = BTreeMap::new();
    let spread = secrets::needs(input.spec, input.resolved).filter(|n| n.spread() == Spread::ApplicationSet);
    for need in spread.filter(|n| n.delivery() == crate::model::spec::Delivery::ExternalSecret) {
        let name = set_name(&need);
        let group = groups.entry(name).or_insert_with(|| Group {
            instance: need.instance,
            span: need.secret.application_set.as_ref().map_or(need.name.span, |n| n.span),
            namespaces: Vec::new(),
        });
        for namespace in need.namespaces() {
            place(work, &need, &namespace);
            if !group.namespaces.contains(&namespace) {
                group.namespaces.push(namespace);
            }
        }
    }
    for (name, group) in groups {
        let set = set(work, &name, &group);
        work.out.sets.extend(set);
    }
}

fn set_name(need: &Need) -> Arc<str> {
    let default = || format!("{}-secrets", &*need.instance.name).into();
    need.secret.application_set.as_ref().map_or_else(default, |n| Arc::clone(&n.value))
}

/// The folder of a namespace.
fn folder(work: &mut Work, instance: &Instance, namespace: &str, span: Span) -> Option<String> {
    let at = Of::Secrets(&instance.name, &instance.file, instance.category(), namespace);
    work.paths.of(at, span, work.bag)
}

fn place<'a>(work: &mut Work<'a, '_>, need: &Need<'a>, namespace: &Text) {
    let Some(folder) = folder(work, need.instance, namespace, need.name.span) else { return };
    let path = format!("{folder}/{}.yaml", &**need.name);
    let value = external::namespaced(work.input, need, namespace, &path).at(need.name.span);
    let name = format!("{}/{}", &**namespace, &**need.name);
    work.add("externalSecrets", &name, need.name.span, need.instance, value);
}

fn set(work: &mut Work, name: &Arc<str>, group: &Group) -> Option<SecretSet> {
    let (input, instance) = (work.input, group.instance);
    let spec = input.spec;
    let path = work.paths.of(Of::ApplicationSet(name, name, instance.category()), group.span, work.bag)?;
    let project = app::project_of(spec, instance);
    let repo = &spec.platform.repo;
    let generic = folder(work, instance, PARAMETER, group.span)?;
    let source = Fields::new()
        .with("repoURL", repo.url.to_value())
        .with("targetRevision", repo.revision.to_value())
        .with("path", in_repo(spec, &generic))
        .build();
    let element = |n: &Text| Fields::new().with("namespace", n.to_value()).build();
    let elements: Vec<Value> = group.namespaces.iter().map(element).collect();
    let list = Fields::new().with("elements", elements).build();
    let own = app::destination(instance);
    let destination = Fields::new()
        .maybe("server", own.get("server").cloned())
        .maybe("name", own.get("name").cloned())
        .with("namespace", PARAMETER);
    let body = &instance.body;
    let metadata = Fields::new()
        .with("name", format!("{name}-{PARAMETER}"))
        .map("labels", policy::texts(&body.labels))
        .list("finalizers", policy::finalizers(body));
    let application = Fields::new()
        .with("project", Arc::clone(&project))
        .with("source", source)
        .with("destination", destination.build())
        .maybe("syncPolicy", body.sync.as_deref().map(policy::sync));
    let template = Fields::new().with("metadata", metadata.build()).with("spec", application.build()).build();
    let preserve = policy::finalizers(body).is_empty();
    let sync = preserve.then(|| Fields::new().with("preserveResourcesOnDeletion", true).build());
    let value = Fields::new()
        .with("name", Value::from(Arc::clone(name)).at(group.span))
        .maybe("category", body.category.as_ref().map(Text::to_value))
        .with("file", Arc::clone(name))
        .with("path", path.as_str())
        .with("wave", work.input.order.wave(&instance.name))
        .with("annotations", policy::waved(crate::base::Map::new(), work.input.order.wave(&instance.name)))
        .list("generators", vec![Fields::new().with("list", list).build()])
        .with("goTemplate", true)
        .list("goTemplateOptions", vec!["missingkey=error".into()])
        .with("template", template)
        .maybe("syncPolicy", sync)
        .at(group.span);
    let text = |key: &str| own.str_at(key).map(Into::into);
    let places = group.namespaces.iter().map(|n| (text("server"), text("name"), Arc::clone(&n.value))).collect();
    let placed = group.namespaces.iter().filter_map(|n| placed(work, name, &project, group, n)).collect();
    let lowered = LoweredSet {
        item: Item { name: Arc::clone(name), span: group.span, value, patches: Arc::from([]) },
        name: Text { value: Arc::clone(name), span: group.span },
        category: instance.category().into(),
        path,
        project,
        repos: vec![Arc::clone(&repo.url.value)],
        places,
        creates_namespace: false,
        files: Vec::new(),
        cluster_resources: Some(namespaces_made(instance, &group.namespaces, spec.argocd_at_least(3, 3))),
    };
    Some(SecretSet { lowered, placed })
}

fn placed(work: &mut Work, set: &str, project: &Arc<str>, group: &Group, namespace: &Text) -> Option<Placed> {
    let path = folder(work, group.instance, namespace, group.span)?;
    let folder = Folder {
        owner: format!("{set}-{}", &**namespace).into(),
        span: group.span,
        cluster: Arc::clone(&group.instance.cluster.name.value),
        namespace: Arc::clone(&namespace.value),
        project: Arc::clone(project),
        tags: manifests::tags(group.instance),
        kustomization: None,
    };
    Some(Placed { path, folder })
}

/// The namespaces that Argo CD makes for the generated Applications.
fn namespaces_made(instance: &Instance, namespaces: &[Text], by_name: bool) -> List<ClusterResource> {
    let made = |namespace: &Text| ClusterResource {
        span: Span::NONE,
        group: Text::new(""),
        kind: Text::new("Namespace"),
        name: by_name.then(|| namespace.clone()),
    };
    let creates = policy::creates_namespace(&instance.body);
    let items = if creates { namespaces.iter().map(made).collect() } else { Vec::new() };
    List { items, span: Span::NONE }
}
