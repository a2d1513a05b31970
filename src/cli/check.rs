//! `sailplan check`.

use std::process::ExitCode;

use clap::Args;

use super::progress::Bar;
use super::{Common, fail, look, on_threads, spec_path};
use crate::diag::Level;
use crate::pipeline::{self, Outcome};
use crate::report::human;
use crate::source::Disk;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    common: Common,
}

/// Runs it.
pub fn run(args: &CheckArgs) -> ExitCode {
    let spec = match spec_path::find(args.common.file.as_deref()) {
        Ok(spec) => spec,
        Err(reason) => return fail(&reason),
    };
    let work = || {
        let outcome = pipeline::run(&Disk::new(&spec.folder), &spec.name, &Bar::new());
        finish(&outcome, args)
    };
    match on_threads(&args.common, work) {
        Ok(code) => code,
        Err(reason) => fail(&reason),
    }
}

fn finish(outcome: &Outcome, args: &CheckArgs) -> ExitCode {
    let files = outcome.tree.as_ref().map_or(0, std::collections::BTreeMap::len);
    if outcome.findings.is_empty() {
        eprintln!("no findings in {files} files");
        return ExitCode::SUCCESS;
    }
    eprint!("{}", human::report(&outcome.findings, &outcome.sources, look::stderr(args.common.color)));
    match outcome.sources.files().next() {
        Some(_) if outcome.findings.iter().all(|f| f.level == Level::Note) => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(1),
        None => ExitCode::from(2),
    }
}
