//! What the server checks of a definition before it takes it (Conductor 3.32, `WorkflowTaskTypeConstraint` and its kin).

use std::collections::BTreeSet;

use serde_json::Value;

use super::expressions::{in_string, steps};

/// Types of tasks that this Conductor runs. Any other word is a worker's to the server, and hangs; here it is a fault.
const TYPES: &[&str] = &[
    "SIMPLE",
    "HTTP",
    "SWITCH",
    "DO_WHILE",
    "WAIT",
    "HUMAN",
    "SET_VARIABLE",
    "INLINE",
    "JSON_JQ_TRANSFORM",
    "TERMINATE",
    "SUB_WORKFLOW",
    "FORK_JOIN",
    "JOIN",
    "NOOP",
];

/// The faults of a workflow, and names of tasks and workflows that have to be registered beside it.
pub fn workflow(def: &Value) -> (Vec<String>, BTreeSet<String>) {
    let mut faults = Vec::new();
    let mut needs = BTreeSet::new();
    for key in ["name", "ownerEmail"] {
        if def[key].as_str().is_none_or(str::is_empty) {
            faults.push(format!("no {key}"));
        }
    }
    let well = |c: char| c.is_ascii_alphanumeric() || "_<>{}#- ".contains(c);
    if !def["name"].as_str().unwrap_or_default().chars().all(well) {
        faults.push("a name with other characters".to_owned());
    }
    if def["schemaVersion"] != 2 || def["timeoutPolicy"].is_null() {
        faults.push("no schemaVersion 2, or no timeoutPolicy".to_owned());
    }
    needs.extend(def["failureWorkflow"].as_str().map(|name| format!("workflow {name}")));
    let mut all = Vec::new();
    collect(&def["tasks"], &mut all);
    if all.is_empty() {
        faults.push("no tasks".to_owned());
    }
    let mut names = BTreeSet::new();
    for task in &all {
        let name = task["taskReferenceName"].as_str().unwrap_or_default();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') || !names.insert(name) {
            faults.push(format!("reference name `{name}` is there twice, or can't be referred to"));
        }
    }
    for one in &all {
        self::task(one, &mut faults, &mut needs);
        references(&one["inputParameters"], &names, &mut faults);
    }
    references(&def["outputParameters"], &names, &mut faults);
    (faults, needs)
}

fn task(task: &Value, faults: &mut Vec<String>, needs: &mut BTreeSet<String>) {
    let (name, kind) = (task["name"].as_str().unwrap_or_default(), task["type"].as_str().unwrap_or("SIMPLE"));
    let input = &task["inputParameters"];
    let mut need = |well: bool, what: &str| {
        if !well {
            faults.push(format!("{kind} `{name}`: {what}"));
        }
    };
    need(TYPES.contains(&kind), "no type that is known");
    match kind {
        "SIMPLE" => drop(needs.insert(format!("task {name}"))),
        "HTTP" => {
            let request = if input["http_request"].is_null() { input } else { &input["http_request"] };
            need(request["uri"].is_string() && request["method"].is_string(), "no uri or method");
            need(request["connectionTimeOut"].is_u64() && request["readTimeOut"].is_u64(), "no timeouts");
        }
        "SWITCH" => {
            let expression = task["expression"].as_str().unwrap_or_default();
            need(task["decisionCases"].as_object().is_some_and(|cases| !cases.is_empty()), "no cases");
            need(!expression.is_empty(), "no expression");
            match task["evaluatorType"].as_str() {
                Some("value-param") => need(input.get(expression).is_some(), "no such input"),
                Some("javascript") => {}
                _ => need(false, "no evaluator that is known"),
            }
        }
        "WAIT" => need(input["duration"].is_null() || input["until"].is_null(), "both duration and until"),
        "FORK_JOIN" => need(task["forkTasks"].as_array().is_some_and(|forks| !forks.is_empty()), "no forks"),
        "DO_WHILE" => {
            need(task["loopCondition"].is_string(), "no condition");
            need(task["loopOver"].as_array().is_some_and(|tasks| !tasks.is_empty()), "loops over nothing");
        }
        "SUB_WORKFLOW" => match task["subWorkflowParam"]["name"].as_str() {
            Some(name) => drop(needs.insert(format!("workflow {name}"))),
            None => need(false, "no name of a workflow"),
        },
        "TERMINATE" => {
            need(matches!(input["terminationStatus"].as_str(), Some("COMPLETED" | "FAILED")), "no status that ends it");
            need(task["optional"] != true, "optional");
        }
        "JSON_JQ_TRANSFORM" => need(input["queryExpression"].is_string(), "no query"),
        "INLINE" => need(input["expression"].is_string(), "no expression"),
        _ => {}
    }
}

/// Tasks at any depth.
pub fn collect<'v>(tasks: &'v Value, out: &mut Vec<&'v Value>) {
    for task in tasks.as_array().into_iter().flatten() {
        out.push(task);
        collect(&task["defaultCase"], out);
        collect(&task["loopOver"], out);
        task["decisionCases"].as_object().into_iter().flatten().for_each(|(_, case)| collect(case, out));
        task["forkTasks"].as_array().into_iter().flatten().for_each(|fork| collect(fork, out));
    }
}

/// Each expression is a path whose first step is there.
fn references(value: &Value, names: &BTreeSet<&str>, faults: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for path in in_string(text) {
                let first = path.split(['.', '[']).next().unwrap_or_default();
                let system = matches!(first, "workflow" | "CPEWF_TASK_ID" | "NETFLIX_ENV" | "NETFLIX_STACK");
                if steps(path).is_none() || !(system || names.contains(first)) {
                    faults.push(format!("`{path}` names nothing"));
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names, faults)),
        Value::Object(map) => map.values().for_each(|item| references(item, names, faults)),
        _ => {}
    }
}

/// The faults of a task definition.
pub fn task_def(def: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for key in ["name", "ownerEmail"] {
        if def[key].as_str().is_none_or(str::is_empty) {
            faults.push(format!("no {key}"));
        }
    }
    let (response, timeout) = (def["responseTimeoutSeconds"].as_u64().unwrap_or(3600), def["timeoutSeconds"].as_u64());
    if response == 0 || timeout.is_some_and(|timeout| timeout > 0 && response > timeout) {
        faults.push("responseTimeoutSeconds is above timeoutSeconds".to_owned());
    }
    faults
}
