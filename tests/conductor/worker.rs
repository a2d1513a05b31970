//! The four tasks of the worker, by the contract of docs/SELFSERVICE.md. The program itself runs in `conformance/conductor`.

use serde_json::{Map, Value, json};

use super::engine::{Outcome, Worker};
use super::fakes::request;

/// The worker, and what it has mounted.
pub struct Mounted {
    pub argocd: String,
    pub github: String,
    pub port: String,
    pub hook: String,
    pub argocd_token: String,
    pub github_token: String,
    pub port_client: (String, String),
}

impl Worker for Mounted {
    fn work(&mut self, task: &str, input: &Value) -> Outcome {
        let result = match task {
            "argocd_call" => call(&self.argocd, &self.argocd_token, input),
            "github_call" => call(&self.github, &self.github_token, input),
            "port_report" => self.report(input),
            "notify_hook" => ask("POST", &self.hook, None, &json!({ "text": input["text"] })),
            other => panic!("the worker has no task {other}"),
        };
        match result {
            Ok(output) => Outcome::Completed(output),
            Err(outcome) => outcome,
        }
    }
}

fn call(base: &str, token: &str, input: &Value) -> Result<Value, Outcome> {
    let (method, path) = (input["method"].as_str().unwrap_or("GET"), input["path"].as_str().unwrap());
    let query = without_null(&input["query"]);
    let pairs: Vec<String> =
        query.iter().map(|(key, value)| format!("{key}={}", encoded(value.as_str().unwrap()))).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    let body = if method == "POST" { Value::Object(without_null(&input["body"])) } else { Value::Null };
    ask(method, &format!("{base}{path}{query}"), Some(token), &body)
}

fn ask(method: &str, url: &str, token: Option<&str>, body: &Value) -> Result<Value, Outcome> {
    let headers: Vec<(String, String)> =
        token.map(|token| ("Authorization".to_owned(), format!("Bearer {token}"))).into_iter().collect();
    match request(method, url, &headers, body) {
        Ok((status @ 200..=299, body)) => Ok(json!({ "response": { "statusCode": status, "body": body } })),
        Ok((status @ 400..=499, body)) if !matches!(status, 408 | 429) => {
            Err(Outcome::Terminal(format!("{method} gave {status}: {body}")))
        }
        Ok((status, body)) => Err(Outcome::Failed(format!("{method} gave {status}: {body}"))),
        Err(fault) => Err(Outcome::Failed(fault)),
    }
}

impl Mounted {
    fn report(&self, input: &Value) -> Result<Value, Outcome> {
        let Some(run) = input["run"].as_str().filter(|run| !run.is_empty()) else {
            return Ok(json!({ "reported": false }));
        };
        let (id, secret) = &self.port_client;
        let pair = json!({ "clientId": id, "clientSecret": secret });
        let login = ask("POST", &format!("{}/v1/auth/access_token", self.port), None, &pair)?;
        let token = login["response"]["body"]["accessToken"].as_str();
        let path = format!("{}/v1/actions/runs/{run}", self.port);
        if input["message"].as_str().is_some_and(|text| !text.is_empty()) {
            ask("POST", &format!("{path}/logs"), token, &json!({ "message": input["message"] }))?;
        }
        let mut fields = Map::new();
        for (field, key) in [("status", "status"), ("statusLabel", "label"), ("link", "link")] {
            if input[key].as_str().is_some_and(|text| !text.is_empty()) {
                fields.insert(field.to_owned(), input[key].clone());
            }
        }
        if !fields.is_empty() {
            ask("PATCH", &path, token, &Value::Object(fields))?;
        }
        Ok(json!({ "reported": true }))
    }
}

fn without_null(value: &Value) -> Map<String, Value> {
    let map = value.as_object().into_iter().flatten();
    map.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
