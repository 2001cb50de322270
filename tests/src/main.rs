//! The real `jianyi` command line, built for the process-level stories.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    jianyi_standalone::cli::main()
}
