//! Scenarios of `fixtures/conductor/scenarios.json`, which the real server runs too.
//!
//! A scenario says what is started with which input, what the servers answer to each request in turn, what people answer to tasks
//! that wait, and how it must end: status, reason, output, and the calls in their order. The same call several times in a row
//! counts as one. A `*` at the end of a call stands for anything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::engine::{Ended, Server};
use super::fakes::{Call, Fake, Script};
use super::worker::Mounted;

/// Words that stand for tokens. None may ever be in a definition or a log.
pub const WORDS: [&str; 4] = ["word-of-argocd", "word-of-github", "word-of-tests", "session-of-tests"];

/// What came of a scenario.
pub struct Played {
    pub first: Ended,
    pub ended: Vec<Ended>,
    pub calls: Vec<Call>,
    pub log: String,
    /// Seconds that went by.
    pub seconds: u64,
}

/// Plays one with the definitions that came out.
pub fn play(scenario: &Value, workflows: &BTreeMap<String, Value>, tasks: &BTreeMap<String, Value>) -> Played {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let port = json!({
        "POST /v1/auth/access_token": [[200, { "accessToken": WORDS[3] }]],
        "POST /v1/actions/runs/r_1/logs": [[201, {}]],
        "PATCH /v1/actions/runs/r_1": [[200, {}]],
    });
    let hook = json!({ "POST /hook": [[200, {}]] });
    let start = |name, token, base: &Value| {
        let mut script = script(base);
        script.extend(self::script(&scenario[name]));
        Fake::start(name, token, script, &calls).url
    };
    let word = |name: &str, word: &str| scenario["tokens"][name].as_str().unwrap_or(word).to_owned();
    let mut worker = Mounted {
        argocd: start("argocd", Some(WORDS[0]), &Value::Null),
        github: start("github", Some(WORDS[1]), &Value::Null),
        port: start("port", Some(WORDS[3]), &port),
        hook: start("hook", None, &hook) + "/hook",
        argocd_token: word("argocd", WORDS[0]),
        github_token: word("github", WORDS[1]),
        port_client: ("client-of-tests".to_owned(), WORDS[2].to_owned()),
    };
    let signals = scenario["signals"].as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect();
    let (workflows, tasks) = (workflows.clone(), tasks.clone());
    let mut server =
        Server { workflows, tasks, worker: &mut worker, signals, clock: 0, log: Vec::new(), ended: Vec::new() };
    let first = server.start(scenario["workflow"].as_str().unwrap(), &scenario["input"]);
    let (ended, log, seconds) = (server.ended, server.log.join("\n"), server.clock);
    let calls = calls.lock().unwrap().clone();
    Played { first, ended, calls, log, seconds }
}

fn script(value: &Value) -> Script {
    let answer = |answer: &Value| (u16::try_from(answer[0].as_u64().unwrap()).unwrap(), answer[1].clone());
    let of =
        |(call, answers): (&String, &Value)| (call.clone(), answers.as_array().unwrap().iter().map(answer).collect());
    value.as_object().into_iter().flatten().map(of).collect()
}

/// What is not as the scenario says.
pub fn faults(scenario: &Value, played: &Played) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |what: &str, well: bool, found: String| {
        if !well {
            faults.push(format!("{}: {what}, found {found}", scenario["name"]));
        }
    };
    let first = &played.first;
    expect("another status", scenario["status"] == first.status, format!("{} {}", first.status, first.reason));
    let reason = scenario["reason"].as_str().unwrap_or_default();
    expect("another reason", first.reason.contains(reason), first.reason.clone());
    for (key, value) in scenario["output"].as_object().into_iter().flatten() {
        expect("another output", first.output[key] == *value, format!("{key}: {}", first.output[key]));
    }
    let mut found: Vec<&Call> = Vec::new();
    for call in &played.calls {
        if found.last().is_none_or(|last| (last.to, &last.line, &last.body) != (call.to, &call.line, &call.body)) {
            found.push(call);
        }
    }
    let wanted = scenario["calls"].as_array().unwrap();
    let fits = |(wanted, call): (&Value, &&Call)| {
        let text = wanted[1].as_str().unwrap();
        let same = text.strip_suffix('*').map_or(call.line == text, |start| call.line.starts_with(start));
        wanted[0] == call.to && same && (wanted[2].is_null() || wanted[2] == call.body)
    };
    let all = wanted.len() == found.len() && wanted.iter().zip(&found).all(fits);
    let shown: Vec<String> = found.iter().map(|call| format!("\n  {} {} {}", call.to, call.line, call.body)).collect();
    expect("other calls", all, shown.concat());
    for word in WORDS {
        expect("a token in the log", !played.log.contains(word), word.to_owned());
    }
    faults
}
