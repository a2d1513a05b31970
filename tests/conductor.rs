//! The workflows of Orkes Conductor that come out, run against servers that answer by a script.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    missing_docs,
    reason = "a judge may end in a panic: that is how a test fails"
)]

#[path = "conductor/mod.rs"]
mod conductor;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use conductor::engine::{Outcome, Server, Worker};
use conductor::scenario::{WORDS, faults, play};
use conductor::{fakes, registration};
use rayon::prelude::*;
use sailplan::pipeline::{self, Silent};
use sailplan::source::Disk;
use serde_json::{Value, json};

/// Workflows and tasks that come out of a case with all kinds of actions, by name.
static OUT: LazyLock<(BTreeMap<String, Value>, BTreeMap<String, Value>)> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render/self-service");
    let tree = pipeline::run(&Disk::new(&root), "platform.yaml", &Silent).tree.unwrap();
    let below = |folder: &str| {
        let files = tree.iter().filter(|(path, _)| path.starts_with(folder));
        let read = files.map(|(_, file)| serde_json::from_slice::<Value>(&file.bytes).unwrap());
        read.map(|def| (def["name"].as_str().unwrap().to_owned(), def)).collect()
    };
    (below("orkes/workflows/"), below("orkes/tasks/"))
});

static SCENARIOS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conductor/scenarios.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
});

