//! `sailplan rbac matrix`.

use std::process::ExitCode;

use clap::Args;

use super::table::{self, Format};
use super::{Common, read};
use crate::model::rights::Rights;

/// Arguments of `rbac matrix`.
#[derive(Debug, Args)]
pub struct MatrixArgs {
    #[command(flatten)]
    pub common: Common,
    /// The form of the table.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only this kind of thing, as `applications`.
    #[arg(long, value_name = "KIND")]
    resource: Option<String>,
}

/// Runs it.
pub fn run(args: &MatrixArgs) -> Option<ExitCode> {
    let read = read(&args.common, args.common.file.as_deref())?;
    let rights = Rights::of(&read.spec, &read.resolved, &read.judge);
    let wanted = |resource: &str| args.resource.as_deref().is_none_or(|only| only == resource);
    print!("{}", table::write(&table::rows(&rights, &rights.things, wanted), args.format));
    Some(ExitCode::SUCCESS)
}
