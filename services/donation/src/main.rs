//! The donation service as a program of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianyi_ops::main(jianyi_donation::spec())
}
