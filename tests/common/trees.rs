//! Trees that no spec made, in memory.

use sailplan::import::{Build, Options};
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::source::{Memory, World as _};

use super::findings::{located, says_what_to_do};

/// A tree in memory: paths and texts.
pub fn tree(files: &[(&str, &str)]) -> Memory {
    let memory = Memory::new();
    files.iter().for_each(|(path, text)| memory.write(path, text.as_bytes()).unwrap());
    memory
}

/// Checks a tree.
pub fn check(world: &Memory, options: &Options, build: Option<&dyn Build>) -> Outcome {
    pipeline::check_tree(world, options, None, build, &Silent).0
}

/// What is found, as `path:line code`; all of it says what to do.
pub fn found_by(files: &[(&str, &str)], options: &Options, build: Option<&dyn Build>) -> Vec<String> {
    let outcome = check(&tree(files), options, build);
    let faults: Vec<String> = outcome.findings.iter().filter_map(|f| says_what_to_do(f, &outcome.sources)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // The project of these Applications is not what they are about.
    let findings = outcome.findings.iter().filter(|f| f.code.id != "default-project");
    findings.map(|f| located(f, &outcome.sources)).collect()
}

/// What is found where nothing is said about the tree.
pub fn found(files: &[(&str, &str)]) -> Vec<String> {
    found_by(files, &Options::default(), None)
}
