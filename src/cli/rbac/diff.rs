//! `sailplan rbac diff`.

use std::process::ExitCode;

use clap::Args;

use super::table::{self, Format};
use super::{Common, read};
use crate::model::rights::Rights;

/// Arguments of `rbac diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    #[command(flatten)]
    pub common: Common,
    /// The spec as it was.
    old: String,
    /// The spec as it is to be; that of `--file` when left out.
    new: Option<String>,
    /// The form of the tables.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs it. Gained rights come first: they are what somebody has to agree to.
pub fn run(args: &DiffArgs) -> Option<ExitCode> {
    let old = read(&args.common, Some(&args.old))?;
    let new = read(&args.common, args.new.as_deref().or(args.common.file.as_deref()))?;
    let rights = |read: &super::Read| Rights::of(&read.spec, &read.resolved, &read.judge);
    let (before, after) = (rights(&old), rights(&new));
    let change = before.change(&after);
    for (title, rights, things) in [("gained", &change.gained, &after.things), ("lost", &change.lost, &before.things)] {
        if !rights.is_empty() {
            println!("{}", table::title(title, args.format));
            print!("{}", table::write(&table::rows(rights, things, |_| true), args.format));
        }
    }
    let same = change.gained.is_empty() && change.lost.is_empty();
    if same {
        println!("nobody gains or loses anything");
    }
    Some(ExitCode::from(u8::from(!same)))
}
