//! One run of the program on a spec with ten mistakes in three files finds all ten.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::path::Path;
use std::process::{Command, Output};

const FOLDER: &str = "fixtures/bad/ten";

/// Each mistake: its code, the place, and what the help says.
const MISTAKES: [(&str, &str, &str); 10] = [
    ("wrong-type", "platform.yaml:6:22", "double quotes"),
    ("sync-option-value", "platform.yaml:14:65", "did you mean `foreground`?"),
    ("bad-duration", "platform.yaml:15:47", "`30s`"),
    ("unknown-key", "apps/data.yaml:4:5", "did you mean `namespace`?"),
    ("unknown-reference", "apps/data.yaml:7:15", "did you mean `data`?"),
    ("name-invalid", "apps/data.yaml:12:16", "a-z, 0-9 and `-`"),
    ("dependency-cycle", "apps/data.yaml:", "soft: true"),
    ("app-incomplete", "apps/web.yaml:2:3", "namespace: shop"),
    ("duplicate-name", "apps/web.yaml:6:3", "keep one of the two"),
    ("unknown-reference", "apps/web.yaml:13:17", "did you mean `postgres`?"),
];

fn sailplan(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER));
    command.env_clear().env("LANG", "C.UTF-8").env("COLUMNS", "80");
    command.args(args).output().unwrap()
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn ten_mistakes_are_ten_findings_and_no_file() {
    let out = tempfile::tempdir().unwrap();
    let run = sailplan(&["render", "-f", "platform.yaml", "-o", out.path().to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(2));
    assert!(run.stdout.is_empty());
    assert_eq!(entries(out.path()), 0, "something was written");
    let stderr = String::from_utf8(run.stderr).unwrap();
    let findings: Vec<&str> = stderr.split("\n\n").filter(|part| part.starts_with("error[")).collect();
    assert_eq!(findings.len(), MISTAKES.len(), "{stderr}");
    for (code, place, help) in MISTAKES {
        let about = |f: &&&str| f.starts_with(&format!("error[{code}]: ")) && f.contains(&format!("[{place}"));
        let found: Vec<&&str> = findings.iter().filter(|f| about(f)).collect();
        assert_eq!(found.len(), 1, "{code} at {place}:\n{stderr}");
        let said = found.first().and_then(|f| f.split_once("  help: ")).map(|(_, help)| help);
        assert!(said.is_some_and(|said| said.contains(help)), "{code} at {place} says {said:?}");
    }
    assert!(stderr.ends_with("error: 10 errors\n"), "{stderr}");
}

#[test]
fn the_report_reads_as_it_did() {
    let out = tempfile::tempdir().unwrap();
    let run = sailplan(&["render", "-f", "platform.yaml", "-o", out.path().to_str().unwrap()]);
    let stderr = String::from_utf8(run.stderr).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER).join("report.txt");
    if std::env::var_os("UPDATE_REPORTS").is_some() {
        std::fs::write(&file, &stderr).unwrap();
    }
    assert_eq!(stderr, std::fs::read_to_string(&file).unwrap(), "UPDATE_REPORTS=1 writes it anew");
}

#[test]
fn the_order_of_threads_changes_nothing() {
    let run = |jobs: &str| sailplan(&["render", "-f", "platform.yaml", "-o", "/nowhere", "--jobs", jobs]).stderr;
    assert_eq!(run("1"), run("4"));
}

#[test]
fn check_finds_the_same() {
    let run = sailplan(&["check", "-f", "platform.yaml"]);
    assert_eq!(run.status.code(), Some(1));
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(stderr.ends_with("error: 10 errors\n"), "{stderr}");
}

#[test]
fn a_spec_that_is_not_there_is_said_in_one_finding() {
    let out = tempfile::tempdir().unwrap();
    let run = sailplan(&["render", "-f", "plattform.yaml", "-o", out.path().to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(2));
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(stderr.starts_with("error[file-unreadable]: can't read `plattform.yaml`"), "{stderr}");
    assert_eq!(entries(out.path()), 0);
}
