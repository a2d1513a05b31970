//! `sailplan cmp`: the commands of a Config Management Plugin of Argo CD.
//!
//! Argo CD runs each of them in the folder that the source of an Application names, in a copy of the repository that was
//! made for this call (Argo CD 3.x, `cmpserver/plugin`). What goes to standard output is taken for the result, what goes
//! to standard error is shown to people when the exit code is not 0.

mod announce;
mod generate;
mod given;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::spec_path::NAME;
use super::{Common, fail, look};
use crate::diag::Finding;
use crate::report::human::{self, Look};
use crate::source::{Bounded, Disk, FileKind, SourceMap, World};
use given::Given;

/// Arguments of `cmp`.
#[derive(Debug, Args)]
pub struct CmpArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the name of the spec, if one lies in the working folder.
    ///
    /// Exit code: 0.
    Discover,
    /// Print the parameters that an Application may set, as Argo CD's UI shows them.
    ///
    /// Exit code: 0 done, 2 could not.
    Parameters(Bounds),
    /// Print the objects that the parameters of the Application mean.
    ///
    /// Exit code: 0 done, 2 could not; then nothing was printed.
    Generate(Bounds),
}

/// What a call may take.
#[derive(Debug, Args)]
struct Bounds {
    /// Give up after so many seconds: before Argo CD would, which says nothing of why (its own limit is 90 s).
    #[arg(long, value_name = "SECONDS", default_value_t = 80, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// Read at most so many MiB of input in all.
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=4096))]
    max_input: u64,
    /// Number of threads; all cores when left out.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

/// What a call works on.
struct Call<'w> {
    given: Given,
    /// Name of the spec in the folder.
    spec: String,
    world: Bounded<'w>,
}

/// Runs it.
pub fn run(args: &CmpArgs) -> ExitCode {
    match &args.command {
        Command::Discover => discover(),
        Command::Parameters(bounds) => bounded(bounds, announce::run),
        Command::Generate(bounds) => bounded(bounds, generate::run),
    }
}

/// No name is printed for a folder without a spec: for Argo CD, that is the answer that it belongs to another tool.
fn discover() -> ExitCode {
    let spec = std::env::var(given::FILE).unwrap_or_else(|_| NAME.to_owned());
    let disk = Disk::new(Path::new("."));
    if matches!(disk.kind(&spec), Some(FileKind::File | FileKind::Link)) && disk.read(&spec).is_ok_and(|b| is_spec(&b))
    {
        println!("{spec}");
    }
    ExitCode::SUCCESS
}

/// Whether a text says that it is a spec of ours: faults in it are for `generate` to report.
fn is_spec(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.lines().any(|line| line.starts_with("apiVersion:") && line.contains("sailplan.dev/"))
}

fn bounded(bounds: &Bounds, work: fn(&Call) -> ExitCode) -> ExitCode {
    let given = match Given::from_environment() {
        Ok(given) => given,
        Err(reason) => return fail(&reason),
    };
    watch(bounds.timeout);
    let disk = Disk::new(Path::new("."));
    let spec = given.spec.clone().unwrap_or_else(|| NAME.to_owned());
    let world = Bounded::new(&disk, bounds.max_input << 20);
    let call = Call { given, spec, world };
    let common = Common { file: None, jobs: bounds.jobs, color: look::Color::Never };
    super::on_threads(&common, || work(&call)).unwrap_or_else(|reason| fail(&reason))
}

/// Ends the process when its time is over. Nothing has been printed by then: objects are printed at once, at the end.
fn watch(seconds: u64) {
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(seconds));
        fail(&format!(
            "it takes longer than {seconds} s; render in CI and commit the tree, or raise --timeout together with \
             ARGOCD_EXEC_TIMEOUT of the sidecar and the time limit of the repo-server"
        ));
        std::process::exit(2);
    });
}

/// Findings as people see them in Argo CD's UI: plain text, lines of a hundred columns.
fn report(findings: &[Finding], sources: &SourceMap) {
    if !findings.is_empty() {
        eprint!("{}", human::report(findings, sources, Look { width: 100, color: false, unicode: true }));
    }
}
