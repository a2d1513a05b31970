//! All objects at their places.

use crate::base::hash::HashMap;

use super::facts::{Facts, Kind};
use super::parts::{Parameter, Reference, Template, list, parameters};
use crate::base::{Span, Value};
use crate::model::external::Externals;
use crate::model::plan::Plan;
use crate::model::spec::ExternalKind;
use crate::source::SourceMap;
use crate::source::path::parent;

/// All of them.
pub struct Scene<'a> {
    /// The objects, at their places.
    pub objects: Vec<Placed<'a>>,
    /// Numbers of those that hold templates for others, by kind, cluster, namespace and name.
    holders: HashMap<(ClusterWide, &'a str, &'a str, &'a str), usize>,
    external: &'a Externals,
    sources: &'a SourceMap,
}

/// Whether a holder serves the whole cluster.
type ClusterWide = bool;

/// One object.
pub struct Placed<'a> {
    /// What is known of it.
    pub facts: &'a Facts,
    /// The cluster that it goes to.
    pub cluster: &'a str,
    /// Its namespace; empty for objects that have none.
    pub namespace: &'a str,
    /// What a workflow of it would be, where it is one or makes one.
    pub workflow: Option<Workflow<'a>>,
}

/// `spec` of a workflow.
pub struct Workflow<'a> {
    /// All of it.
    pub spec: &'a Value,
    /// Its parameters.
    pub parameters: Vec<Parameter<'a>>,
    /// Its templates.
    pub templates: Vec<Template<'a>>,
}

impl<'a> Workflow<'a> {
    fn new(spec: &'a Value) -> Workflow<'a> {
        let templates = list(spec.get("templates")).iter().map(Template::new).collect();
        Workflow { spec, parameters: parameters(spec.get("arguments")), templates }
    }

    /// The template of that name.
    pub fn template(&self, name: &str) -> Option<&Template<'a>> {
        self.templates.iter().find(|t| t.name.and_then(Value::as_str) == Some(name))
    }

    /// Names of the templates.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.templates.iter().filter_map(|t| t.name.and_then(Value::as_str))
    }
}

impl<'a> Scene<'a> {
    /// Puts them in their places. Those that no Application reads are left out: they never come to a cluster.
    pub fn new(plan: &'a Plan, sources: &'a SourceMap, facts: &'a [Facts]) -> Scene<'a> {
        let mut scene = Scene { objects: Vec::new(), holders: HashMap::default(), external: &plan.external, sources };
        for facts in facts {
            let Some(folder) = plan.folders.get(parent(&facts.path)) else { continue };
            let scoped = !matches!(facts.kind, Kind::ClusterTemplate | Kind::Namespace);
            let stated = facts.namespace.as_deref().filter(|n| !n.is_empty());
            let namespace = if scoped { stated.unwrap_or(&folder.namespace) } else { "" };
            let spec = facts.object.get("spec");
            let workflow = match facts.kind {
                Kind::Template | Kind::ClusterTemplate | Kind::Workflow => spec,
                Kind::Cron => spec.and_then(|s| s.get("workflowSpec")),
                _ => None,
            };
            let cluster = &*folder.cluster;
            let holds = matches!(facts.kind, Kind::Template | Kind::ClusterTemplate);
            if holds {
                let key = (facts.kind == Kind::ClusterTemplate, cluster, namespace, &*facts.name);
                scene.holders.insert(key, scene.objects.len());
            }
            scene.objects.push(Placed { facts, cluster, namespace, workflow: workflow.map(Workflow::new) });
        }
        scene
    }

    /// The objects that are workflows, or make them.
    pub fn workflows(&self) -> impl Iterator<Item = (&Placed<'a>, &Workflow<'a>)> {
        self.objects.iter().filter_map(|object| Some((object, object.workflow.as_ref()?)))
    }

    /// The objects of a kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Placed<'a>> {
        self.objects.iter().filter(move |object| object.facts.kind == kind)
    }

    /// What a reference from a namespace of a cluster means.
    pub fn holder(&self, cluster: &str, namespace: &str, reference: Reference) -> Option<&Workflow<'a>> {
        let namespace = if reference.cluster_scope { "" } else { namespace };
        let key = (reference.cluster_scope, cluster, namespace, reference.name.as_str()?);
        let number = self.holders.get(&key)?;
        self.objects.get(*number)?.workflow.as_ref()
    }

    /// Whether the spec says that something else makes what a reference names.
    pub fn is_external(&self, cluster: &str, namespace: &str, reference: Reference) -> bool {
        let (kind, namespace) = match reference.cluster_scope {
            true => (ExternalKind::ClusterWorkflowTemplate, ""),
            false => (ExternalKind::WorkflowTemplate, namespace),
        };
        self.external.has(&[kind], cluster, namespace, reference.name.as_str().unwrap_or_default())
    }

    /// Whether it says so of an EventSource.
    pub fn has_events(&self, cluster: &str, namespace: &str, name: &str) -> bool {
        self.external.has(&[ExternalKind::EventSource], cluster, namespace, name)
    }

    /// Names of what a reference could mean there.
    pub fn holders_at(&self, cluster: &str, namespace: &str, reference: Reference) -> Vec<&'a str> {
        let namespace = if reference.cluster_scope { "" } else { namespace };
        let near = |key: &&(ClusterWide, &str, &str, &'a str)| {
            key.0 == reference.cluster_scope && (key.1, key.2) == (cluster, namespace)
        };
        let mut names: Vec<&str> = self.holders.keys().filter(near).map(|key| key.3).collect();
        names.sort_unstable();
        names
    }

    /// The place of a finding: that of the value, or that of the thing where a built-in template wrote it.
    pub fn place(&self, object: &Placed, span: Span) -> Span {
        self.sources.in_input(span, object.facts.origin)
    }

    /// The place of a name that a variable of a text ends in.
    pub fn place_of_word(&self, object: &Placed, holder: Span, word: &str) -> Span {
        let place = self.place(object, holder);
        let found = || {
            let file = self.sources.file_of(holder).filter(|_| place == holder)?;
            let (start, end) = file.range(holder);
            let source = file.text.get(start..end)?;
            let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let places = || {
                source.match_indices(word).map(|(at, _)| at).filter(|at| {
                    let after = source.get(at + word.len()..).unwrap_or_default();
                    !source.get(..*at).unwrap_or_default().ends_with(part) && !after.starts_with(part)
                })
            };
            let in_path = |at: &usize| source.get(..*at).is_some_and(|before| before.ends_with(['.', '\'', '"']));
            let at = places().find(in_path).or_else(|| places().next())?;
            Some(file.span(start + at, start + at + word.len()))
        };
        found().unwrap_or(place)
    }
}
