//! The program.

use std::process::ExitCode;

/// Trees of small nodes are made and freed on all threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sailplan::cli::main()
}
