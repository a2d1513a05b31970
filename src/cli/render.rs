//! `sailplan render`.

use std::process::ExitCode;

use clap::Args;

use super::progress::Bar;
use super::select::{self, Selection};
use super::{Common, fail, look, on_threads, spec_path, stdout};
use crate::model::tree::{Tree, TreeFile};
use crate::pipeline::{self, Outcome};
use crate::source::Disk;
use crate::write::{self, Options, Written};

/// Arguments of `render`.
#[derive(Debug, Args)]
pub struct RenderArgs {
    #[command(flatten)]
    common: Common,
    /// The output folder; the folder of the spec when left out.
    #[arg(short, long, value_name = "DIR", conflicts_with = "stdout")]
    out: Option<std::path::PathBuf>,
    /// Print all objects as one YAML stream and write no file.
    #[arg(long)]
    stdout: bool,
    /// Only files that hold something of this: `app=…`, `category=…`, `cluster=…`, `environment=…`, `kind=…`, `name=…`,
    /// `namespace=…`, `path=GLOB`, joined by commas. Given several times, each adds. Nothing is pruned.
    #[arg(long, value_name = "KEY=VALUE", value_parser = select::parse)]
    select: Vec<Selection>,
    /// Overwrite files that sailplan did not write where the tree has another one.
    #[arg(long)]
    adopt: bool,
    /// Remove files that sailplan wrote and that are no longer in the tree.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    prune: bool,
    #[command(flatten)]
    shown: look::Shown,
}

/// Runs it.
pub fn run(args: &RenderArgs) -> ExitCode {
    let spec = match spec_path::find(args.common.file.as_deref()) {
        Ok(spec) => spec,
        Err(reason) => return fail(&reason),
    };
    let out = args.out.clone().unwrap_or_else(|| spec.folder.clone());
    let work = || {
        let outcome = pipeline::run(&Disk::new(&spec.folder), &spec.name, &Bar::new());
        finish(outcome, args, &out)
    };
    match on_threads(&args.common, work) {
        Ok(code) => code,
        Err(reason) => fail(&reason),
    }
}

fn finish(outcome: Outcome, args: &RenderArgs, out: &std::path::Path) -> ExitCode {
    let mut outcome = outcome;
    let print = |outcome: &Outcome| args.shown.print(&outcome.findings, &outcome.sources, args.common.color);
    let Some(tree) = outcome.tree.take() else {
        print(&outcome);
        return ExitCode::from(2);
    };
    let tree = select::apply(tree, &args.select);
    if tree.is_empty() && !args.select.is_empty() {
        return fail("the selection means no file of the tree");
    }
    if args.stdout {
        print(&outcome);
        return stream(&tree);
    }
    let options = Options { adopt: args.adopt, prune: args.prune && args.select.is_empty() };
    match write::write(&tree, &Disk::new(out), options, &mut |warnings| outcome.late(warnings, false)) {
        Ok(written) => {
            let summary = summary(&written, out);
            outcome.add(written.warnings);
            print(&outcome);
            eprintln!("{summary}");
            // The process ends now, and takes them along faster than they could be freed.
            std::mem::forget((tree, outcome));
            ExitCode::SUCCESS
        }
        Err(bag) => {
            outcome.add(bag);
            print(&outcome);
            ExitCode::from(2)
        }
    }
}

/// All objects, each document begun by `---`. Files of tools, such as kustomizations, are left out.
pub fn stream(tree: &Tree) -> ExitCode {
    stdout(|out| objects(tree).try_for_each(|file| out.write_all(b"---\n").and_then(|()| out.write_all(&file.bytes))))
}

/// The files that hold objects.
pub fn objects(tree: &Tree) -> impl Iterator<Item = &TreeFile> {
    tree.values().filter(|file| !file.objects.is_empty())
}

fn summary(written: &Written, out: &std::path::Path) -> String {
    let mut parts = Vec::new();
    for (count, what) in [
        (written.written, "written"),
        (written.adopted, "adopted"),
        (written.removed, "removed"),
        (written.kept, "kept"),
        (written.unchanged, "unchanged"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let parts = if parts.is_empty() { "nothing to write".to_owned() } else { parts.join(", ") };
    format!("{}: {parts}", out.display())
}
