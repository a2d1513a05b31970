//! `sailplan rbac`.

mod can;
mod diff;
mod matrix;
mod table;
mod who;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Common, fail, look, on_threads, spec_path};
use crate::model::instance::Resolved;
use crate::model::judge::Judge;
use crate::model::spec::Spec;
use crate::pipeline;
use crate::report::human;
use crate::source::{Disk, SourceMap};

/// Arguments of `rbac`.
#[derive(Debug, Args)]
pub struct RbacArgs {
    #[command(subcommand)]
    command: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Whether somebody can do something, and the line that decides.
    ///
    /// Exit code: 0 yes, 1 no, 2 could not tell.
    Can(can::CanArgs),
    /// Everybody who can do something.
    ///
    /// Exit code: 0 somebody, 1 nobody, 2 could not tell.
    Who(who::WhoArgs),
    /// What everybody can do with everything.
    ///
    /// Exit code: 0 done, 2 could not.
    Matrix(matrix::MatrixArgs),
    /// Who gains and who loses what between two versions of a spec.
    ///
    /// Exit code: 0 nobody, 1 somebody, 2 could not tell.
    Diff(diff::DiffArgs),
}

/// A spec, and its rights.
struct Read {
    spec: Spec,
    resolved: Resolved,
    judge: Judge,
    sources: SourceMap,
}

/// Runs it.
pub fn run(args: &RbacArgs) -> ExitCode {
    let (common, work): (&Common, Box<dyn Fn() -> Option<ExitCode> + Send + Sync>) = match &args.command {
        Question::Can(args) => (&args.common, Box::new(|| can::run(args))),
        Question::Who(args) => (&args.common, Box::new(|| who::run(args))),
        Question::Matrix(args) => (&args.common, Box::new(|| matrix::run(args))),
        Question::Diff(args) => (&args.common, Box::new(|| diff::run(args))),
    };
    match on_threads(common, work) {
        Ok(code) => code.unwrap_or(ExitCode::from(2)),
        Err(reason) => fail(&reason),
    }
}

/// Reads the spec that the arguments name. What stands against it has been reported when there is none.
fn read(common: &Common, file: Option<&str>) -> Option<Read> {
    let path = match spec_path::find(file) {
        Ok(path) => path,
        Err(reason) => {
            fail(&reason);
            return None;
        }
    };
    let (findings, sources, read) = pipeline::read(&Disk::new(&path.folder), &path.name);
    if !findings.is_empty() {
        eprint!("{}", human::report(&findings, &sources, look::stderr(common.color)));
    }
    let (spec, resolved) = read?;
    let judge = Judge::new(&spec);
    if let Some(fault) = judge.rbac.faults().first() {
        let line = judge.said(fault.at).map(|said| said.text).unwrap_or_default();
        fail(&format!("Argo CD would refuse the whole policy for the line `{line}`"));
        return None;
    }
    Some(Read { spec, resolved, judge, sources })
}

impl Read {
    /// A line with its place, as `p, … (access.yaml:12)`.
    fn told(&self, line: crate::rbac::LineRef) -> String {
        let Some(said) = self.judge.said(line) else {
            return "what Argo CD brings itself, or gives each role of a project".to_owned();
        };
        let place = self.sources.file_of(said.span).map(|file| {
            let row = file.line_col(said.span).line;
            format!(" ({}:{row})", file.path)
        });
        format!("`{}`{}", said.text, place.unwrap_or_default())
    }
}
