//! Commands in the documentation.

use std::path::Path;
use std::process::{Command, Output};

use crate::pages::{Page, blocks};

/// Runs the program in a folder.
pub fn run(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
    command.args(arguments).current_dir(folder).env_remove("SAILPLAN_FILE").env("NO_COLOR", "1");
    command.output().unwrap()
}

/// The commands that the program has, `help` excepted.
pub fn names() -> Vec<String> {
    below(&String::from_utf8(run(&["--help"], Path::new(".")).stdout).unwrap())
}

/// The commands that a help lists, `help` excepted. Lines that go on are indented further.
pub fn below(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let names = listed.filter_map(|l| l.strip_prefix("  ").filter(|l| !l.starts_with(' '))?.split_whitespace().next());
    names.filter(|n| *n != "help").map(str::to_owned).collect()
}

/// The command lines of a page that the program does not understand.
pub fn faults(page: &Page) -> Vec<String> {
    let lines: Vec<String> = ["sh", "console"].iter().flat_map(|l| blocks(&page.text, l)).collect();
    let lines = lines.iter().flat_map(|block| block.lines());
    lines.filter_map(words).filter_map(|words| fault(&words)).map(|f| format!("{}: {f}", page.path.display())).collect()
}

/// The arguments of a line that runs the program; text in quotes is one of them.
fn words(line: &str) -> Option<Vec<String>> {
    let line = line.trim().trim_start_matches("$ ");
    let rest = line.strip_prefix("sailplan ").or_else(|| line.strip_prefix("cargo run --release -- "))?;
    let command = rest.split(" | ").next().and_then(|r| r.split(" > ").next()).and_then(|r| r.split(" #").next())?;
    let parts = command.split(['\'', '"']).enumerate();
    let split = |(i, part): (usize, &str)| match i % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    };
    Some(parts.flat_map(split).collect())
}

/// What the program has against the arguments. It reads all of them before it finds that there is no such spec, so
/// that nothing is done: `--file` is replaced, and a code of `explain` is looked up.
fn fault(words: &[String]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(at) = arguments.iter().position(|a| matches!(*a, "-f" | "--file")) {
        arguments.drain(at..(at + 2).min(arguments.len()));
    }
    if matches!(arguments.first(), Some(&("render" | "check" | "diff" | "rbac"))) {
        arguments.extend(["--file", "not-there.yaml"]);
    }
    let output = run(&arguments, folder.path());
    let said = String::from_utf8(output.stderr).unwrap();
    // States of git are looked for before the spec is.
    let understood = output.status.success()
        || ["not-there.yaml", "error[file-unreadable]", "is in no git repository", "no folder", "in 0 files"]
            .iter()
            .any(|words| said.contains(words));
    (!understood).then(|| format!("`sailplan {}`: {}", words.join(" "), said.lines().next().unwrap_or_default()))
}
