//! `sailplan schema`.

use std::io::Write as _;
use std::process::ExitCode;

use crate::model::spec::json_schema;

/// Prints the JSON Schema of the spec.
pub fn run() -> ExitCode {
    match std::io::stdout().write_all(json_schema().as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => super::fail(&format!("can't write to standard output: {error}")),
    }
}
