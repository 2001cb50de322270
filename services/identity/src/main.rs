//! The identity service's binary: serve | migrate | healthcheck.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianyi_ops::main(jianyi_identity::spec())
}
