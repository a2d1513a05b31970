//! `sailplan explain`.

use std::process::ExitCode;

use clap::Args;

use super::fail;
use crate::base::suggest;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, as findings show it.
    code: String,
}

/// Prints the page of a code.
pub fn run(args: &ExplainArgs) -> ExitCode {
    let codes = crate::codes::all();
    let wanted = args.code.trim_start_matches('[').trim_end_matches(']');
    if let Some(code) = codes.iter().find(|c| c.id == wanted) {
        println!("{}\n\n{}", code.id, crate::codes::page(code));
        ExitCode::SUCCESS
    } else {
        let near = suggest::nearest(wanted, codes.iter().map(|c| c.id));
        let hint = near.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
        fail(&format!("there is no code `{wanted}`{hint}"))
    }
}
