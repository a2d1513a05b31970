//! `sailplan schema`.

use std::process::ExitCode;

use super::stdout;
use crate::model::spec::json_schema;

/// Prints the JSON Schema of the spec.
pub fn run() -> ExitCode {
    stdout(|out| out.write_all(json_schema().as_bytes()))
}
