//! Runs workflows, one task after the other. Forks run one after the other too: nothing here depends on their order.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::condition::{evaluate, truthy};
use super::expressions::{in_text, resolve};
use super::{fakes, jq};

/// How a worker ends a task.
pub enum Outcome {
    /// With an output.
    Completed(Value),
    /// With a reason, after which another try may mend it.
    Failed(String),
    /// With a reason that no other try mends.
    Terminal(String),
}

/// Who does tasks of the type SIMPLE.
pub trait Worker {
    /// Does one.
    fn work(&mut self, task: &str, input: &Value) -> Outcome;
}

/// Definitions, and what comes from outside.
pub struct Server<'w> {
    pub workflows: BTreeMap<String, Value>,
    pub tasks: BTreeMap<String, Value>,
    pub worker: &'w mut dyn Worker,
    /// What people and other programs answer to tasks that wait, by reference name. Without one a task waits for good.
    pub signals: BTreeMap<String, Value>,
    /// Seconds on the clock.
    pub clock: u64,
    /// Everything that the server would show or log.
    pub log: Vec<String>,
    /// Workflows that ended, with those that were started because one failed.
    pub ended: Vec<Ended>,
}

/// A workflow that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    pub name: String,
    pub status: &'static str,
    pub reason: String,
    pub output: Value,
    /// Reference names and states of the tasks, in the order in which they ended.
    pub tasks: Vec<(String, &'static str)>,
}

/// A workflow that runs.
struct Run<'d> {
    def: &'d Value,
    /// What expressions see.
    scope: Value,
    tasks: Vec<(String, &'static str)>,
    deadline: Option<u64>,
}

