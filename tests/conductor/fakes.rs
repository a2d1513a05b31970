//! Servers that answer by a script, over loopback, and note what they are asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// A request that came.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Which server it came to.
    pub to: &'static str,
    /// Method and path, with the query.
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
}

/// Answers by method and path, where a `*` at the end stands for anything; the last one of a list is given again and again.
pub type Script = BTreeMap<String, Vec<(u16, Value)>>;

/// A server. It ends with the test.
pub struct Fake {
    /// Its URL.
    pub url: String,
}

impl Fake {
    /// Starts one that lets in who has the token, if there is one.
    pub fn start(name: &'static str, token: Option<&str>, script: Script, calls: &Arc<Mutex<Vec<Call>>>) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (calls, token) = (Arc::clone(calls), token.map(|token| format!("Bearer {token}")));
        std::thread::spawn(move || {
            let mut script = script;
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(call) = receive(name, &stream) else { continue };
                let open = call.line.contains("access_token") || call.line.contains("/hook");
                let refused = !open && token.is_some() && call.headers.get("authorization") != token.as_ref();
                let fits =
                    |key: &str| key.strip_suffix('*').map_or(key == call.line, |start| call.line.starts_with(start));
                let answers = script.iter_mut().find(|(key, _)| fits(key)).map(|(_, answers)| answers);
                let (status, body) = match answers {
                    _ if refused => (401, json!({ "message": "invalid session" })),
                    Some(answers) if answers.len() > 1 => answers.remove(0),
                    Some(answers) => answers[0].clone(),
                    None => (404, json!({ "message": format!("nothing at {}", call.line) })),
                };
                calls.lock().unwrap().push(call);
                let text = body.to_string();
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
                    text.len()
                );
                stream.write_all(format!("{head}Connection: close\r\n\r\n{text}").as_bytes()).unwrap();
            }
        });
        Fake { url }
    }
}

fn receive(to: &'static str, stream: &TcpStream) -> Option<Call> {
    let mut reader = BufReader::new(stream);
    let (first, headers) = head(&mut reader)?;
    let line = first.rsplit_once(' ')?.0.to_owned();
    let length = headers.get("content-length").map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Call { to, line, headers, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
}

/// The first line, and the headers by their names in lower case.
fn head(reader: &mut impl BufRead) -> Option<(String, BTreeMap<String, String>)> {
    let mut lines = reader.lines();
    let first = lines.next()?.ok()?;
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line.ok()?;
        let Some((key, value)) = line.split_once(':') else { break };
        headers.insert(key.to_lowercase(), value.trim().to_owned());
    }
    Some((first, headers))
}

/// Asks a server: status and content of the answer.
pub fn request(method: &str, url: &str, headers: &[(String, String)], body: &Value) -> Result<(u16, Value), String> {
    let rest = url.strip_prefix("http://").ok_or("only http over loopback")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).map_err(|e| e.to_string())?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let more: Vec<String> = headers.iter().map(|(key, value)| format!("{key}: {value}\r\n")).collect();
    let head =
        format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nConnection: close\r\n", text.len());
    stream.write_all(format!("{head}{}\r\n{text}", more.concat()).as_bytes()).map_err(|e| e.to_string())?;
    let mut reader = BufReader::new(stream);
    let (line, _) = self::head(&mut reader).ok_or("no answer")?;
    let mut answer = String::new();
    reader.read_to_string(&mut answer).map_err(|e| e.to_string())?;
    let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or("no status")?;
    Ok((status, serde_json::from_str(&answer).unwrap_or(Value::String(answer))))
}
