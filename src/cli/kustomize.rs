//! The real kustomize, as a program beside this one.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::import::{Build, BuildFault};

/// The programs that can build, with what comes before the folder.
const PROGRAMS: &[(&str, &[&str])] = &[("kustomize", &["build"]), ("kubectl", &["kustomize"])];
/// How long one folder may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Most bytes that are taken of one folder.
const MOST: u64 = 64 << 20;

/// Runs `kustomize build` or `kubectl kustomize`, whichever is on PATH.
#[derive(Debug)]
pub struct Program {
    root: PathBuf,
}

impl Program {
    /// For the folders below `root`.
    pub fn new(root: &Path) -> Program {
        Program { root: root.to_owned() }
    }

    /// What the paths of its messages begin with.
    fn shown(&self) -> String {
        let root = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        format!("{}/", root.display())
    }

    fn start(&self, program: &str, arguments: &[&str], folder: &str) -> Option<Child> {
        let folder = if folder.is_empty() { ".".to_owned() } else { format!("./{folder}") };
        let mut command = Command::new(program);
        command.args(arguments).arg(folder).current_dir(&self.root);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()
    }
}

impl Build for Program {
    fn build(&self, folder: &str) -> Result<String, BuildFault> {
        let started = PROGRAMS.iter().find_map(|(program, arguments)| self.start(program, arguments, folder));
        let mut child = started.ok_or(BuildFault::Missing)?;
        let (out, err) = (read(child.stdout.take()), read(child.stderr.take()));
        let failed = |reason: &str| Err(BuildFault::Failed(reason.to_owned()));
        let Ok(text) = out.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            return failed("it takes more than a minute");
        };
        let said = err.recv_timeout(PATIENCE).unwrap_or_default();
        if text.len() as u64 >= MOST {
            let _ = child.kill();
        }
        match child.wait() {
            Ok(status) if status.success() => Ok(text),
            Ok(_) if text.len() as u64 >= MOST => failed("it writes more than 64 MiB"),
            _ => failed(&said.replace(&*self.shown(), "")),
        }
    }
}

/// Reads to the end, beside whoever waits.
fn read(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (to, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.map(|from| from.take(MOST).read_to_end(&mut bytes));
        let _ = to.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}
