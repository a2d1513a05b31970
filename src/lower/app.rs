//! One app at one cluster.

use std::sync::Arc;

use super::apono::leave_alone;
use super::paths::{Of, Paths, chosen, folder, in_repo};
use super::secrets::{OfApp, check_listed};
use super::{AppFacts, Input, Lowered, ManifestFolder, generated, kustomize, manifests, policy, restarts, sources};
use crate::base::{Map, Span, Value};
use crate::diag::Bag;
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::plan::Item;
use crate::model::spec::{App, DestinationBy, Helm, InfoEntry, Kustomize, Spec};
use crate::model::values;
use crate::shape::Text;

/// Lowers it. `None` when a path of it can't be used; a finding has been left then.
pub fn lower(
    input: &Input,
    paths: &Paths,
    number: usize,
    instance: &Instance,
    secrets: Option<&OfApp>,
    bag: &mut Bag,
) -> Option<Lowered> {
    let (name, file, category) = (&*instance.name, &*instance.file, instance.category());
    let at = match (instance.is_foundation(), instance.is_generated()) {
        (true, _) => Of::Foundation(name, file, category),
        (false, true) => Of::ApplicationSet(&instance.app, generated::file(instance), category),
        (false, false) => Of::Application(name, file, category),
    };
    let path = paths.of(at, instance.span(), bag)?;
    let has_objects = secrets.is_some_and(|own| own.has_objects);
    let has_objects = has_objects || instance.body.has_remote_bases();
    let manifests_folder = match has_objects || input.gathered.manifests.contains_key(&instance.name) {
        true => Some(manifests_folder(paths, instance, bag)?),
        false => None,
    };
    let values_folder = paths.of(Of::Values(name, file, category), instance.span(), bag)?;
    let mut raw = manifests_folder.as_deref().map(|f| manifests::raw(input, instance, f, bag)).unwrap_or_default();
    secrets.iter().for_each(|own| restarts::mark(&mut raw, &own.restarting));
    check_listed(input, number, &raw, bag);
    // The folder has one kustomization. Where the app brings it, the options go into the Application.
    let brings_own = raw.iter().any(|file| manifests::is_kustomization(&file.path));
    let components = secrets.map(|own| own.components.as_slice()).unwrap_or_default();
    let with_components = own_kustomize(instance)
        .map(|own| kustomize::with_components(own, manifests_folder.as_deref().unwrap_or_default(), components));
    let own_kustomize = with_components.as_ref();
    let options = match brings_own {
        true => own_kustomize.map(kustomize::options),
        false => own_kustomize.and_then(kustomize::beside),
    };
    let kustomization = own_kustomize.filter(|_| !brings_own).map(kustomize::kustomization);
    let mut built = sources::Builder::new(input, &values_folder, file, manifests::tags(instance));
    let with_values = secrets.and_then(|own| with_values(&instance.body, own));
    built.add_all(with_values.as_ref().unwrap_or(&instance.body));
    built.own_manifests(manifests_folder.as_deref().map(|f| in_repo(input.spec, f)), &instance.body, options);
    let built = built.finish();
    if let Some(folder) = &manifests_folder {
        manifests::check_values(instance, folder, &built.files, bag);
    }
    let project = project_of(input.spec, instance);
    let facts = AppFacts {
        instance: number,
        path: path.clone(),
        project: Arc::clone(&project),
        repos: built.repos,
        manifests: manifests_folder.map(|path| ManifestFolder { path, kustomization }),
    };
    let value = value(input, instance, &path, &project, built.sources);
    let left = secrets.map(|own| own.left_alone.as_slice()).unwrap_or_default();
    let value = leave_alone(value, left);
    let patches = Arc::from(instance.patches.clone());
    let item = Item { name: Arc::clone(&instance.name), span: instance.span(), value, patches };
    Some(Lowered { item, raw, files: built.files, facts })
}

/// The body of an app with annotations of pods, or settings of Argo CD, in the values of its chart.
fn with_values(body: &App, own: &OfApp) -> Option<App> {
    if own.values.is_empty() && own.settings.is_empty() {
        return None;
    }
    let mut body = body.clone();
    let into = |chart: Option<&mut Helm>, more: &[(Text, Map)]| {
        chart.into_iter().for_each(|chart| more.iter().for_each(|(place, map)| values::add(chart, place, map)));
    };
    into(values::chart(&mut body, |_| true), &own.values);
    into(values::chart(&mut body, values::is_argocd), &own.settings);
    Some(body)
}

