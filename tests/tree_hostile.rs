//! Trees that nobody means well with: each fault is located, stays with its file, and costs little.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

#[allow(dead_code, reason = "each test uses what it needs")]
#[path = "common/findings.rs"]
mod findings;

use std::fmt::Write as _;

use findings::located;
use sailplan::import::Options;
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::source::{FileKind, Memory, World, WorldError};

const GOOD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: good\ndate: {}\n";

fn check(world: &dyn World) -> Outcome {
    pipeline::check_tree(world, &Options::default(), None, None, &Silent).0
}

/// What is found in a hostile file and in a good one beside it, which has one fault.
fn beside(path: &str, bytes: &[u8]) -> Vec<String> {
    let memory = Memory::new();
    memory.write(path, bytes).unwrap();
    memory.write("zz/good.yaml", GOOD.as_bytes()).unwrap();
    let outcome = check(&memory);
    let all: Vec<String> = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
    assert!(all.contains(&"zz/good.yaml:5 schema".to_owned()), "{all:?}");
    all.into_iter().filter(|f| !f.starts_with("zz/")).collect()
}

#[test]
fn deep_nesting() {
    for open in ["[", "{a: ", "- ", "? "] {
        let all = beside("deep.yaml", open.repeat(100_000).as_bytes());
        assert!(!all.is_empty() && all.iter().all(|f| f.starts_with("deep.yaml")), "{open}: {all:?}");
    }
    let deep: String = (0..5000).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "{}a:", " ".repeat(n));
        text
    });
    assert!(!beside("deep.yaml", deep.as_bytes()).is_empty());
}

#[test]
fn an_alias_bomb() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        let _ = writeln!(text, "a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "));
    }
    assert_eq!(beside("bomb.yaml", text.as_bytes()).len(), 1);
}

#[test]
fn bytes_that_are_no_text() {
    let all = beside("noise.yaml", b"apiVersion: v1\nkind: \xff\xfe\n");
    assert_eq!(all, ["noise.yaml not-utf8"]);
    assert!(!beside("nul.yaml", b"apiVersion: v1\nkind: \0\n").is_empty());
}

#[test]
fn links_that_lead_out_of_the_tree() {
    let memory = Memory::new();
    memory.write("zz/good.yaml", GOOD.as_bytes()).unwrap();
    memory.link("passwd.yaml", "/etc/passwd");
    memory.link("up.yaml", "../../secret.yaml");
    memory.link("round.yaml", "round.yaml");
    let outcome = check(&memory);
    let all: Vec<String> = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
    assert!(all.contains(&"zz/good.yaml:5 schema".to_owned()), "{all:?}");
    for finding in &outcome.findings {
        assert!(["schema", "file-unreadable"].contains(&finding.code.id), "{finding:?}");
    }
}

/// A world whose folders can't be listed.
struct Closed(Memory);

impl World for Closed {
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.0.read(path)
    }
    fn kind(&self, path: &str) -> Option<FileKind> {
        self.0.kind(path)
    }
    fn list(&self, _: &str) -> Result<Vec<String>, WorldError> {
        Err(WorldError { path: "private".into(), reason: "permission denied".into(), not_found: false })
    }
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), WorldError> {
        self.0.write(path, bytes)
    }
    fn remove(&self, path: &str) -> Result<(), WorldError> {
        self.0.remove(path)
    }
}

#[test]
fn a_folder_that_is_closed() {
    let outcome = check(&Closed(Memory::new()));
    let all: Vec<String> = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
    assert_eq!(all, ["private tree-unreadable"]);
}

#[test]
fn ten_thousand_files_with_a_broken_one() {
    let memory = Memory::new();
    for n in 0..10_000 {
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{n}\ndata:\n  sky: blue\n");
        memory.write(&format!("f{}/c{n}.yaml", n / 100), text.as_bytes()).unwrap();
    }
    memory.write("f50/broken.yaml", b"a: [\n").unwrap();
    let outcome = check(&memory);
    let all: Vec<String> = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].starts_with("f50/broken.yaml:"), "{all:?}");
}

#[test]
fn applications_that_read_each_other_come_to_an_end() {
    let app = |name: &str, path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{ name: {name}, namespace: argocd }}\nspec:\n  project: \
             default\n  source: {{ repoURL: 'https://git.example.com/p.git', path: {path}, targetRevision: v1 }}\n  destination: {{ \
             name: in-cluster, namespace: argocd }}\n"
        )
    };
    let memory = Memory::new();
    memory.write("a/one.yaml", app("one", "b").as_bytes()).unwrap();
    memory.write("b/two.yaml", app("two", "a").as_bytes()).unwrap();
    memory.write("c/kustomization.yaml", b"resources: [../d]\n").unwrap();
    memory.write("d/kustomization.yaml", b"resources: [../c]\n").unwrap();
    let outcome = check(&memory);
    assert!(outcome.findings.iter().all(|f| f.code.id != "yaml-syntax"));
}
