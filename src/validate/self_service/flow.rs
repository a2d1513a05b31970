//! The flow of a workflow: which tasks have run before a reference reads them.

use std::collections::{BTreeMap, BTreeSet};

use super::references::{
    self, OF_SYSTEM, OF_WORKFLOW, Reference, TASK_REFERENCE_FORM, TASK_REFERENCE_TWICE, TASK_REFERENCE_UNRESOLVED,
};
use super::{Scene, requirements, tasks};
use crate::base::{Span, Value, suggest};
use crate::diag::Bag;
use crate::model::document::Document;

crate::codes! {
    /// A workflow that is named is not among the definitions.
    ///
    /// An action, a `failureWorkflow` or a SUB_WORKFLOW task starts it, and Conductor would answer that there is none of that
    /// name and version. Mend the name, or add its definition to `selfService.orkes.workflows`.
    UNKNOWN_WORKFLOW = "unknown-workflow";
    /// A loop of a workflow has no bound.
    ///
    /// A DO_WHILE whose condition does not count goes on until something changes, which may be never. Let the condition look at the
    /// number of rounds too: `$.NAME['iteration'] < 60 && …`.
    LOOP_UNBOUNDED = "loop-unbounded";
}

/// Checks a workflow.
pub fn check(scene: &Scene, document: &Document, bag: &mut Bag) {
    let list = document.value.get("tasks").and_then(Value::as_list).unwrap_or_default();
    let mut flow = Flow { scene, document, all: BTreeMap::new(), forks: BTreeMap::new() };
    flow.names(list, bag);
    let mut before = BTreeSet::new();
    flow.walk(list, &mut before, bag);
    if let Some(output) = document.value.get("outputParameters") {
        // A run that ends early has no output of the tasks that it did not reach, which is as it should be.
        let all = flow.all.keys().copied().collect();
        flow.references(output, &all, bag);
    }
    if let Some(failure) = document.value.get("failureWorkflow") {
        started(scene, document, failure, None, bag);
    }
}

/// Checks that a workflow that is named is there.
pub fn started(scene: &Scene, document: &Document, name: &Value, version: Option<i64>, bag: &mut Bag) {
    let Some(text) = name.as_str().filter(|text| !text.contains("${")) else { return };
    let fits = |(found, of): &(&str, i64)| *found == text && version.is_none_or(|version| version == *of);
    if scene.workflows.keys().any(fits) {
        return;
    }
    let names = scene.workflow_names();
    let of = version.map(|version| format!(" in version {version}")).unwrap_or_default();
    let help = match suggest::nearest(text, names.iter().copied()) {
        Some(near) if near != text => format!("did you mean `{near}`?"),
        _ => "add its definition to `selfService.orkes.workflows`".to_owned(),
    };
    bag.push(scene.error(&UNKNOWN_WORKFLOW, document, name.span, format!("there is no workflow `{text}`{of}"), help));
}

struct Flow<'s, 'd> {
    scene: &'s Scene<'s>,
    document: &'d Document,
    /// All reference names, each with the place of the first task that has it.
    all: BTreeMap<&'d str, Span>,
    /// What branches of forks bring, by the reference name of the last task in each.
    forks: BTreeMap<&'d str, BTreeSet<&'d str>>,
}

/// Lists of tasks inside a task.
fn nested(task: &Value) -> Vec<&[Value]> {
    let list = |key: &str| task.get(key).and_then(Value::as_list);
    let cases = task.get("decisionCases").and_then(Value::as_map).into_iter().flatten();
    let cases = cases.filter_map(|case| case.value.as_list());
    let forks = list("forkTasks").into_iter().flatten().filter_map(Value::as_list);
    cases.chain(list("defaultCase")).chain(forks).chain(list("loopOver")).collect()
}

/// Whether a list of tasks ends the workflow.
fn ends(list: &[Value]) -> bool {
    list.iter().any(|task| task.str_at("type") == Some("TERMINATE"))
}

