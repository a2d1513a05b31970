//! ApplicationSets.

use std::sync::Arc;

use super::paths::{Of, Paths};
use super::{Input, app, policy, sources};
use crate::base::Value;
use crate::base::value::sorted;
use crate::diag::Bag;
use crate::model::context::Fields;
use crate::model::plan::Item;
use crate::model::spec::{App, AppSet, ClusterResource, SetDestination};
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
    /// Their destination; generator parameters become globs.
    pub destination: (Option<Arc<str>>, Option<Arc<str>>, Arc<str>),
    /// Whether Argo CD makes the namespaces of the generated Applications.
    pub creates_namespace: bool,
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
    let body = &set.template.typed;
    let mut built = sources::Builder::new(input, &values_folder, file);
    built.add_all(body);
    let built = built.finish();
    let project = app::project_name(input.spec, set.project.as_ref(), &set.category);
    let template = template(set, body, &project, built.sources);
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let policy = Fields::new()
        .maybe("applicationsSync", text(&set.applications_sync))
        .maybe("preserveResourcesOnDeletion", set.preserve_resources_on_deletion);
    let options = set.go_template_options.as_ref().map(|o| o.iter().map(Text::to_value).collect::<Vec<_>>());
    let options = options.unwrap_or_else(|| vec!["missingkey=error".into()]);
    let mut annotations = policy::texts(&set.annotations);
    annotations.set("argocd.argoproj.io/sync-wave", "0");
    annotations.sort();
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
        repos: built.repos,
        destination: permitted(&set.destination),
        creates_namespace: body.creates_namespace(),
        cluster_resources: body.cluster_resources.clone(),
    })
}

fn template(set: &AppSet, body: &App, project: &Arc<str>, sources: Vec<Value>) -> Value {
    let metadata = Fields::new()
        .with("name", set.name.to_value())
        .map("labels", policy::texts(&body.labels))
        .map("annotations", policy::annotations(body))
        .list("finalizers", policy::finalizers(body));
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
    Fields::new().with("metadata", metadata.build()).with("spec", spec.build()).at(set.template.raw.span)
}

/// A destination as a project has to allow it: what a generator fills in may be anything.
fn permitted(destination: &SetDestination) -> (Option<Arc<str>>, Option<Arc<str>>, Arc<str>) {
    let glob = |t: &Text| -> Arc<str> {
        let mut out = String::new();
        let mut rest = &**t;
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            out.push('*');
            rest = after.split_once("}}").map_or("", |(_, rest)| rest);
        }
        out.push_str(rest);
        out.into()
    };
    (destination.server.as_ref().map(glob), destination.name.as_ref().map(glob), glob(&destination.namespace))
}
