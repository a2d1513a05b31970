//! `sailplan check --tree`.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::init::git::Repository;
use super::kustomize::Program;
use super::progress::Bar;
use crate::base::Day;
use crate::import::{Build, Options};
use crate::model::context::parse_version;
use crate::pipeline::{self, Outcome};
use crate::source::{Disk, FileKind, World as _};

/// Options of `check` on a tree.
#[derive(Debug, Args)]
pub struct TreeArgs {
    /// Check this folder of manifests, whoever wrote them, instead of a spec.
    #[arg(long, value_name = "DIR")]
    pub tree: Option<String>,
    /// URL of the repository that the tree is of; by default what git fetches from, or what most Applications read.
    #[arg(long, value_name = "URL", requires = "tree")]
    repo: Option<String>,
    /// Version of Argo CD; the newest one known when left out.
    #[arg(long, value_name = "X.Y", requires = "tree", value_parser = version)]
    argocd_version: Option<(u32, u32)>,
    /// The namespace of Argo CD; by default that of most Applications.
    #[arg(long, value_name = "NAME", requires = "tree")]
    argocd_namespace: Option<String>,
    /// Whether kustomizations are built with the `kustomize` or `kubectl` on PATH.
    #[arg(long, value_enum, default_value_t = Kustomize::Auto, requires = "tree")]
    kustomize: Kustomize,
}

/// Whether kustomizations are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kustomize {
    /// Built where the program is there.
    Auto,
    /// Left as they stand.
    Never,
}

fn version(text: &str) -> Result<(u32, u32), String> {
    parse_version(text).ok_or_else(|| "write it as `3.1`".to_owned())
}

/// Checks a folder. Gives what was found and how many files there are.
///
/// # Errors
/// When it is no folder.
pub fn run(folder: &str, args: &TreeArgs, today: Day) -> Result<(Outcome, usize), ExitCode> {
    let root = Path::new(folder);
    if Disk::new(root).kind("") != Some(FileKind::Dir) {
        return Err(super::fail(&format!("`{folder}` is no folder")));
    }
    let real = std::path::absolute(root).ok();
    let around = real.as_deref().and_then(Repository::around);
    let inside = around.as_ref().and_then(|r| real.as_deref()?.strip_prefix(&r.root).ok()).map(slashed);
    let options = Options {
        repo: args.repo.clone(),
        remote: around.as_ref().and_then(|r| r.url.clone()),
        inside: inside.unwrap_or_default(),
        namespace: args.argocd_namespace.clone(),
    };
    let program = (args.kustomize == Kustomize::Auto).then(|| Program::new(root));
    let build = program.as_ref().map(|program| program as &dyn Build);
    Ok(pipeline::check_tree(&Disk::new(root).on(today), &options, args.argocd_version, build, &Bar::new()))
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
