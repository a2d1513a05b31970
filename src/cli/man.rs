//! `sailplan man`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command, CommandFactory as _};

use super::{Cli, fail};
use crate::source::{Disk, World as _};

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder that the pages are written to, such as `~/.local/share/man/man1`.
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
}

/// Runs it.
pub fn run(args: &ManArgs) -> ExitCode {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let disk = Disk::new(&args.out);
    let written = pages(&root).and_then(|pages| {
        let count = pages.len();
        pages.into_iter().try_for_each(|(name, text)| disk.write(&name, &text).map_err(|e| e.to_string()))?;
        disk.tidy();
        Ok(count)
    });
    match written {
        Ok(count) => {
            eprintln!("{}: {count} written", args.out.display());
            ExitCode::SUCCESS
        }
        Err(reason) => fail(&reason),
    }
}

/// The page of a command that was built, and those of its subcommands.
fn pages(command: &Command) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text).map_err(|e| e.to_string())?;
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut all = vec![(format!("{name}.1"), text)];
    for below in command.get_subcommands() {
        all.extend(pages(below)?);
    }
    Ok(all)
}
