//! A program that answers questions, one JSON object a line.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};

use serde_json::Value;

pub struct Server {
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    answers: Receiver<Value>,
}

impl Server {
    pub fn start(program: &str) -> Self {
        let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (send, answers) = sync_channel(1 << 20);
        std::thread::spawn(move || {
            for line in output.lines() {
                if send.send(serde_json::from_str(&line.unwrap()).unwrap()).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take().map(BufWriter::new);
        Self { child, input, answers }
    }

    /// Asks all questions, and gives the answers in the same order.
    pub fn ask(mut self, questions: impl IntoIterator<Item = Value>) -> Vec<Value> {
        let mut input = self.input.take().unwrap();
        for question in questions {
            writeln!(input, "{question}").unwrap();
        }
        drop(input.into_inner().unwrap());
        let answers = self.answers.iter().collect();
        assert!(self.child.wait().unwrap().success());
        answers
    }
}