/// Why no further task is run.
type Stop = (&'static str, String);

impl Server<'_> {
    /// Runs a workflow, and the one that is started when it fails.
    pub fn start(&mut self, name: &str, input: &Value) -> Ended {
        let id = format!("{name}-{}", self.ended.len() + 1);
        let def = self.workflows.get(name).unwrap_or_else(|| panic!("no workflow {name}")).clone();
        let mut all = def["inputTemplate"].as_object().cloned().unwrap_or_default();
        all.extend(input.as_object().cloned().unwrap_or_default());
        let scope = json!({ "workflow": { "input": all, "workflowId": id, "workflowType": name, "variables": {} } });
        let limit = def["timeoutSeconds"].as_u64().filter(|s| *s > 0 && def["timeoutPolicy"] == "TIME_OUT_WF");
        let mut run = Run { def: &def, scope, tasks: Vec::new(), deadline: limit.map(|s| self.clock + s) };
        let stop = self.tasks(&mut run, &def["tasks"]).err();
        let (status, reason) = stop.unwrap_or(("COMPLETED", String::new()));
        let output = resolve(&run.def["outputParameters"], &run.scope);
        self.log.push(format!("{id} {status} {reason} {output} {}", run.scope));
        let ended = Ended { name: name.to_owned(), status, reason, output, tasks: run.tasks };
        self.ended.push(ended.clone());
        if let Some(next) = def["failureWorkflow"].as_str().filter(|_| status != "COMPLETED") {
            let mut input = all;
            input.insert("workflowId".to_owned(), json!(id));
            input.insert("reason".to_owned(), json!(ended.reason));
            input.insert("failureStatus".to_owned(), json!(status));
            self.start(next, &Value::Object(input));
        }
        ended
    }

    fn tasks(&mut self, run: &mut Run, tasks: &Value) -> Result<(), Stop> {
        tasks.as_array().into_iter().flatten().try_for_each(|task| self.task(run, task))
    }

    fn task(&mut self, run: &mut Run, task: &Value) -> Result<(), Stop> {
        let name = task["taskReferenceName"].as_str().unwrap().to_owned();
        let input = resolve(&task["inputParameters"], &run.scope);
        self.log.push(format!("{name} {input}"));
        run.scope[&name] = json!({ "input": input, "output": {} });
        let output = match task["type"].as_str().unwrap_or("SIMPLE") {
            "SIMPLE" | "HTTP" => self.tried(run, task, &input),
            "SWITCH" => {
                let chosen = match task["evaluatorType"].as_str().unwrap() {
                    "value-param" => in_text(&input[task["expression"].as_str().unwrap()]),
                    _ => in_text(&js(task["expression"].as_str().unwrap(), &input)),
                };
                let case = task["decisionCases"].get(&chosen).unwrap_or(&task["defaultCase"]).clone();
                run.tasks.push((name.clone(), "COMPLETED"));
                run.scope[&name]["output"] = json!({ "evaluationResult": [chosen] });
                return self.tasks(run, &case);
            }
            "DO_WHILE" => return self.repeated(run, task, &name, &input),
            "WAIT" if !input["duration"].is_null() => {
                let seconds = duration(input["duration"].as_str().unwrap());
                self.pass(run, seconds)?;
                Ok(json!({}))
            }
            "WAIT" | "HUMAN" => self.signal(run, &name),
            "SET_VARIABLE" => {
                let variables = run.scope["workflow"]["variables"].as_object_mut().unwrap();
                variables.extend(input.as_object().cloned().unwrap_or_default());
                Ok(json!({}))
            }
            "INLINE" => Ok(json!({ "result": js(input["expression"].as_str().unwrap(), &input) })),
            "JSON_JQ_TRANSFORM" => {
                let query = input["queryExpression"].as_str().unwrap_or_default().to_owned();
                let result = jq::run(&query, &input);
                result.map_err(|fault| ("FAILED", fault))
            }
            "TERMINATE" => {
                run.tasks.push((name, "COMPLETED"));
                let status = if input["terminationStatus"] == "COMPLETED" { "COMPLETED" } else { "FAILED" };
                return Err((status, in_text(&input["terminationReason"])));
            }
            "SUB_WORKFLOW" => {
                let started = self.start(task["subWorkflowParam"]["name"].as_str().unwrap(), &input);
                match started.status {
                    "COMPLETED" => Ok(started.output),
                    _ => Err(("FAILED", started.reason)),
                }
            }
            "FORK_JOIN" => {
                for fork in task["forkTasks"].as_array().unwrap() {
                    self.tasks(run, fork)?;
                }
                Ok(json!({}))
            }
            "JOIN" => Ok(joined(&task["joinOn"], &run.scope)),
            "NOOP" => Ok(json!({})),
            other => panic!("{other} is not interpreted"),
        };
        match output {
            Ok(output) => {
                self.log.push(format!("{name} {output}"));
                run.scope[&name]["output"] = output;
                run.tasks.push((name, "COMPLETED"));
            }
            Err(("FAILED", reason)) if task["optional"] == true => {
                self.log.push(format!("{name} {reason}"));
                run.tasks.push((name, "COMPLETED_WITH_ERRORS"));
            }
            Err(stop) => {
                run.tasks.push((name, stop.0));
                return Err(stop);
            }
        }
        Ok(())
    }

    /// A task of a worker, or a request, tried as often as its definition says.
    fn tried(&mut self, run: &Run, task: &Value, input: &Value) -> Result<Value, Stop> {
        let name = task["name"].as_str().unwrap();
        let simple = task["type"].as_str().unwrap_or("SIMPLE") == "SIMPLE";
        let def = self.tasks.get(name).cloned().unwrap_or(Value::Null);
        if simple && def.is_null() {
            // Nobody polls for it.
            self.pass(run, u64::MAX / 2)?;
        }
        let retries = task["retryCount"].as_u64().unwrap_or(def["retryCount"].as_u64().unwrap_or(0));
        let mut tried = 0;
        loop {
            let outcome = if simple { self.worker.work(name, input) } else { request(input) };
            let reason = match outcome {
                Outcome::Completed(output) => return Ok(output),
                Outcome::Terminal(reason) => return Err(("FAILED", reason)),
                Outcome::Failed(reason) => reason,
            };
            self.log.push(format!("{name} {reason}"));
            if tried == retries {
                return Err(("FAILED", reason));
            }
            let delay = def["retryDelaySeconds"].as_u64().unwrap_or(60);
            let scale = def["backoffScaleFactor"].as_u64().unwrap_or(1);
            let delay = match def["retryLogic"].as_str().unwrap_or("FIXED") {
                "FIXED" => delay,
                "EXPONENTIAL_BACKOFF" => delay * (1 << tried),
                "LINEAR_BACKOFF" => delay * scale * (tried + 1),
                other => panic!("{other} is no retryLogic"),
            };
            self.pass(run, delay)?;
            tried += 1;
        }
    }

    fn repeated(&mut self, run: &mut Run, task: &Value, name: &str, input: &Value) -> Result<(), Stop> {
        for iteration in 1.. {
            run.scope[name]["output"] = json!({ "iteration": iteration });
            self.tasks(run, &task["loopOver"])?;
            let mut scope = input.as_object().cloned().unwrap_or_default();
            scope.insert(name.to_owned(), json!({ "iteration": iteration }));
            let mut inner = Vec::new();
            super::registration::collect(&task["loopOver"], &mut inner);
            for one in inner {
                let name = one["taskReferenceName"].as_str().unwrap();
                scope.insert(name.to_owned(), run.scope[name]["output"].clone());
            }
            if !truthy(&js(task["loopCondition"].as_str().unwrap(), &Value::Object(scope))) {
                break;
            }
        }
        run.tasks.push((name.to_owned(), "COMPLETED"));
        Ok(())
    }

    /// An answer from outside.
    fn signal(&mut self, run: &Run, name: &str) -> Result<Value, Stop> {
        if let Some(output) = self.signals.get(name) {
            return Ok(output.clone());
        }
        self.pass(run, u64::MAX / 2)?;
        panic!("{name} waits for good, and the workflow has no timeout");
    }

    /// Time goes by.
    fn pass(&mut self, run: &Run, seconds: u64) -> Result<(), Stop> {
        match run.deadline {
            Some(deadline) if self.clock.saturating_add(seconds) >= deadline => {
                self.clock = deadline;
                Err(("TIMED_OUT", format!("Workflow timed out after {} seconds", run.def["timeoutSeconds"])))
            }
            _ => {
                self.clock = self.clock.saturating_add(seconds);
                Ok(())
            }
        }
    }
}

