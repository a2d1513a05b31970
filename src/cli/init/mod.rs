//! `sailplan init`: starts a spec, and tells Renovate where its versions are.

pub(super) mod git;
mod renovate;
mod start;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::fail;
use crate::model::spec::json_schema;
use crate::pipeline::{self, Silent};
use crate::report::human::{self, Look};
use crate::source::{Disk, Memory, World};
use git::Repository;
use start::Start;

/// The spec, in the folder that is asked for.
const SPEC: &str = "platform.yaml";
/// The schema that its first line names.
const SCHEMA: &str = "schemas/platform.schema.json";

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder of the spec; made when it is not there.
    #[arg(short = 'o', long = "dir", value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// URL of the git repository that Argo CD reads; that of the remote `origin` when left out.
    #[arg(long, value_name = "URL")]
    repo: Option<String>,
    /// Name of the platform; that of the repository when left out.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// DNS domain under which the platform's hosts lie.
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// Write or extend `renovate.json`, so that Renovate finds the versions of the spec. A spec that is there stays as it is.
    #[arg(long)]
    renovate: bool,
}

/// Runs it.
pub fn run(args: &InitArgs) -> ExitCode {
    match work(args) {
        Ok(said) => {
            eprint!("{said}");
            ExitCode::SUCCESS
        }
        Err(reason) => fail(&reason),
    }
}

/// A file to write: the folder, the path in it, the text, and what to call it.
struct NewFile {
    folder: PathBuf,
    path: &'static str,
    text: String,
}

fn work(args: &InitArgs) -> Result<String, String> {
    let folder = absolute(&args.dir)?;
    let repository = Repository::around(&folder);
    let disk = Disk::new(&folder);
    let goes_on = args.renovate && disk.kind(SPEC).is_some();
    let (mut files, mut next) = (Vec::new(), String::new());
    if goes_on {
        for_new_only(args)?;
    } else {
        nothing_there(&disk, &folder)?;
        let start = Start::new(args, &folder, repository.as_ref())?;
        next = start.next(&shown(&folder.join(SPEC)));
        files.push(NewFile { folder: folder.clone(), path: SPEC, text: proven(start.text())? });
        files.push(NewFile { folder: folder.clone(), path: SCHEMA, text: json_schema() });
    }
    if args.renovate {
        let root = repository.as_ref().map_or(&folder, |r| &r.root);
        let new: Memory = files.iter().map(|f| (f.path.to_owned(), f.text.clone().into_bytes())).collect();
        let world: &dyn World = if goes_on { &disk } else { &new };
        let prefix = folder.strip_prefix(root).unwrap_or(Path::new(""));
        let (path, text) = renovate::file(world, &Disk::new(root), prefix)?;
        files.push(NewFile { folder: root.clone(), path, text });
    }
    let mut said = String::new();
    for NewFile { folder, path, text } in files {
        let disk = Disk::new(&folder);
        disk.write(path, text.as_bytes()).map_err(|e| e.to_string())?;
        disk.tidy();
        said.extend([shown(&folder.join(path)).as_str(), ": written\n"]);
    }
    Ok(said + &next)
}

/// With a spec that is there, options of a new one would do nothing.
fn for_new_only(args: &InitArgs) -> Result<(), String> {
    let given = [("--repo", &args.repo), ("--name", &args.name), ("--domain", &args.domain)];
    match given.into_iter().find(|(_, value)| value.is_some()) {
        Some((flag, _)) => Err(format!("`{flag}` is for a new spec, but `{SPEC}` is there; change it by hand")),
        None => Ok(()),
    }
}

/// Nothing is overwritten.
fn nothing_there(disk: &Disk, folder: &Path) -> Result<(), String> {
    let there = [SPEC, SCHEMA].into_iter().filter(|path| disk.kind(path).is_some());
    let listing: Vec<String> = there.map(|path| shown(&folder.join(path))).collect();
    match listing.is_empty() {
        true => Ok(()),
        false => Err(format!("nothing was written, because this is there already:\n  {}", listing.join("\n  "))),
    }
}

/// The spec must do what is said of it: no findings. What the options bring may be wrong.
fn proven(text: String) -> Result<String, String> {
    let world: Memory = [(SPEC.to_owned(), text.clone().into_bytes())].into_iter().collect();
    let outcome = pipeline::run(&world, SPEC, &Silent);
    if outcome.findings.is_empty() {
        return Ok(text);
    }
    let report = human::report(&outcome.findings, &outcome.sources, Look { width: 80, color: false, unicode: true });
    Err(format!("nothing was written, because the spec would have findings:\n\n{report}"))
}

/// The folder from the root of the disk, without links where it is there.
fn absolute(folder: &Path) -> Result<PathBuf, String> {
    let full = std::path::absolute(folder).map_err(|e| format!("can't tell where `{}` is: {e}", folder.display()))?;
    Ok(full.components().collect())
}

/// A path as the user sees it: relative to the working folder where it lies in it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}
