//! The gateway's binary: serve | healthcheck.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianyi_gateway::main()
}
