//! The program.

use std::process::ExitCode;

fn main() -> ExitCode {
    sailplan::cli::main()
}
