//! `sailplan explain`.

use std::process::ExitCode;

use clap::Args;

use super::{fail, stdout};
use crate::base::suggest;
use crate::codes;
use crate::diag::Code;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, as findings show it; all codes with a line each when left out.
    code: Option<String>,
}

/// Prints the page of a code, or the list of all.
pub fn run(args: &ExplainArgs) -> ExitCode {
    let codes = codes::all();
    let Some(wanted) = &args.code else { return stdout(|out| list(&codes, out)) };
    let wanted = wanted.trim_start_matches('[').trim_end_matches(']');
    if let Some(code) = codes.iter().find(|c| c.id == wanted) {
        return stdout(|out| writeln!(out, "{}\n\n{}\n\n{}", code.id, code.page(), code.handling()));
    }
    let near = suggest::nearest(wanted, codes.iter().map(|c| c.id));
    let hint = near.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
    fail(&format!("there is no code `{wanted}`{hint}"))
}

fn list(codes: &[&Code], out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let width = codes.iter().map(|code| code.id.len()).max().unwrap_or_default();
    codes.iter().try_for_each(|code| {
        let levels: Vec<&str> = code.levels().iter().map(|level| level.word()).collect();
        writeln!(out, "{:width$}  {:14}  {}", code.id, levels.join(","), code.summary())
    })
}
