//! The command line.

mod check;
mod check_tree;
mod clock;
mod cmp;
mod completions;
mod diff;
mod explain;
mod init;
mod kustomize;
mod look;
mod man;
mod progress;
mod rbac;
mod render;
mod schema;
mod select;
mod spec_path;
mod staged;
mod verdict;

use std::io::{BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// The compiler for GitOps platforms: one spec in, the whole Argo CD tree out.
#[derive(Debug, Parser)]
#[command(name = "sailplan", version = env!("SAILPLAN_VERSION"), max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Render the tree into a folder, or as one YAML stream.
    ///
    /// Exit code: 0 done, 2 could not; then nothing was written, but where a file itself could not be: the report says which.
    Render(render::RenderArgs),
    /// Check the spec and all that comes out of it, or a tree of manifests. Writes no output.
    ///
    /// Exit code: 0 clean, or with nothing that `--fail-on` counts; 1 findings, or with `--fix --dry-run` something to mend;
    /// 2 the spec or the tree could not be read.
    Check(check::CheckArgs),
    /// Say what would change, and what that will do: the output against what the spec makes.
    ///
    /// Exit code: 0 the same, 1 something differs, 2 could not. With `--deny`: 0 when no change is denied, whatever else
    /// differs, and 1 when one is; the last line of standard error says which. A finding about the output that the spec makes
    /// an error is 1 either way.
    Diff(Box<diff::DiffArgs>),
    /// Start a spec, and tell Renovate where its versions are. Asks nothing, overwrites nothing.
    ///
    /// Exit code: 0 done, 2 could not.
    Init(init::InitArgs),
    /// Ask who can do what in Argo CD, as its RBAC would answer.
    Rbac(rbac::RbacArgs),
    /// Be a Config Management Plugin of Argo CD: the commands that its sidecar runs.
    Cmp(cmp::CmpArgs),
    /// Print the completions for a shell.
    ///
    /// Exit code: 0.
    Completions(completions::CompletionsArgs),
    /// Write the manual pages, one for each command.
    ///
    /// Exit code: 0 done, 2 could not.
    Man(man::ManArgs),
    /// Print the JSON Schema of the spec, for editors.
    Schema,
    /// Explain the code of a finding, or list all codes.
    ///
    /// Exit code: 0 explained, 2 no such code.
    Explain(explain::ExplainArgs),
}

/// Options that all commands on a spec have.
#[derive(Debug, Args)]
struct Common {
    /// The spec. Without it: `platform.yaml`, here or in the nearest folder above.
    #[arg(short, long, value_name = "FILE", env = "SAILPLAN_FILE")]
    file: Option<String>,
    /// Number of threads; all cores when left out.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Colour in reports.
    #[arg(long, value_enum, default_value_t = look::Color::Auto)]
    color: look::Color,
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Render(args) => render::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Rbac(args) => rbac::run(&args),
        Command::Cmp(args) => cmp::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Schema => schema::run(),
        Command::Explain(args) => explain::run(&args),
    }
}

/// Runs `work` on as many threads as asked for.
fn on_threads<T: Send>(common: &Common, work: impl FnOnce() -> T + Send) -> Result<T, String> {
    let threads = common.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(8 << 20).build();
    pool.map(|pool| pool.install(work)).map_err(|e| format!("can't start threads: {e}"))
}

/// Writes to standard output. A reader that has seen enough, such as `head`, is no failure.
fn stdout(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> ExitCode {
    let mut out = BufWriter::new(std::io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&format!("can't write to standard output: {error}")),
    }
}

/// Says why the program could not do its work.
fn fail(reason: &str) -> ExitCode {
    eprintln!("error: {reason}");
    ExitCode::from(2)
}
