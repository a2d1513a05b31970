//! What each type of task must have (Conductor 3.x, `WorkflowTaskTypeConstraint`).

use super::{Scene, flow};
use crate::base::{Span, Value, suggest};
use crate::diag::Bag;
use crate::model::document::Document;

crate::codes! {
    /// A task of a workflow has a type that Conductor does not know.
    ///
    /// An unknown type is taken for one of a worker, so that a misspelled one is accepted, and waits for ever. A task of a
    /// worker has the type SIMPLE. The types of Conductor 3.x and those that Orkes adds are known here.
    TASK_TYPE_UNKNOWN = "task-type-unknown";
    /// A task lacks what its type needs, or has it in a form that Conductor refuses.
    ///
    /// Conductor refuses the definition, or the run fails at the task. The help line says what to write.
    TASK_INCOMPLETE = "task-incomplete";
    /// A case of a SWITCH has no tasks.
    ///
    /// Conductor takes the default then, not nothing (Conductor 3.x, `SwitchTaskMapper`). Put a NOOP task into it.
    SWITCH_CASE_EMPTY = "switch-case-empty";
    /// An HTTP task does not say how long it waits.
    ///
    /// What the documentation says of `connectionTimeOut` and `readTimeOut` differs from what the code does, and both are short.
    /// Write both, in milliseconds.
    HTTP_WITHOUT_TIMEOUTS = "http-without-timeouts";
}

/// Types that a server knows: those of Conductor 3.32, and those that Orkes adds.
const TYPES: &[&str] = &[
    "SIMPLE",
    "DYNAMIC",
    "FORK_JOIN",
    "FORK_JOIN_DYNAMIC",
    "JOIN",
    "EXCLUSIVE_JOIN",
    "DECISION",
    "SWITCH",
    "DO_WHILE",
    "SUB_WORKFLOW",
    "START_WORKFLOW",
    "EVENT",
    "WAIT",
    "HUMAN",
    "HTTP",
    "LAMBDA",
    "INLINE",
    "TERMINATE",
    "KAFKA_PUBLISH",
    "JSON_JQ_TRANSFORM",
    "SET_VARIABLE",
    "NOOP",
    "USER_DEFINED",
    "LLM_TEXT_COMPLETE",
    "LLM_CHAT_COMPLETE",
    "LLM_GENERATE_EMBEDDINGS",
    "LLM_GET_EMBEDDINGS",
    "LLM_STORE_EMBEDDINGS",
    "LLM_INDEX_TEXT",
    "LLM_INDEX_DOCUMENT",
    "LLM_SEARCH_INDEX",
    "GET_DOCUMENT",
    "CALL_MCP_TOOL",
    "LIST_MCP_TOOLS",
    "WAIT_FOR_WEBHOOK",
    "HTTP_POLL",
    "BUSINESS_RULE",
    "JDBC",
    "GRPC",
    "GET_SIGNED_JWT",
    "UPDATE_SECRET",
    "UPDATE_TASK",
    "TERMINATE_WORKFLOW",
    "GET_WORKFLOW",
    "QUERY_PROCESSOR",
    "OPS_GENIE",
    "SENDGRID",
    "YIELD",
];

