//! The publicity service as a program: `serve`, `migrate` or `healthcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianyi_ops::main(jianyi_publicity::spec())
}
