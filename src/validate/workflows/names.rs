//! Names that are there once, and templates that are there.

use crate::base::hash::HashMap;

use super::parts::{Reference, Runs, Template};
use super::scene::{Placed, Scene, Workflow};
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A template, or a WorkflowTemplate, is named that is not there.
    ///
    /// The entrypoint, exit handlers, steps and tasks name templates; `templateRef` and `workflowTemplateRef` name a
    /// WorkflowTemplate in the same namespace, or a ClusterWorkflowTemplate with `clusterScope: true`. Argo Workflows refuses the
    /// workflow when it is submitted, long after the sync went well: a WorkflowTemplate has no health.
    ///
    /// Mend the name. What another team deploys is named under `external`.
    WORKFLOW_UNKNOWN_TEMPLATE = "workflow-unknown-template";
    /// Two templates of a workflow, two steps of a template, or two parameters have the same name.
    ///
    /// Argo Workflows refuses the workflow when it is submitted. Rename one of them.
    WORKFLOW_NAME_TWICE = "workflow-name-twice";
}

/// Runs the rules.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for (object, workflow) in scene.workflows() {
        let names = workflow.templates.iter().filter_map(|t| Some((t.name?.as_str()?, t.name?.span)));
        twice(scene, object, "templates", names, bag);
        twice(scene, object, "parameters", workflow.parameters.iter().map(|p| (p.name, p.span)), bag);
        if let Some(reference) = workflow.spec.get("workflowTemplateRef").and_then(Reference::new) {
            refers(scene, object, reference, bag);
        } else {
            for key in ["entrypoint", "onExit"] {
                workflow.spec.get(key).into_iter().for_each(|name| here(scene, object, workflow, name, bag));
            }
        }
        workflow.templates.iter().for_each(|template| steps(scene, object, workflow, template, bag));
    }
}

/// What the steps of a template run.
fn steps(scene: &Scene, object: &Placed, workflow: &Workflow, template: &Template, bag: &mut Bag) {
    twice(scene, object, "steps", template.all_steps().map(|step| (step.name, step.span)), bag);
    for step in template.all_steps() {
        match &step.runs {
            Runs::Here(name) => here(scene, object, workflow, name, bag),
            Runs::Elsewhere(reference) => refers(scene, object, *reference, bag),
            Runs::Inline(inline) => steps(scene, object, workflow, inline, bag),
            Runs::Nothing => {}
        }
    }
}

/// A template of the same object.
fn here(scene: &Scene, object: &Placed, workflow: &Workflow, name: &Value, bag: &mut Bag) {
    // What holds a variable is known at run time only.
    let Some(text) = name.as_str().filter(|text| !text.contains("{{")) else { return };
    if workflow.template(text).is_some() {
        return;
    }
    let (kind, of) = (object.facts.kind.word(), &object.facts.name);
    let message = format!("{kind} `{of}` has no template `{text}`");
    unknown(scene.place(object, name.span), message, text, workflow.names().collect(), bag);
}

/// A template of another object.
pub fn refers(scene: &Scene, object: &Placed, reference: Reference, bag: &mut Bag) {
    let Some(name) = reference.name.as_str().filter(|text| !text.contains("{{")) else { return };
    let (cluster, namespace) = (object.cluster, object.namespace);
    let Some(workflow) = scene.holder(cluster, namespace, reference) else {
        if scene.is_external(cluster, namespace, reference) {
            return;
        }
        let message = match reference.cluster_scope {
            true => format!("there is no ClusterWorkflowTemplate `{name}`"),
            false => format!("there is no WorkflowTemplate `{name}` in namespace `{namespace}`"),
        };
        let known = scene.holders_at(cluster, namespace, reference);
        return unknown(scene.place(object, reference.name.span), message, name, known, bag);
    };
    let Some(template) = reference.template else { return };
    let Some(text) = template.as_str().filter(|text| !text.contains("{{")) else { return };
    if workflow.template(text).is_none() {
        let message = format!("WorkflowTemplate `{name}` has no template `{text}`");
        unknown(scene.place(object, template.span), message, text, workflow.names().collect(), bag);
    }
}

fn unknown(place: Span, message: String, name: &str, known: Vec<&str>, bag: &mut Bag) {
    let help = match suggest::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "add it, or name it under `external` if something else makes it".to_owned(),
        None => format!("write one of {}", suggest::listing(known, 8)),
    };
    bag.push(Finding::error(&WORKFLOW_UNKNOWN_TEMPLATE, place, message, help));
}

fn twice<'n>(scene: &Scene, object: &Placed, what: &str, names: impl Iterator<Item = (&'n str, Span)>, bag: &mut Bag) {
    let mut seen: HashMap<&str, Span> = HashMap::default();
    for (name, span) in names {
        if let Some(first) = seen.insert(name, span) {
            let message = format!("two {what} of `{}` are called `{name}`", object.facts.name);
            let place = scene.place(object, span);
            let finding = Finding::error(&WORKFLOW_NAME_TWICE, place, message, "rename one of the two");
            bag.push(finding.also(scene.place(object, first), "the other one"));
        }
    }
}