/// Checks one task.
pub fn check(scene: &Scene, document: &Document, task: &Value, bag: &mut Bag) {
    let kind = task.str_at("type").unwrap_or("SIMPLE");
    let reference = task.str_at("taskReferenceName").unwrap_or_default();
    if !TYPES.contains(&kind) {
        let help = match suggest::nearest(kind, TYPES.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write a type of Conductor; tasks of your own workers have the type `SIMPLE`".to_owned(),
        };
        let at = task.get("type").map_or(task.span, |value| value.span);
        bag.push(scene.error(&TASK_TYPE_UNKNOWN, document, at, format!("there is no type of task `{kind}`"), help));
        return;
    }
    let mut lacks = |at: Span, what: &str, help: &str| {
        let message = format!("the {kind} task `{reference}` {what}");
        bag.push(scene.error(&TASK_INCOMPLETE, document, at.or(task.span), message, help));
    };
    for (key, help) in needed(kind) {
        if task.get(key).is_none() {
            lacks(task.span, &format!("has no `{key}`"), help);
        }
    }
    let inputs = task.get("inputParameters");
    match kind {
        "HTTP" => http(scene, document, task, inputs, bag),
        "SWITCH" => switch(scene, document, task, bag),
        "WAIT" => wait(inputs, &mut lacks),
        "TERMINATE" => terminate(task, inputs, &mut lacks),
        "JSON_JQ_TRANSFORM" if input(inputs, "queryExpression").is_none() => {
            lacks(task.span, "has no `queryExpression`", "add `queryExpression` to its `inputParameters`");
        }
        "KAFKA_PUBLISH" if input(inputs, "kafka_request").is_none() => {
            lacks(task.span, "has no `kafka_request`", "add `kafka_request` to its `inputParameters`");
        }
        "INLINE" if input(inputs, "expression").is_none() => {
            lacks(task.span, "has no `expression`", "add `evaluatorType` and `expression` to its `inputParameters`");
        }
        "SUB_WORKFLOW" => sub_workflow(scene, document, task, bag),
        _ => {}
    }
}

fn input<'v>(inputs: Option<&'v Value>, key: &str) -> Option<&'v Value> {
    inputs.and_then(|inputs| inputs.get(key))
}

fn needed(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "SWITCH" => &[
            ("evaluatorType", "add `\"evaluatorType\": \"value-param\"`, or `javascript`"),
            ("expression", "add `expression`: for `value-param` the key of an input"),
            ("decisionCases", "add `decisionCases` with at least one case"),
        ],
        "DECISION" => &[("decisionCases", "add `decisionCases`, or better use a SWITCH")],
        "FORK_JOIN" => &[("forkTasks", "add `forkTasks`, a list of lists of tasks")],
        "JOIN" => &[("joinOn", "add `joinOn` with the last task of each branch")],
        "DO_WHILE" => &[
            ("loopCondition", "add `loopCondition`, which goes on while it holds"),
            ("loopOver", "add `loopOver`, a list of tasks"),
        ],
        "SUB_WORKFLOW" => &[("subWorkflowParam", "add `subWorkflowParam` with `name` and `version`")],
        "EVENT" => &[("sink", "add `sink`, such as `conductor`")],
        "DYNAMIC" => &[("dynamicTaskNameParam", "add `dynamicTaskNameParam`, the key of an input")],
        _ => &[],
    }
}

fn http(scene: &Scene, document: &Document, task: &Value, inputs: Option<&Value>, bag: &mut Bag) {
    let reference = task.str_at("taskReferenceName").unwrap_or_default();
    let Some(inputs) = inputs else {
        let message = format!("the HTTP task `{reference}` has no request");
        let help = "add `inputParameters` with `http_request`: `uri`, `method`, `connectionTimeOut` and `readTimeOut`";
        bag.push(scene.error(&TASK_INCOMPLETE, document, task.span, message, help));
        return;
    };
    let request = inputs.get("http_request").unwrap_or(inputs);
    if request.as_str().is_some() {
        return;
    }
    for key in ["uri", "method"].into_iter().filter(|key| request.get(key).is_none()) {
        let message = format!("the HTTP task `{reference}` has no `{key}`");
        let help = format!("add `{key}` to its `http_request`");
        bag.push(scene.error(&TASK_INCOMPLETE, document, request.span, message, help));
    }
    let missing: Vec<&str> =
        ["connectionTimeOut", "readTimeOut"].into_iter().filter(|key| request.get(key).is_none()).collect();
    if !missing.is_empty() {
        let message = format!("the HTTP task `{reference}` does not say {}", missing.join(" and "));
        let help = "add `connectionTimeOut` and `readTimeOut` to its `http_request`, in milliseconds";
        bag.push(scene.error(&HTTP_WITHOUT_TIMEOUTS, document, request.span.or(task.span), message, help));
    }
}