/// An HTTP task. Its input is the request, or holds it.
fn request(input: &Value) -> Outcome {
    let request = if input["http_request"].is_null() { input } else { &input["http_request"] };
    let empty = Map::new();
    let headers = request["headers"].as_object().unwrap_or(&empty).iter();
    let headers: Vec<(String, String)> = headers.map(|(key, value)| (key.clone(), in_text(value))).collect();
    let method = request["method"].as_str().unwrap();
    match fakes::request(method, request["uri"].as_str().unwrap(), &headers, &request["body"]) {
        Ok((status @ 200..=299, body)) => {
            Outcome::Completed(json!({ "response": { "statusCode": status, "body": body } }))
        }
        Ok((status, body)) => Outcome::Failed(format!("{status}: {body}")),
        Err(fault) => Outcome::Failed(fault),
    }
}

fn js(expression: &str, scope: &Value) -> Value {
    evaluate(expression, scope).unwrap_or_else(|fault| panic!("{expression}: {fault}"))
}

fn joined(on: &Value, scope: &Value) -> Value {
    let names = on.as_array().into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| (name.to_owned(), scope[name]["output"].clone())).collect::<Map<_, _>>().into()
}

/// Seconds of a duration such as `1 hour 30 minutes`.
pub fn duration(text: &str) -> u64 {
    let mut seconds = 0;
    let mut number = String::new();
    let mut unit = String::new();
    for c in text.chars().chain([' ', '0']) {
        if c.is_ascii_digit() && !unit.is_empty() {
            let factor = match unit.as_str() {
                "d" | "day" | "days" => 86400,
                "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
                "m" | "min" | "mins" | "minute" | "minutes" => 60,
                "s" | "sec" | "secs" | "second" | "seconds" => 1,
                other => panic!("{other} is no unit of a duration"),
            };
            seconds += number.parse::<u64>().unwrap() * factor;
            number.clear();
            unit.clear();
        }
        if c.is_ascii_digit() {
            number.push(c);
        } else if c != ' ' {
            unit.push(c);
        }
    }
    seconds
}

#[test]
fn durations() {
    assert_eq!(
        [duration("10 seconds"), duration("2m"), duration("1 hour 30 mins"), duration("1d")],
        [10, 120, 5400, 86400]
    );
}
