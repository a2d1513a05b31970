//! References in workflows of Conductor: `${ref.output.key}`.

use crate::base::{Span, Value};

crate::codes! {
    /// A reference in a workflow reads something that is not there.
    ///
    /// `${NAME.output.…}` reads a task that has to have run before, on each way that leads there: a task in one case of a SWITCH has not, nor has
    /// one behind. `${workflow.…}` has `input`, `output`, `variables`, `workflowId`, `correlationId` and the like. Conductor
    /// refuses some of these, and gives null for the others (Conductor 3.x, `WorkflowTaskTypeConstraint`, `ParametersUtils`).
    /// `$${` stands for `${` itself.
    TASK_REFERENCE_UNRESOLVED = "task-reference-unresolved";
    /// The reference name of a task is one that expressions can't name.
    ///
    /// A name with a dot, a `-` or other signs is not taken for one name in `${NAME.output.key}`. Write letters, digits and `_`.
    TASK_REFERENCE_FORM = "task-reference-form";
    /// Two tasks of a workflow have the same reference name.
    ///
    /// It is unique in the whole definition, in cases, forks and loops too; Conductor refuses the definition. Rename one.
    TASK_REFERENCE_TWICE = "task-reference-twice";
}

/// A reference in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference<'t> {
    /// What stands before the first dot or bracket.
    pub root: &'t str,
    /// What follows it.
    pub rest: &'t str,
    /// Where the text stands.
    pub span: Span,
}

impl<'t> Reference<'t> {
    /// The name that follows `.input.` or the like.
    pub fn below(&self, section: &str) -> Option<&'t str> {
        let rest = self.rest.strip_prefix(section)?.strip_prefix('.')?;
        rest.split(['.', '[']).next()
    }
}

/// What `${workflow.…}` knows (Conductor 3.x, `ParametersUtils`; `secrets` and `env` in Orkes).
pub const OF_WORKFLOW: &[&str] = &[
    "input",
    "output",
    "variables",
    "status",
    "workflowId",
    "parentWorkflowId",
    "parentWorkflowTaskId",
    "workflowType",
    "name",
    "version",
    "correlationId",
    "reasonForIncompletion",
    "schemaVersion",
    "createTime",
    "tasks",
    "secrets",
    "env",
];

/// Roots that every server knows.
pub const OF_SYSTEM: &[&str] = &["CPEWF_TASK_ID", "NETFLIX_ENV", "NETFLIX_STACK"];

/// The references of all texts in a value.
pub fn of(value: &Value) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect<'v>(value: &'v Value, found: &mut Vec<Reference<'v>>) {
    if let Some(text) = value.as_str() {
        in_text(text, value.span, found);
    }
    value.as_list().into_iter().flatten().for_each(|item| collect(item, found));
    value.as_map().into_iter().flatten().for_each(|entry| collect(&entry.value, found));
}

fn in_text<'t>(text: &'t str, span: Span, found: &mut Vec<Reference<'t>>) {
    for (at, _) in text.match_indices("${") {
        let escaped = text.get(..at).is_some_and(|before| before.ends_with('$'));
        let inside = text.get(at + 2..).and_then(|rest| rest.split_once('}')).map(|(inside, _)| inside);
        if let (false, Some(inside)) = (escaped, inside) {
            let end = inside.find(['.', '[']).unwrap_or(inside.len());
            let (root, rest) = inside.split_at(end);
            found.push(Reference { root, rest: rest.strip_prefix('.').unwrap_or(rest), span });
        }
    }
}
