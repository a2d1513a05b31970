//! The reference of the command line, from what the program says of itself.

use std::fmt::Write as _;
use std::path::Path;

use crate::commands::{below, run};

/// The page: each command with what `--help` says.
pub fn page() -> String {
    let mut text = String::from(
        "# Command line\n\nThis page is generated from `--help`: `UPDATE_DOCS=1 cargo test --test docs`. What the commands are \
         for is in the [README](../README.md#commands).\n",
    );
    add(&mut text, &[]);
    text
}

fn add(text: &mut String, path: &[&str]) {
    let help = help(path);
    let title = [&["sailplan"], path].concat().join(" ");
    let _ = write!(text, "\n## {title}\n\n```text\n{}\n```\n", help.trim_end());
    for name in below(&help) {
        add(text, &[path, &[name.as_str()]].concat());
    }
}

/// What a command says of itself, at a width that does not depend on the terminal.
fn help(path: &[&str]) -> String {
    let arguments = [path, &["--help"]].concat();
    let help = String::from_utf8(run(&arguments, Path::new(".")).stdout).unwrap();
    help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
