//! The `jianyi` binary: everything on one machine, and the operator's command line.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    jianyi_standalone::cli::main()
}
