//! Steps that are read, and whether they come before.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{Runs, Step, Template};
use super::scene::{Placed, Scene, Workflow};
use super::variables::{Variable, read};
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A step reads another one, or depends on it, that is not there or does not come before it.
    ///
    /// Steps see the groups above their own; tasks see what they depend on, by `dependencies` or `depends`, over any number of
    /// tasks. Argo Workflows refuses the workflow when it is submitted.
    ///
    /// Mend the name, move the step into a later group, or add the dependency.
    WORKFLOW_STEP_ORDER = "workflow-step-order";
    /// A step reads an output parameter that the template of the other step does not give.
    ///
    /// Argo Workflows refuses the workflow when it is submitted. Add the parameter to `outputs.parameters` of that template,
    /// with a `valueFrom`, or mend its name.
    WORKFLOW_UNKNOWN_OUTPUT = "workflow-unknown-output";
}

/// Runs the rules.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for (object, workflow) in scene.workflows() {
        let look = Look { scene, object, workflow };
        workflow.templates.iter().for_each(|template| look.template(template, bag));
    }
}

struct Look<'l, 'a> {
    scene: &'l Scene<'a>,
    object: &'l Placed<'a>,
    workflow: &'l Workflow<'a>,
}

impl Look<'_, '_> {
    fn template(&self, template: &Template, bag: &mut Bag) {
        let all: BTreeMap<&str, &Step> = template.all_steps().map(|step| (step.name, step)).collect();
        let mut before: BTreeSet<&str> = BTreeSet::new();
        for group in &template.steps {
            group.iter().for_each(|step| self.reads(&all, &before, step.name, &step.texts(), bag));
            before.extend(group.iter().map(|step| step.name));
        }
        for task in &template.tasks {
            for (name, place) in needs(task) {
                if !all.contains_key(name) {
                    let place = self.scene.place_of_word(self.object, place.span, name);
                    bag.push(unknown(task.name, name, &all, place));
                }
            }
            self.reads(&all, &ancestors(task, &all), task.name, &task.texts(), bag);
        }
        // What a template of steps gives is read when all of them are over.
        let whole = all.keys().copied().collect();
        self.reads(&all, &whole, template.word(), &template.own_texts(), bag);
        for step in template.all_steps() {
            if let Runs::Inline(inline) = &step.runs {
                self.template(inline, bag);
            }
        }
    }

    /// What `reader` reads of other steps.
    fn reads(
        &self,
        all: &BTreeMap<&str, &Step>,
        before: &BTreeSet<&str>,
        reader: &str,
        texts: &[&Value],
        bag: &mut Bag,
    ) {
        for text in texts {
            for variable in read(text.as_str().unwrap_or_default()) {
                let Variable::Step(name, output) = variable else { continue };
                let place = self.scene.place_of_word(self.object, text.span, name);
                let Some(step) = all.get(name) else {
                    bag.push(unknown(reader, name, all, place));
                    continue;
                };
                if !before.contains(name) {
                    let message = format!("`{reader}` reads `{name}`, which does not come before it");
                    let help = format!("move `{reader}` into a later group, or let it depend on `{name}`");
                    bag.push(Finding::error(&WORKFLOW_STEP_ORDER, place, message, help));
                } else if let Some(output) = output.filter(|output| self.lacks(step, output)) {
                    let place = self.scene.place_of_word(self.object, text.span, output);
                    let message = format!("`{reader}` reads `{output}` of `{name}`, which does not give it");
                    let help = format!("add `{output}` to `outputs.parameters` of the template that `{name}` runs");
                    bag.push(Finding::error(&WORKFLOW_UNKNOWN_OUTPUT, place, message, help));
                }
            }
        }
    }

    /// Whether the template of a step is known, and does not give that output.
    fn lacks(&self, step: &Step, output: &str) -> bool {
        match &step.runs {
            Runs::Here(name) => {
                let template = name.as_str().and_then(|name| self.workflow.template(name));
                template.is_some_and(|template| !template.gives(output))
            }
            Runs::Elsewhere(reference) => {
                let workflow = self.scene.holder(self.object.cluster, self.object.namespace, *reference);
                let name = reference.template.and_then(Value::as_str);
                let template = workflow.and_then(|workflow| workflow.template(name?));
                template.is_some_and(|template| !template.gives(output))
            }
            Runs::Inline(inline) => !inline.gives(output),
            Runs::Nothing => false,
        }
    }
}

/// Names of the tasks that a task waits for, each with the text that has it.
fn needs<'s>(task: &Step<'s>) -> Vec<(&'s str, &'s Value)> {
    let listed = super::parts::list(task.value.get("dependencies")).iter().filter_map(|v| Some((v.as_str()?, v)));
    let mut out: Vec<_> = listed.collect();
    if let Some(value) = task.value.get("depends") {
        // `a.Succeeded && (b || !c)`: names, each perhaps with a state after a dot (Argo Workflows, `GetTaskDependencies`).
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let words = value.as_str().unwrap_or_default().split(|c| !part(c)).filter(|w| !w.is_empty());
        out.extend(words.map(|word| (word.split_once('.').map_or(word, |(name, _)| name), value)));
    }
    out
}

/// Names of all tasks that are over before a task begins.
fn ancestors<'s>(task: &Step<'s>, all: &BTreeMap<&str, &Step<'s>>) -> BTreeSet<&'s str> {
    let mut out = BTreeSet::new();
    let mut open = needs(task);
    while let Some((name, _)) = open.pop() {
        if out.insert(name) {
            all.get(name).into_iter().for_each(|next| open.extend(needs(next)));
        }
    }
    out
}

fn unknown(reader: &str, name: &str, all: &BTreeMap<&str, &Step>, place: crate::base::Span) -> Finding {
    let known = all.keys().copied().filter(|known| *known != reader);
    let help = match suggest::nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if all.len() < 2 => "mend the name, or add the step".to_owned(),
        None => format!("write one of {}", suggest::listing(known, 8)),
    };
    Finding::error(&WORKFLOW_STEP_ORDER, place, format!("`{reader}` names `{name}`, and there is no such step"), help)
}