fn switch(scene: &Scene, document: &Document, task: &Value, bag: &mut Bag) {
    let reference = task.str_at("taskReferenceName").unwrap_or_default();
    let cases = task.get("decisionCases").and_then(Value::as_map);
    for case in cases.into_iter().flatten().filter(|case| case.value.as_list().is_some_and(<[Value]>::is_empty)) {
        let message = format!("the case `{}` of `{reference}` has no tasks, so the default would run", case.key);
        let help = "put a NOOP task into it";
        bag.push(scene.error(&SWITCH_CASE_EMPTY, document, case.key_span, message, help));
    }
    let mut lacks = |at: Span, message: String, help: &str| {
        bag.push(scene.error(&TASK_INCOMPLETE, document, at.or(task.span), message, help));
    };
    if let (Some(cases), true) = (task.get("decisionCases"), cases.is_some_and(crate::base::Map::is_empty)) {
        let help = "add a case: the value it is for, and a list of tasks";
        lacks(cases.span, format!("the SWITCH task `{reference}` has no case"), help);
    }
    let evaluator = task.get("evaluatorType");
    let known = ["value-param", "javascript", "graaljs", "python"];
    if let Some(word) = evaluator.and_then(Value::as_str).filter(|word| !known.contains(word)) {
        let help = "write `value-param` or `javascript`";
        lacks(task.span, format!("the SWITCH task `{reference}` has the evaluator `{word}`"), help);
    }
    let key = task.get("expression").filter(|_| evaluator.and_then(Value::as_str) == Some("value-param"));
    if let Some((key, text)) = key.and_then(|key| Some((key, key.as_str()?)))
        && input(task.get("inputParameters"), text).is_none()
    {
        let message = format!("`{text}` is no input of the SWITCH task `{reference}`");
        lacks(key.span, message, "with `value-param` the expression is the key of one of its `inputParameters`");
    }
}

fn wait(inputs: Option<&Value>, lacks: &mut impl FnMut(Span, &str, &str)) {
    let duration = input(inputs, "duration");
    if let (Some(duration), Some(_)) = (duration, input(inputs, "until")) {
        lacks(duration.span, "has both `duration` and `until`", "take one of the two out");
    }
    let text = duration.and_then(|duration| Some((duration.span, duration.as_str()?)));
    if let Some((span, text)) = text.filter(|(_, text)| !text.contains("${") && !is_duration(text)) {
        lacks(
            span,
            &format!("has the duration `{text}`"),
            "write numbers with units, such as `1 hours 30 minutes` or `10s`",
        );
    }
}

/// Numbers with units: days, hours, minutes, seconds, or their short forms (Conductor 3.x, `DateTimeUtils`).
fn is_duration(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "days", "day", "d", "hours", "hour", "hrs", "h", "minutes", "minute", "mins", "m", "seconds", "second", "secs",
        "s",
    ];
    let mut rest = text.trim();
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = rest.get(digits..).unwrap_or_default().trim_start();
        let end = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
        let word = unit.get(..end).unwrap_or_default().to_lowercase();
        if digits == 0 || !UNITS.contains(&word.as_str()) {
            return false;
        }
        rest = unit.get(end..).unwrap_or_default().trim_start();
    }
    true
}

fn terminate(task: &Value, inputs: Option<&Value>, lacks: &mut impl FnMut(Span, &str, &str)) {
    let help = "add `\"terminationStatus\": \"COMPLETED\"` or `\"FAILED\"` to its `inputParameters`";
    match input(inputs, "terminationStatus") {
        None => lacks(task.span, "has no `terminationStatus`", help),
        Some(status) => {
            let word = status.as_str().unwrap_or_default();
            if !["COMPLETED", "FAILED"].contains(&word) {
                lacks(status.span, &format!("ends with the status `{word}`"), help);
            }
        }
    }
    if task.get("optional").and_then(Value::as_bool) == Some(true) {
        lacks(task.span, "is optional", "take `optional` out: Conductor refuses it here");
    }
}

fn sub_workflow(scene: &Scene, document: &Document, task: &Value, bag: &mut Bag) {
    let Some(name) = task.get("subWorkflowParam").and_then(|param| param.get("name")) else { return };
    let version = task.get("subWorkflowParam").and_then(|param| param.get("version")).and_then(Value::as_int);
    if task.get("subWorkflowParam").is_some_and(|param| param.get("workflowDefinition").is_none()) {
        flow::started(scene, document, name, version, bag);
    }
}
