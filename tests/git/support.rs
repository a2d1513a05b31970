//! Repositories made by the program `git`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository in a fresh folder.
pub struct Repo {
    pub folder: tempfile::TempDir,
}

impl Repo {
    pub fn new() -> Repo {
        Repo::with(&["--quiet", "--initial-branch=main"])
    }

    pub fn with(options: &[&str]) -> Repo {
        let repo = Repo { folder: tempfile::tempdir().unwrap() };
        repo.git(&[&["init"], options].concat());
        repo
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs git here, without the settings of whoever runs the tests.
    pub fn git(&self, arguments: &[&str]) -> String {
        git_in(self.path(), arguments)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let full = self.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Commits all that lies in the work tree.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }
}

/// A git that knows nothing of the machine but where it is.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", nowhere).env("GIT_CONFIG_NOSYSTEM", "1");
    for (name, value) in [("NAME", "Ada"), ("EMAIL", "ada@example.com"), ("DATE", "2024-02-29T12:00:00Z")] {
        command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    command
}

pub fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "git {arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}
