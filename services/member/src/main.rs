//! The member service as a process of its own: `serve`, `migrate`, `healthcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianyi_ops::main(jianyi_member::spec())
}
