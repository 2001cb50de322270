//! The care service as a process of its own: serve, migrate or check health.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianyi_ops::main(jianyi_care::spec())
}
