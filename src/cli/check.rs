//! `sailplan check`.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::check_tree::{self, TreeArgs};
use super::progress::Bar;
use super::spec_path::SpecPath;
use super::verdict::ReportArgs;
use super::{Common, fail, on_threads, spec_path, staged, stdout};
use crate::base::lines::unified;
use crate::mend::{self, Mended};
use crate::pipeline::{self, Outcome, Silent};
use crate::report::changes::count;
use crate::settle::baseline::Reach;
use crate::source::{Disk, World};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    report: ReportArgs,
    /// Check the spec as it is staged, not as it lies in the work tree: for hooks.
    #[arg(long, conflicts_with_all = ["fix", "tree"])]
    staged: bool,
    /// Mend what is certain, in the spec and the files that it names, and check again. Nothing else is touched.
    #[arg(long)]
    fix: bool,
    /// With `--fix`: print what would change as a diff, and change nothing. Exits with 1 if there is something.
    #[arg(long, requires = "fix")]
    dry_run: bool,
    #[command(flatten)]
    of_tree: TreeArgs,
}

/// Runs it.
pub fn run(args: &CheckArgs) -> ExitCode {
    if let Some(folder) = &args.of_tree.tree {
        if args.fix {
            return fail(
                "`--fix` mends a spec and the files that it names; what a tree needs is to be written by hand",
            );
        }
        let work = || match check_tree::run(folder, &args.of_tree, args.report.today()) {
            Ok((outcome, files)) => {
                args.report.finish(outcome, files, Path::new(folder), Reach::All, args.common.color)
            }
            Err(code) => code,
        };
        return on_threads(&args.common, work).unwrap_or_else(|reason| fail(&reason));
    }
    let spec = match spec_path::find(args.common.file.as_deref()) {
        Ok(spec) => spec,
        Err(reason) => return fail(&reason),
    };
    let work = || {
        let world = Disk::new(&spec.folder).on(args.report.today());
        if args.staged {
            let staged = staged::files(&spec.folder).map(|files| files.on(args.report.today()));
            staged.map_or_else(
                |reason| fail(&reason),
                |files| finish(pipeline::run(&files, &spec.name, &Bar::new()), &spec, args),
            )
        } else if args.fix {
            fix(&world, &spec, args)
        } else {
            finish(pipeline::run(&world, &spec.name, &Bar::new()), &spec, args)
        }
    };
    on_threads(&args.common, work).unwrap_or_else(|reason| fail(&reason))
}

fn finish(outcome: Outcome, spec: &SpecPath, args: &CheckArgs) -> ExitCode {
    let files = outcome.tree.as_ref().map_or(0, std::collections::BTreeMap::len);
    args.report.finish(outcome, files, &spec.folder, Reach::NoErrors, args.common.color)
}

fn fix(world: &Disk, spec: &SpecPath, args: &CheckArgs) -> ExitCode {
    let run = |world: &dyn World| pipeline::run(world, &spec.name, &Silent);
    let Mended { outcome, changes, fixed, refused } = mend::mend(world, &run);
    if refused > 0 {
        eprintln!("{refused} not mended: other findings would have come of it");
    }
    if args.dry_run && outcome.sources.files().next().is_some() {
        let files = changes.len();
        let diff = |change: &mend::Change| unified(&change.path, &change.before, &change.after);
        let code = stdout(|out| changes.iter().try_for_each(|change| out.write_all(diff(change).as_bytes())));
        eprintln!("would mend {} in {}", count(fixed, "finding"), count(files, "file"));
        return if code == ExitCode::SUCCESS && fixed > 0 { ExitCode::from(1) } else { code };
    }
    let written = mend::write(world, &changes);
    world.tidy();
    if let Err(reason) = written {
        return fail(&reason);
    }
    for change in &changes {
        eprintln!("{}: mended", change.path);
    }
    eprintln!("{} mended in {}", count(fixed, "finding"), count(changes.len(), "file"));
    finish(outcome, spec, args)
}
