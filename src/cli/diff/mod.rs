//! `sailplan diff`.
//!
//! | file | does |
//! |---|---|
//! | `bases` | what the names of states mean: a folder, the index, a revision, a range |
//! | `sides` | where the two states are read from |
//! | `compare` | both states put beside each other, with all findings |
//! | `before` | an output folder as one of them |
//! | `gate` | refused classes, and what was acknowledged |
//! | `names` | lists for machines |

mod bases;
mod before;
mod compare;
mod gate;
mod names;
mod show;
mod sides;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::select::{self, Selection};
use super::{Common, fail, look, on_threads, stdout};
use crate::model::changes::Class;
use crate::source::Disk;

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    #[command(flatten)]
    common: Common,
    /// The output folder; the folder of the spec when left out.
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The state before: a folder, `index`, a revision of git with or without `:FOLDER`, or a range. `A..B` is the output
    /// committed in A against the spec of B, `A...B` the same from where both grew apart. The output folder when left out.
    #[arg(long, value_name = "STATE", conflicts_with_all = ["from", "to", "from_env"])]
    against: Option<String>,
    /// Only what is staged: the spec of the index against the output of the index, or against that of `--against`.
    #[arg(long, conflicts_with_all = ["from", "to"])]
    staged: bool,
    /// Compare what two specs make: that of this revision, `REV[:FILE]` or `index`, is the state before.
    #[arg(long, value_name = "REV", conflicts_with_all = ["out", "from_env"])]
    from: Option<String>,
    /// The spec of the state after, with `--from`; that of the work tree when left out.
    #[arg(long, value_name = "REV")]
    to: Option<String>,
    /// Compare the apps of two environments: this is the state before, under the names of the other.
    #[arg(long, value_name = "NAME", conflicts_with = "out")]
    from_env: Option<String>,
    /// The environment that is the state after.
    #[arg(long, value_name = "NAME")]
    to_env: Option<String>,
    #[command(flatten)]
    form: show::Form,
    /// Exit with 1 only when a change has one of these classes.
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = gate::class, long_help = gate::help())]
    deny: Vec<Class>,
    /// Only changes of this: `app=…`, `category=…`, `cluster=…`, `environment=…`, `kind=…`, `name=…`, `namespace=…`,
    /// `path=GLOB`, joined by commas. Given several times, each adds.
    #[arg(long, value_name = "KEY=VALUE", value_parser = select::parse)]
    select: Vec<Selection>,
    /// Write the report into a file, not to standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    shown: look::Shown,
}

/// Runs it.
pub fn run(args: &DiffArgs) -> ExitCode {
    let work =
        || sides::find(args).and_then(|sides| compare::compare(args, sides)).map(|compared| finish(args, compared));
    match on_threads(&args.common, work).and_then(|done| done) {
        Ok(code) => code,
        Err(reason) => fail(&reason),
    }
}

fn finish(args: &DiffArgs, compared: compare::Compared) -> ExitCode {
    let outcome = &compared.outcome;
    let Some(result) = &compared.result else {
        args.shown.print(&outcome.findings, &outcome.sources, args.common.color);
        return ExitCode::from(2);
    };
    let report = show::report(args, result, &outcome.about);
    let saved = args.output.as_ref().map(|file| (file, Disk::save(file, report.as_bytes())));
    if let Some((file, Err(e))) = saved {
        return fail(&format!("can't write {}: {e}", file.display()));
    }
    if args.output.is_none() && stdout(|out| out.write_all(report.as_bytes())) != ExitCode::SUCCESS {
        return ExitCode::from(2);
    }
    args.shown.print(&outcome.findings, &outcome.sources, args.common.color);
    let same = !args.deny.is_empty() || result.changes.is_empty();
    let code = u8::from(!same || compared.errors() > 0);
    if !args.deny.is_empty() {
        eprintln!("{}", gate::verdict(compared.denied, compared.errors()));
    }
    // The process ends now, and takes all of it along faster than it could be freed.
    std::mem::forget(compared);
    ExitCode::from(code)
}
