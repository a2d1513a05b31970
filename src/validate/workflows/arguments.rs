//! What callers pass, against what is declared.

use super::facts::Kind;
use super::parts::{Parameter, Reference, Runs, Template, parameters};
use super::scene::{Placed, Scene, Workflow};
use crate::base::{Span, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A caller passes a parameter that what it runs does not declare.
    ///
    /// Argo Workflows takes the argument and nothing ever reads it: the default is used instead, and the build looks well. Callers
    /// are steps and tasks, Workflows and CronWorkflows with `workflowTemplateRef`, WorkflowEventBindings, and Sensors.
    ///
    /// Mend the name, or declare the parameter.
    WORKFLOW_UNKNOWN_ARGUMENT = "workflow-unknown-argument";
    /// A caller leaves out a parameter that has no value of its own.
    ///
    /// Argo Workflows refuses the workflow when it is submitted; behind a webhook nobody sees that. Pass the parameter, or
    /// give it a `value` where it is declared.
    WORKFLOW_MISSING_ARGUMENT = "workflow-missing-argument";
    /// A caller passes a value that is none of those that the parameter may have.
    ///
    /// Argo Workflows refuses values that are not in `enum`. Pass one of them, or add the value.
    WORKFLOW_ARGUMENT_VALUE = "workflow-argument-value";
}

/// Runs the rules.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for (object, workflow) in scene.workflows() {
        of_workflow(scene, object, workflow.spec, bag);
        workflow.templates.iter().for_each(|template| steps(scene, object, workflow, template, bag));
    }
    for binding in scene.of_kind(Kind::Binding) {
        let submit = binding.facts.object.get("spec").and_then(|spec| spec.get("submit"));
        submit.into_iter().for_each(|submit| {
            if let Some(reference) = submit.get("workflowTemplateRef").and_then(Reference::new) {
                super::names::refers(scene, binding, reference, bag);
            }
            of_workflow(scene, binding, submit, bag);
        });
    }
}

/// What a Workflow, or what stands for one, passes to the template of it.
pub fn of_workflow(scene: &Scene, object: &Placed, spec: &crate::base::Value, bag: &mut Bag) {
    let Some(reference) = spec.get("workflowTemplateRef").and_then(Reference::new) else { return };
    let Some(target) = scene.holder(object.cluster, object.namespace, reference) else { return };
    let name = reference.name.as_str().unwrap_or_default();
    let passed = parameters(spec.get("arguments"));
    let call = Call { scene, object, what: format!("WorkflowTemplate `{name}`"), span: reference.name.span };
    call.compare(&target.parameters, &passed, bag);
}

fn steps(scene: &Scene, object: &Placed, workflow: &Workflow, template: &Template, bag: &mut Bag) {
    for step in template.all_steps() {
        let (name, inputs) = match &step.runs {
            Runs::Here(name) => {
                let Some(target) = name.as_str().and_then(|name| workflow.template(name)) else { continue };
                (target.word().to_owned(), &target.inputs)
            }
            Runs::Elsewhere(reference) => {
                let holder = scene.holder(object.cluster, object.namespace, *reference);
                let name = reference.template.and_then(crate::base::Value::as_str);
                let Some(target) = holder.and_then(|holder| holder.template(name?)) else { continue };
                (format!("{}/{}", reference.name.as_str().unwrap_or_default(), target.word()), &target.inputs)
            }
            Runs::Inline(inline) => {
                steps(scene, object, workflow, inline, bag);
                continue;
            }
            Runs::Nothing => continue,
        };
        let call = Call { scene, object, what: format!("template `{name}`"), span: step.span };
        call.compare(inputs, &step.arguments, bag);
    }
}

/// A call.
struct Call<'c, 'a> {
    scene: &'c Scene<'a>,
    object: &'c Placed<'a>,
    /// What is called, in words.
    what: String,
    /// Where the call stands.
    span: Span,
}

impl Call<'_, '_> {
    fn compare(&self, declared: &[Parameter], passed: &[Parameter], bag: &mut Bag) {
        for argument in passed {
            match declared.iter().find(|parameter| parameter.name == argument.name) {
                Some(parameter) => self.value(*parameter, *argument, bag),
                None => self.unknown(declared, passed, *argument, bag),
            }
        }
        for parameter in declared.iter().filter(|p| p.is_required()) {
            if passed.iter().any(|argument| argument.name == parameter.name) {
                continue;
            }
            let message = format!("`{}` is not passed to {}, which needs it", parameter.name, self.what);
            let help = format!("pass `{}`, or give it a `value` where it is declared", parameter.name);
            let finding = Finding::error(&WORKFLOW_MISSING_ARGUMENT, self.place(self.span), message, help);
            bag.push(finding.also(self.place(parameter.span), "declared here, without a value"));
        }
    }

    fn unknown(&self, declared: &[Parameter], passed: &[Parameter], argument: Parameter, bag: &mut Bag) {
        let message = format!("{} has no parameter `{}`", self.what, argument.name);
        let free = declared.iter().map(|p| p.name).filter(|name| passed.iter().all(|a| a.name != *name));
        let help = match suggest::nearest(argument.name, free.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if free.clone().next().is_none() => "take it out, or declare it there".to_owned(),
            None => format!("write one of {}", suggest::listing(free, 8)),
        };
        bag.push(Finding::error(&WORKFLOW_UNKNOWN_ARGUMENT, self.place(argument.span), message, help));
    }

    fn value(&self, parameter: Parameter, argument: Parameter, bag: &mut Bag) {
        let choices = parameter.choices();
        let Some(value) = argument.value.get("value") else { return };
        let Some(text) = value.as_str().filter(|text| !text.contains("{{")) else { return };
        if !choices.is_empty() && !choices.contains(&text) {
            let message = format!("`{text}` is no value that `{}` of {} may have", parameter.name, self.what);
            let help = format!("write one of {}", suggest::listing(choices, 8));
            let finding = Finding::error(&WORKFLOW_ARGUMENT_VALUE, self.place(value.span), message, help);
            bag.push(finding.also(self.place(parameter.span), "declared here"));
        }
    }

    fn place(&self, span: Span) -> Span {
        self.scene.place(self.object, span)
    }
}
