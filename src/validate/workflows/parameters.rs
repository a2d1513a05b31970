//! Parameters that are read and not declared.

use std::collections::BTreeSet;

use super::facts::Kind;
use super::parts::{Parameter, Runs, Template, texts};
use super::scene::{Placed, Scene, Workflow};
use super::variables::{Variable, read};
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A workflow reads a parameter that it does not declare.
    ///
    /// `{{workflow.parameters.x}}` is a parameter of `spec.arguments`, `{{inputs.parameters.x}}` one of the `inputs` of
    /// the same template. Argo Workflows refuses the workflow, or leaves the text as it stands, braces included: an image is
    /// pushed with a tag that nobody asked for. Templates that are only called by others, in an object without `entrypoint`,
    /// may read parameters of their callers.
    ///
    /// Declare the parameter, or mend its name.
    WORKFLOW_UNDECLARED_PARAMETER = "workflow-undeclared-parameter";
}

/// Runs the rule.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for (object, workflow) in scene.workflows() {
        let mut look = Look { scene, object, seen: BTreeSet::new(), bag };
        if is_complete(object, workflow) {
            let mut all = Vec::new();
            texts(workflow.spec, &mut all);
            for text in all {
                look.globals(workflow, text);
            }
        }
        workflow.templates.iter().for_each(|template| look.template(template));
    }
}

/// Whether its templates read no parameters but its own.
fn is_complete(object: &Placed, workflow: &Workflow) -> bool {
    let called = matches!(object.facts.kind, Kind::Template | Kind::ClusterTemplate);
    workflow.spec.get("workflowTemplateRef").is_none() && (!called || workflow.spec.get("entrypoint").is_some())
}

struct Look<'l, 'a> {
    scene: &'l Scene<'a>,
    object: &'l Placed<'a>,
    /// What was said already: the template, and the name.
    seen: BTreeSet<(&'l str, &'l str)>,
    bag: &'l mut Bag,
}

impl<'l> Look<'l, '_> {
    fn globals(&mut self, workflow: &Workflow, text: &'l Value) {
        for variable in read(text.as_str().unwrap_or_default()) {
            let Variable::Global(name) = variable else { continue };
            if workflow.parameters.iter().all(|p| p.name != name) && self.seen.insert(("", name)) {
                let kind = self.object.facts.kind.word();
                let message = format!("{kind} `{}` has no parameter `{name}`", self.object.facts.name);
                self.say(text, name, message, &workflow.parameters, "`spec.arguments.parameters`");
            }
        }
    }

    fn template(&mut self, template: &Template<'l>) {
        let mut all = template.own_texts();
        for step in template.all_steps() {
            all.extend(step.texts());
            if let Runs::Inline(inline) = &step.runs {
                self.template(inline);
            }
        }
        for text in all {
            for variable in read(text.as_str().unwrap_or_default()) {
                let Variable::Input(name) = variable else { continue };
                let of = template.word();
                if template.inputs.iter().all(|p| p.name != name) && self.seen.insert((of, name)) {
                    let message = format!("template `{of}` takes no parameter `{name}`");
                    self.say(text, name, message, &template.inputs, "its `inputs.parameters`");
                }
            }
        }
    }

    fn say(&mut self, text: &Value, name: &str, message: String, known: &[Parameter], at: &str) {
        let help = match suggest::nearest(name, known.iter().map(|p| p.name)) {
            Some(near) => format!("did you mean `{near}`? Otherwise add `{name}` to {at}"),
            None => format!("add `{name}` to {at}"),
        };
        let place = self.scene.place_of_word(self.object, text.span, name);
        self.bag.push(Finding::error(&WORKFLOW_UNDECLARED_PARAMETER, place, message, help));
    }
}