/// The folder of an app's raw manifests: its own choice, or that of the layout.
pub fn manifests_folder(paths: &Paths, instance: &Instance, bag: &mut Bag) -> Option<String> {
    match &instance.body.folder {
        Some(folder) => chosen(folder, bag),
        None => paths.of(Of::Manifests(&instance.name, &instance.file, instance.category()), instance.span(), bag),
    }
}

/// The options with which kustomize builds the app's own manifests.
fn own_kustomize(instance: &Instance) -> Option<&Kustomize> {
    instance.body.all_sources().filter(|s| s.is_of_own_manifests()).find_map(|s| s.kustomize.as_deref())
}

/// The AppProject of an app.
pub fn project_of(spec: &Spec, instance: &Instance) -> Arc<str> {
    spec.project_name(instance.body.project.as_ref(), instance.category())
}

fn value(input: &Input, instance: &Instance, path: &str, project: &Arc<str>, sources: Vec<Value>) -> Value {
    let body = &instance.body;
    let wave = input.order.wave(&instance.name);
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let fields = Fields::new()
        .with("name", Value::from(Arc::clone(&instance.name)).at(instance.span()))
        .with("app", instance.app.to_value())
        .maybe("category", text(&body.category))
        .with("project", Value::from(Arc::clone(project)))
        .maybe("description", text(&body.description))
        .with("file", Arc::clone(&instance.file))
        .with("path", path)
        .with("kind", "app")
        .with("cluster", instance.cluster.name.to_value())
        .maybe("environment", text(&instance.environment))
        .maybe("namespace", text(&body.namespace))
        .with("foundation", instance.is_foundation())
        .with("wave", wave)
        .map("labels", policy::texts(&body.labels))
        .with("annotations", policy::waved(policy::annotations(body), wave))
        .list("finalizers", policy::finalizers(body))
        .with("destination", destination(instance))
        .maybe("sync", body.sync.as_deref().map(policy::sync))
        .list("ignoreDifferences", policy::ignore_differences(&body.ignore_differences))
        .list("info", body.info.iter().map(info).collect())
        .maybe("revisionHistoryLimit", body.revision_history_limit)
        .list("dependsOn", body.depends_on.iter().map(|d| d.app.to_value()).collect())
        .map("vars", vars(instance));
    with_sources(fields, sources).at(instance.span())
}

/// One source as `source`, several as `sources`.
pub fn with_sources(fields: Fields, mut sources: Vec<Value>) -> Fields {
    match sources.len() {
        1 => fields.maybe("source", sources.pop()),
        _ => fields.list("sources", sources),
    }
}

/// An entry of `spec.info`.
pub fn info(entry: &InfoEntry) -> Value {
    Fields::new().with("name", entry.name.to_value()).with("value", entry.value.to_value()).at(entry.span)
}

fn vars(instance: &Instance) -> Map {
    let mut vars: Map =
        instance.body.vars.iter().map(|v| (Arc::clone(&v.name.value), crate::base::value::sorted(&v.item))).collect();
    vars.sort();
    vars
}

/// `spec.destination`.
pub fn destination(instance: &Instance) -> Value {
    let fields = match server(instance) {
        Some(server) => Fields::new().with("server", Value::from(server.text()).at(server.span)),
        None => Fields::new().with("name", instance.cluster.name.to_value()),
    };
    fields.maybe("namespace", instance.body.namespace.as_ref().map(Text::to_value)).build()
}

/// The address in the destination, unless the cluster is meant by its name.
pub fn server(instance: &Instance) -> Option<Server<'_>> {
    let by_name = instance.body.destination_by == Some(DestinationBy::Name);
    let server = instance.cluster.server.as_ref().filter(|_| !by_name)?;
    Some(Server { stated: &server.value, span: server.span })
}

/// The address of a cluster.
pub struct Server<'a> {
    stated: &'a Arc<str>,
    span: Span,
}

impl Server<'_> {
    /// As Argo CD knows it: without a slash at its end.
    pub fn text(&self) -> Arc<str> {
        match self.stated.ends_with('/') {
            true => self.stated.trim_end_matches('/').into(),
            false => Arc::clone(self.stated),
        }
    }
}

/// The folder that the holder of an Application reads.
pub fn held_in(facts: &AppFacts) -> &str {
    folder(&facts.path)
}