#[test]
fn the_server_would_take_them() {
    let (workflows, tasks) = &*OUT;
    assert!(workflows.len() >= 4 && tasks.len() >= 4, "{:?} {:?}", workflows.keys(), tasks.keys());
    let mut faults = Vec::new();
    for (name, def) in workflows {
        let (found, needs) = registration::workflow(def);
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
        for need in needs {
            let there = match need.split_once(' ').unwrap() {
                ("task", task) => tasks.contains_key(task),
                (_, workflow) => workflows.contains_key(workflow),
            };
            if !there {
                faults.push(format!("{name}: no {need}"));
            }
        }
    }
    for (name, def) in tasks {
        faults.extend(registration::task_def(def).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_token_is_in_a_definition() {
    let (workflows, tasks) = &*OUT;
    for (name, def) in workflows.iter().chain(tasks) {
        let text = def.to_string();
        let found = WORDS
            .iter()
            .find(|word| text.contains(**word))
            .or(["Bearer", "Authorization"].iter().find(|word| text.contains(**word)));
        assert_eq!(found, None, "{name}");
    }
}

#[test]
fn every_scenario_ends_as_it_says() {
    let (workflows, tasks) = &*OUT;
    let all: Vec<String> =
        SCENARIOS.par_iter().flat_map(|scenario| faults(scenario, &play(scenario, workflows, tasks))).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn every_workflow_is_played_to_its_good_and_its_bad_end() {
    let ends: BTreeSet<(&str, &str)> =
        SCENARIOS.iter().map(|s| (s["workflow"].as_str().unwrap(), s["status"].as_str().unwrap())).collect();
    for name in OUT.0.keys().filter(|name| *name != "argocd_failed") {
        for status in ["COMPLETED", "FAILED"] {
            assert!(ends.contains(&(name.as_str(), status)), "{name} never ends {status}");
        }
    }
}

fn named(name: &str) -> &'static Value {
    SCENARIOS.iter().find(|scenario| scenario["name"] == name).unwrap()
}

#[test]
fn tokens_are_sent_to_their_own_server_only() {
    let (workflows, tasks) = &*OUT;
    let played = play(named("a sync that goes well"), workflows, tasks);
    for call in &played.calls {
        let sent = call.headers.get("authorization").map(String::as_str);
        let wanted = match (call.to, call.line.as_str()) {
            ("argocd", _) => Some(format!("Bearer {}", WORDS[0])),
            ("port", "POST /v1/auth/access_token") | ("hook", _) => None,
            _ => Some(format!("Bearer {}", WORDS[3])),
        };
        assert_eq!(sent, wanted.as_deref(), "{}", call.line);
    }
}

#[test]
fn what_is_tried_again_waits_longer_each_time() {
    let (workflows, tasks) = &*OUT;
    let played = play(named("a server that fails for good"), workflows, tasks);
    let tried = played.calls.iter().filter(|call| call.to == "argocd").count();
    // Once, and three times more after 2, 4 and 8 seconds.
    assert_eq!((tried, played.seconds), (4, 14));
    let refused = play(named("a token that Argo CD does not take"), workflows, tasks);
    assert_eq!(refused.calls.iter().filter(|call| call.to == "argocd").count(), 1, "a wrong token is not tried again");
}

#[test]
fn a_loop_ends_and_an_approval_that_nobody_gives_does_too() {
    let (workflows, tasks) = &*OUT;
    let played = play(named("a sync that never becomes healthy"), workflows, tasks);
    assert_eq!((played.calls.iter().filter(|call| call.line.starts_with("GET")).count(), played.seconds), (60, 600));
    let mut scenario = named("an approval in Orkes that is given").clone();
    scenario["signals"] = json!({});
    let played = play(&scenario, workflows, tasks);
    assert_eq!(played.first.status, "TIMED_OUT");
    let limit = workflows["argocd_sync"]["timeoutSeconds"].as_u64().unwrap();
    assert_eq!(played.seconds, limit);
    assert!(!played.calls.iter().any(|call| call.to == "argocd"), "nothing is done without the approval");
    assert_eq!(played.ended.last().unwrap().name, "argocd_failed");
}

/// Answers with the name of the task and its input.
struct Echo;

impl Worker for Echo {
    fn work(&mut self, task: &str, input: &Value) -> Outcome {
        match input["fault"].as_str() {
            Some("final") => Outcome::Terminal(task.to_owned()),
            Some(_) => Outcome::Failed(task.to_owned()),
            None => Outcome::Completed(json!({ "task": task, "input": input })),
        }
    }
}

fn run(tasks: Value, more: Value, input: &Value) -> (conductor::engine::Ended, u64) {
    let mut def = json!({
        "name": "w", "schemaVersion": 2, "ownerEmail": "a@example.com", "timeoutPolicy": "TIME_OUT_WF", "timeoutSeconds": 1000,
        "tasks": tasks,
    });
    def.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (faults, _) = registration::workflow(&def);
    assert_eq!(faults, Vec::<String>::new());
    let task = json!({ "name": "echo", "ownerEmail": "a@example.com", "retryCount": 2, "retryLogic": "LINEAR_BACKOFF",
        "retryDelaySeconds": 3, "backoffScaleFactor": 2, "responseTimeoutSeconds": 10 });
    assert_eq!(registration::task_def(&task), Vec::<String>::new());
    let workflows = BTreeMap::from([("w".to_owned(), def), ("sub".to_owned(), sub())]);
    let tasks = BTreeMap::from([("echo".to_owned(), task)]);
    let mut worker = Echo;
    let (signals, log, ended) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut server = Server { workflows, tasks, worker: &mut worker, signals, clock: 0, log, ended };
    let ended = server.start("w", input);
    (ended, server.clock)
}

fn sub() -> Value {
    json!({ "name": "sub", "schemaVersion": 2, "timeoutPolicy": "ALERT_ONLY", "tasks": [
        { "name": "t", "taskReferenceName": "t", "type": "INLINE", "inputParameters": { "expression": "$.n > 1 ? 'many' : 'one'", "n": "${workflow.input.n}" } },
    ], "outputParameters": { "word": "${t.output.result}" } })
}

#[test]
fn the_other_types_of_tasks() {
    let tasks = json!([
        { "name": "set", "taskReferenceName": "set", "type": "SET_VARIABLE", "inputParameters": { "n": "${workflow.input.n}" } },
        { "name": "fork", "taskReferenceName": "fork", "type": "FORK_JOIN", "inputParameters": {}, "forkTasks": [
            [{ "name": "echo", "taskReferenceName": "left", "type": "SIMPLE", "inputParameters": { "side": "left" } }],
            [{ "name": "sub", "taskReferenceName": "right", "type": "SUB_WORKFLOW", "subWorkflowParam": { "name": "sub" }, "inputParameters": { "n": "${workflow.variables.n}" } }],
        ] },
        { "name": "join", "taskReferenceName": "join", "type": "JOIN", "joinOn": ["left", "right"], "inputParameters": {} },
        { "name": "which", "taskReferenceName": "which", "type": "SWITCH", "evaluatorType": "javascript", "expression": "$.word == 'many' ? 'a' : 'b'",
          "inputParameters": { "word": "${join.output.right.word}" },
          "decisionCases": { "a": [{ "name": "end", "taskReferenceName": "end", "type": "TERMINATE", "inputParameters": { "terminationStatus": "COMPLETED", "terminationReason": "many" } }] },
          "defaultCase": [{ "name": "wait", "taskReferenceName": "wait", "type": "WAIT", "inputParameters": { "duration": "2 minutes" } }] },
    ]);
    let (ended, seconds) =
        run(tasks.clone(), json!({ "outputParameters": { "side": "${left.output.input.side}" } }), &json!({ "n": 2 }));
    assert_eq!((ended.status, ended.reason.as_str(), seconds), ("COMPLETED", "many", 0));
    assert_eq!(ended.output, json!({ "side": "left" }));
    let (ended, seconds) = run(tasks, json!({}), &json!({ "n": 1 }));
    assert_eq!((ended.status, seconds), ("COMPLETED", 120));
}

#[test]
fn faults_retries_and_what_is_optional() {
    let echo = |fault: &str, optional: bool| json!([{ "name": "echo", "taskReferenceName": "e", "optional": optional, "inputParameters": { "fault": fault } }]);
    let end = |tasks| {
        let (ended, seconds) = run(tasks, json!({}), &json!({}));
        (ended.status, ended.tasks[0].1, seconds)
    };
    // After 6 and 12 seconds.
    assert_eq!(end(echo("any", false)), ("FAILED", "FAILED", 18));
    assert_eq!(end(echo("any", true)), ("COMPLETED", "COMPLETED_WITH_ERRORS", 18));
    assert_eq!(end(echo("final", false)), ("FAILED", "FAILED", 0));
    // Nobody polls for a task that is not registered.
    let lost = json!([{ "name": "lost", "taskReferenceName": "e", "inputParameters": {} }]);
    assert_eq!(end(lost), ("TIMED_OUT", "TIMED_OUT", 1000));
}

#[test]
fn requests_of_the_server_itself() {
    let calls = std::sync::Arc::default();
    let script = BTreeMap::from([
        ("PUT /x?y=1".to_owned(), vec![(200, json!({ "a": [1] }))]),
        ("GET /bad".to_owned(), vec![(500, json!({}))]),
    ]);
    let fake = fakes::Fake::start("x", None, script, &calls);
    let task = |method: &str, path: &str| {
        let request = json!({ "method": method, "uri": format!("{}{path}", fake.url), "headers": { "X-Y": 1 }, "body": { "b": 2 },
            "connectionTimeOut": 1000, "readTimeOut": 1000 });
        json!([{ "name": "call", "taskReferenceName": "c", "type": "HTTP", "inputParameters": { "http_request": request } }])
    };
    let (ended, _) = run(
        task("PUT", "/x?y=1"),
        json!({ "outputParameters": { "a": "${c.output.response.body.a[0]}" } }),
        &json!({}),
    );
    assert_eq!((ended.status, ended.output), ("COMPLETED", json!({ "a": 1 })));
    let call = calls.lock().unwrap()[0].clone();
    assert_eq!((call.headers["x-y"].as_str(), call.body), ("1", json!({ "b": 2 })));
    assert_eq!(run(task("GET", "/bad"), json!({}), &json!({})).0.status, "FAILED");
}

#[test]
fn definitions_that_the_server_refuses() {
    let good = json!({ "name": "w", "ownerEmail": "a@example.com", "schemaVersion": 2, "timeoutPolicy": "TIME_OUT_WF", "tasks": [
        { "name": "n", "taskReferenceName": "n", "type": "NOOP", "inputParameters": { "a": "${workflow.input.a}" } },
    ] });
    assert_eq!(registration::workflow(&good).0, Vec::<String>::new());
    let edits: [(&str, Value); 10] = [
        ("/tasks/0/type", json!("NOP")),
        ("/tasks/0/taskReferenceName", json!("n.n")),
        ("/tasks/0/inputParameters/a", json!("${m.output.a}")),
        ("/tasks/0/inputParameters/a", json!("${workflow.input..a}")),
        ("/ownerEmail", json!("")),
        ("/tasks", json!([])),
        ("/timeoutPolicy", Value::Null),
        (
            "/tasks/0",
            json!({ "name": "s", "taskReferenceName": "s", "type": "SWITCH", "evaluatorType": "value-param", "expression": "x", "inputParameters": {}, "decisionCases": { "a": [] } }),
        ),
        (
            "/tasks/0",
            json!({ "name": "t", "taskReferenceName": "t", "type": "TERMINATE", "inputParameters": { "terminationStatus": "TERMINATED" } }),
        ),
        (
            "/tasks/0",
            json!({ "name": "d", "taskReferenceName": "d", "type": "DO_WHILE", "inputParameters": {}, "loopCondition": "true", "loopOver": [] }),
        ),
    ];
    for (pointer, value) in edits {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value.clone();
        assert!(!registration::workflow(&bad).0.is_empty(), "{pointer} {value}");
    }
    assert!(
        !registration::task_def(&json!({ "name": "t", "ownerEmail": "a@example.com", "timeoutSeconds": 60 }))
            .is_empty()
    );
}
