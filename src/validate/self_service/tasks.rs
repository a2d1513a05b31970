//! Task definitions, and the tasks that need one.

use super::Scene;
use crate::base::{Value, suggest};
use crate::diag::Bag;
use crate::model::document::Document;

crate::codes! {
    /// A task of a worker has no definition.
    ///
    /// Conductor refuses a workflow with a SIMPLE task whose name is not registered. The tasks of the worker are registered by the files that are
    /// derived; those of your own workers belong under `selfService.orkes.tasks`.
    TASK_WITHOUT_DEFINITION = "task-without-definition";
    /// The timeouts of a task definition contradict each other.
    ///
    /// Conductor refuses a `responseTimeoutSeconds` above `timeoutSeconds`, and that above `totalTimeoutSeconds`, where
    /// these are not 0. The first is 3600 when left out, so that any shorter timeout needs it.
    TASK_TIMEOUTS = "task-timeouts";
}

/// Seconds that `responseTimeoutSeconds` has when left out (Conductor 3.x, `TaskDef`).
const RESPONSE: i64 = 3600;

/// Checks that a task of a worker is defined.
pub fn check(scene: &Scene, document: &Document, task: &Value, bag: &mut Bag) {
    let simple = task.str_at("type").is_none_or(|kind| kind == "SIMPLE");
    let Some(name) = task.get("name").filter(|_| simple && task.get("taskDefinition").is_none()) else { return };
    let Some(text) = name.as_str().filter(|text| !scene.tasks.contains_key(text)) else { return };
    let help = match suggest::nearest(text, scene.tasks.keys().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("add `{text}: {{}}` under `selfService.orkes.tasks`, or give the task a type other than SIMPLE")
        }
    };
    let message = format!("the task `{text}` of a worker has no definition");
    bag.push(scene.error(&TASK_WITHOUT_DEFINITION, document, name.span, message, help));
}

/// Checks a definition.
pub fn definition(scene: &Scene, document: &Document, bag: &mut Bag) {
    let seconds = |key: &str| document.value.get(key).and_then(Value::as_int);
    let response = seconds("responseTimeoutSeconds").unwrap_or(RESPONSE);
    let (timeout, total) = (seconds("timeoutSeconds").unwrap_or(0), seconds("totalTimeoutSeconds").unwrap_or(0));
    let at = document.value.get("timeoutSeconds").map_or(document.value.span, |value| value.span);
    if timeout > 0 && response > timeout {
        let message = format!("waits {response} seconds for an answer and {timeout} altogether");
        let help = "write a `responseTimeoutSeconds` that is not above `timeoutSeconds`; it is 3600 when left out";
        bag.push(scene.error(&TASK_TIMEOUTS, document, at, message, help));
    }
    if total > 0 && timeout > total {
        let message = format!("has {timeout} seconds for one try and {total} for all");
        let help = "write a `timeoutSeconds` that is not above `totalTimeoutSeconds`";
        bag.push(scene.error(&TASK_TIMEOUTS, document, at, message, help));
    }
}
