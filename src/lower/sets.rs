//! ApplicationSets.

use std::sync::Arc;

use super::paths::{Of, Paths};
use super::projects::Place;
use super::{Input, app, policy, sources};
use crate::base::Value;
use crate::base::names::parameters_as_globs as glob;
use crate::base::value::sorted;
use crate::diag::Bag;
use crate::model::context::Fields;
use crate::model::document::Tags;
use crate::model::plan::{Item, PlainFile};
use crate::model::spec::{App, AppSet, ClusterResource};
use crate::shape::{List, Named, Text};

/// An ApplicationSet, lowered.
pub struct LoweredSet {
    /// What its template is rendered for.
    pub item: Item,
    /// Its name in the spec.
    pub name: Text,
    /// The category whose parent holds it.
    pub category: Arc<str>,
    /// Its path.
    pub path: String,
    /// The AppProject of the generated Applications.
    pub project: Arc<str>,
    /// The repositories they use.
    pub repos: Vec<Arc<str>>,
    /// Their destinations; generator parameters become globs.
    pub places: Vec<Place>,
    /// Whether Argo CD makes the namespace of the destination.
    pub creates_namespace: bool,
    /// Values files to be written.
    pub files: Vec<PlainFile>,
    /// The cluster-scoped kinds that the spec states.
    pub cluster_resources: Option<List<ClusterResource>>,
}

/// All ApplicationSets, sorted by name.
pub fn lower(input: &Input, paths: &Paths, bag: &mut Bag) -> Vec<LoweredSet> {
    let mut sets: Vec<LoweredSet> =
        input.spec.application_sets.iter().filter_map(|set| one(input, paths, set, bag)).collect();
    sets.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    sets
}

fn one(input: &Input, paths: &Paths, named: &Named<AppSet>, bag: &mut Bag) -> Option<LoweredSet> {
    let (name, set) = (&named.name, &named.item);
    let file = set.file_name.as_ref().unwrap_or(name);
    let path = paths.of(Of::ApplicationSet(name, file, &set.category), name.span, bag)?;
    let values_folder = paths.of(Of::Values(name, file, &set.category), name.span, bag)?;
    let body = &set.template;
    let mut built = sources::Builder::new(input, &values_folder, file, of_category(&set.category));
    built.add_all(body);
    let built = built.finish();
    let project = input.spec.project_name(set.project.as_ref(), &set.category);
    let template = template(set, body, &project, built.sources);
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let policy = Fields::new()
        .maybe("applicationsSync", text(&set.applications_sync))
        .maybe("preserveResourcesOnDeletion", preserves(set));
    let options = set.go_template_options.as_ref().map(|o| o.iter().map(Text::to_value).collect::<Vec<_>>());
    let options = options.unwrap_or_else(|| vec!["missingkey=error".into()]);
    let annotations = policy::waved(policy::texts(&set.annotations), 0);
    let value = Fields::new()
        .with("name", name.to_value())
        .with("category", set.category.to_value())
        .with("file", file.to_value())
        .with("path", path.as_str())
        .with("wave", 0)
        .map("labels", policy::texts(&set.labels))
        .with("annotations", annotations)
        .list("generators", set.generators.iter().map(|g| sorted(&g.to_value())).collect())
        .with("goTemplate", set.go_template)
        .list("goTemplateOptions", if set.go_template { options } else { Vec::new() })
        .with("template", template)
        .maybe("templatePatch", text(&set.template_patch))
        .maybe("syncPolicy", Some(policy.build()).filter(|p| p.as_map().is_some_and(|m| !m.is_empty())))
        .maybe("strategy", set.strategy.as_ref().map(|s| sorted(&s.to_value())))
        .list("ignoreApplicationDifferences", set.ignore_application_differences.iter().map(sorted).collect())
        .maybe("preservedFields", set.preserved_fields.as_ref().map(|p| sorted(&p.to_value())))
        .at(name.span);
    let item =
        Item { name: Arc::clone(&name.value), span: name.span, value, patches: Arc::from(body.patches.items.clone()) };
    Some(LoweredSet {
        item,
        name: name.clone(),
        category: Arc::clone(&set.category.value),
        path,
        project,
        files: built.files,
        repos: built.repos.iter().map(|url| glob(url)).collect(),
        places: places(set),
        creates_namespace: policy::creates_namespace(body),
        cluster_resources: body.cluster_resources.clone(),
    })
}

fn template(set: &AppSet, body: &App, project: &Arc<str>, sources: Vec<Value>) -> Value {
    let metadata = Fields::new()
        .with("name", set.name.to_value())
        .map("labels", policy::texts(&body.labels))
        .map("annotations", policy::annotations(body))
        .list("finalizers", if preserves(set) == Some(true) { Vec::new() } else { policy::finalizers(body) });
    let destination = Fields::new()
        .maybe("server", set.destination.server.as_ref().map(Text::to_value))
        .maybe("name", set.destination.name.as_ref().map(Text::to_value))
        .with("namespace", set.destination.namespace.to_value());
    let spec = app::with_sources(Fields::new().with("project", Arc::clone(project)), sources)
        .with("destination", destination.build())
        .maybe("syncPolicy", body.sync.as_deref().map(policy::sync))
        .list("ignoreDifferences", policy::ignore_differences(&body.ignore_differences))
        .list("info", body.info.iter().map(app::info).collect())
        .maybe("revisionHistoryLimit", body.revision_history_limit);
    Fields::new().with("metadata", metadata.build()).with("spec", spec.build()).at(set.template.span)
}

/// What the files of a category belong to.
pub fn of_category(category: &Text) -> Tags {
    Tags { category: Some(Arc::clone(&category.value)), ..Tags::default() }
}

/// Whether what was deployed stays when the set goes. The controller gives generated Applications
/// that have no finalizer one, unless it is told to preserve (Argo CD 3.x, applicationset controller).
fn preserves(set: &AppSet) -> Option<bool> {
    let stays = policy::finalizers(&set.template).is_empty().then_some(true);
    set.preserve_resources_on_deletion.or(stays)
}

/// The destinations as a project has to allow them: that of the set, and the namespaces that its sources
/// choose instead.
fn places(set: &AppSet) -> Vec<Place> {
    let destination = &set.destination;
    let at = |namespace: &Text| {
        (destination.server.as_deref().map(glob), destination.name.as_deref().map(glob), glob(namespace))
    };
    std::iter::once(&destination.namespace).chain(policy::other_namespaces(&set.template)).map(at).collect()
}
