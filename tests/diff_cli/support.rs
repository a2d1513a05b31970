//! A platform in a repository, and the program.

use std::process::Command;

use super::repository::Repo;

pub const SPEC: &str = r"apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/acme/platform.git, path: out } }
categories: { web: {} }
defaults: { app: { category: web, namespace: web, clusterResources: [], sync: { automated: true, options: { CreateNamespace: true } } } }
apps:
  shop:
    source: { helm: { repo: https://charts.example.com, chart: shop, version: 1.0.0, valueFiles: [values/shop.yaml] } }
  blog:
    source: { git: { path: blog } }
    manifests: [manifests/blog.yaml]
";

pub const SHOP: &str = "argocd/app-of-apps/apps/web/shop.yaml";
pub const BLOG: &str = "argocd/app-of-apps/apps/web/blog.yaml";

const MANIFEST: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: blog }\ndata: { title: Blog }\n";

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Codes of the findings that were reported, in their order.
    pub fn codes(&self) -> Vec<&str> {
        let code = |line: &'_ str| {
            let rest = ["error[", "warning[", "note["].iter().find_map(|level| line.strip_prefix(level))?.len();
            line.get(line.len() - rest..)?.split(']').next().map(str::len).map(|len| (line.len() - rest, len))
        };
        self.err.lines().filter_map(|line| code(line).and_then(|(at, len)| line.get(at..at + len))).collect()
    }
}

/// A repository with a platform that is rendered and committed.
pub fn platform() -> Repo {
    platform_in("")
}

/// The same in a folder of the repository, given with its slash.
pub fn platform_in(folder: &str) -> Repo {
    let repo = Repo::new();
    repo.write(&format!("{folder}platform.yaml"), SPEC);
    repo.write(&format!("{folder}values/shop.yaml"), "replicas: 1\n");
    repo.write(&format!("{folder}manifests/blog.yaml"), MANIFEST);
    render(&repo, folder);
    repo.commit("platform");
    repo
}

pub fn render(repo: &Repo, folder: &str) {
    let (spec, out) = (format!("{folder}platform.yaml"), format!("{folder}out"));
    let ran = run(repo, &["render", "-f", &spec, "-o", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

pub fn diff(repo: &Repo, arguments: &[&str]) -> Ran {
    run(repo, &[&["diff", "-f", "platform.yaml", "-o", "out"], arguments].concat())
}

/// Changed paths between two states.
pub fn paths(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let ran = diff(repo, &[&["--names"], arguments].concat());
    assert!(ran.code < 2, "{}", ran.err);
    ran.out.lines().map(str::to_owned).collect()
}

pub fn run(repo: &Repo, arguments: &[&str]) -> Ran {
    ran(program(repo.path()).args(arguments))
}

pub fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// The program, with nothing of the tester's own environment that it would heed.
pub fn program(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
    command.current_dir(folder).env("COLUMNS", "200");
    for name in ["SAILPLAN_FILE", "NO_COLOR", "CI", "CLICOLOR_FORCE", "GIT_INDEX_FILE", "GIT_DIR", "SOURCE_DATE_EPOCH"]
    {
        command.env_remove(name);
    }
    command
}

/// Replaces a part of a file.
pub fn edit(repo: &Repo, path: &str, from: &str, to: &str) {
    let text = repo.read(path);
    assert!(text.contains(from), "{path} has no {from:?}:\n{text}");
    repo.write(path, text.replace(from, to));
}