impl<'d> Flow<'_, 'd> {
    fn names(&mut self, list: &'d [Value], bag: &mut Bag) {
        for task in list {
            if let Some(value) = task.get("taskReferenceName")
                && let Some(name) = value.as_str()
            {
                self.name(name, value.span, bag);
            }
            nested(task).into_iter().for_each(|inner| self.names(inner, bag));
        }
    }

    fn name(&mut self, name: &'d str, span: Span, bag: &mut Bag) {
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let message = format!("the task `{name}` has a reference name that expressions can't name");
            let help = "write letters, digits and `_`";
            bag.push(self.scene.error(&TASK_REFERENCE_FORM, self.document, span, message, help));
        }
        match self.all.get(name) {
            Some(first) => {
                let message = format!("two tasks have the reference name `{name}`");
                let first = self.scene.place(self.document, *first);
                let finding =
                    self.scene.error(&TASK_REFERENCE_TWICE, self.document, span, message, "give one of them another");
                bag.push(finding.also(first, "the other one"));
            }
            None => drop(self.all.insert(name, span)),
        }
    }

    /// Goes through a list of tasks; `before` holds what has run for sure, and gets what has run after it.
    fn walk(&mut self, list: &'d [Value], before: &mut BTreeSet<&'d str>, bag: &mut Bag) {
        for task in list {
            requirements::check(self.scene, self.document, task, bag);
            tasks::check(self.scene, self.document, task, bag);
            self.inputs(task, before, bag);
            self.inside(task, before, bag);
            before.extend(task.str_at("taskReferenceName"));
        }
    }

    fn inputs(&self, task: &'d Value, before: &BTreeSet<&'d str>, bag: &mut Bag) {
        let own = ["inputParameters", "subWorkflowParam", "sink", "caseExpression", "startDelay"];
        own.iter().filter_map(|key| task.get(key)).for_each(|value| self.references(value, before, bag));
    }

    fn inside(&mut self, task: &'d Value, before: &mut BTreeSet<&'d str>, bag: &mut Bag) {
        match task.str_at("type").unwrap_or("SIMPLE") {
            "SWITCH" | "DECISION" => self.switch(task, before, bag),
            "FORK_JOIN" => {
                let branches = task.get("forkTasks").and_then(Value::as_list).unwrap_or_default();
                for branch in branches.iter().filter_map(Value::as_list) {
                    let mut inner = before.clone();
                    self.walk(branch, &mut inner, bag);
                    let last = branch.last().and_then(|task| task.str_at("taskReferenceName"));
                    last.into_iter().for_each(|last| drop(self.forks.insert(last, inner.clone())));
                }
            }
            "JOIN" => {
                let on = task.get("joinOn").and_then(Value::as_list).unwrap_or_default();
                let joined = on.iter().filter_map(Value::as_str).filter_map(|name| self.forks.get(name));
                joined.for_each(|brought| before.extend(brought.iter().copied()));
            }
            "DO_WHILE" => {
                let body = task.get("loopOver").and_then(Value::as_list).unwrap_or_default();
                // The first round always runs.
                self.walk(body, before, bag);
                self.condition(task, bag);
            }
            _ => {}
        }
    }

    fn switch(&mut self, task: &'d Value, before: &mut BTreeSet<&'d str>, bag: &mut Bag) {
        let cases = task.get("decisionCases").and_then(Value::as_map).into_iter().flatten();
        let mut lists: Vec<&'d [Value]> = cases.filter_map(|case| case.value.as_list()).collect();
        lists.push(task.get("defaultCase").and_then(Value::as_list).unwrap_or_default());
        let mut common: Option<BTreeSet<&'d str>> = None;
        for list in lists {
            let mut inner = before.clone();
            self.walk(list, &mut inner, bag);
            if !ends(list) {
                common = Some(match common {
                    Some(common) => common.intersection(&inner).copied().collect(),
                    None => inner,
                });
            }
        }
        before.extend(common.into_iter().flatten());
    }

    /// What a loop looks at: its own rounds, its inputs, or tasks inside it.
    fn condition(&self, task: &'d Value, bag: &mut Bag) {
        let Some(condition) = task.get("loopCondition") else { return };
        let text = condition.as_str().unwrap_or_default();
        let own = task.str_at("taskReferenceName").unwrap_or_default();
        let inner: Vec<&str> = task
            .get("loopOver")
            .and_then(Value::as_list)
            .into_iter()
            .flatten()
            .filter_map(|t| t.str_at("taskReferenceName"))
            .collect();
        let inputs = task.get("inputParameters").and_then(Value::as_map);
        for (at, _) in text.match_indices("$.") {
            let rest = text.get(at + 2..).unwrap_or_default();
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let name = rest.get(..end).unwrap_or_default();
            if name != own && !inner.contains(&name) && !inputs.is_some_and(|inputs| inputs.contains(name)) {
                let message = format!("the condition of the loop `{own}` reads `{name}`, which is no task in it");
                let help = "write a task of `loopOver`, the loop itself, or a key of its `inputParameters`";
                bag.push(self.scene.error(&TASK_REFERENCE_UNRESOLVED, self.document, condition.span, message, help));
            }
        }
        if !text.contains("iteration") && !text.contains("${") {
            let message = format!("the loop `{own}` has no bound");
            let help = format!("add `$.{own}['iteration'] < 60 && …` to its `loopCondition`");
            bag.push(self.scene.error(&LOOP_UNBOUNDED, self.document, condition.span, message, help));
        }
    }

    fn references(&self, value: &Value, before: &BTreeSet<&str>, bag: &mut Bag) {
        for reference in references::of(value) {
            let Some((message, help)) = self.fault(&reference, before) else { continue };
            bag.push(self.scene.error(&TASK_REFERENCE_UNRESOLVED, self.document, reference.span, message, help));
        }
    }

    fn fault(&self, reference: &Reference, before: &BTreeSet<&str>) -> Option<(String, String)> {
        let root = reference.root;
        if root == "workflow" {
            let section = reference.rest.split(['.', '[']).next().unwrap_or_default();
            if !OF_WORKFLOW.contains(&section) {
                let help = format!("write one of {}", suggest::listing(OF_WORKFLOW.iter().copied(), 20));
                return Some((format!("a workflow has no `{section}` to read"), help));
            }
            return self.input(reference.below("input")?);
        }
        if before.contains(root) || OF_SYSTEM.contains(&root) {
            return None;
        }
        if self.all.contains_key(root) {
            let message = format!("`${{{root}.{}}}` reads a task that has not run on each way there", reference.rest);
            return Some((message, "read a task that comes before, outside of cases that may be passed by".to_owned()));
        }
        let help = match suggest::nearest(root, self.all.keys().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the reference name of a task before; `$${` stands for the signs themselves".to_owned(),
        };
        Some((format!("`${{{root}.{}}}` reads a task that is not there", reference.rest), help))
    }

    /// An input has to be declared, so that whoever starts the workflow knows of it.
    fn input(&self, name: &str) -> Option<(String, String)> {
        let declared = self.document.value.get("inputParameters").and_then(Value::as_list)?;
        let names: Vec<&str> = declared.iter().filter_map(Value::as_str).collect();
        if names.contains(&name) {
            return None;
        }
        let help = match suggest::nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `{name}` to `inputParameters` of the workflow"),
        };
        Some((format!("`${{workflow.input.{name}}}` reads an input that the workflow does not declare"), help))
    }
}
