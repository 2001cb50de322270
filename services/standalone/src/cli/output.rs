//! Talking to the person or program at the other end: answers on stdout, everything else on stderr.

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use crate::client::ClientError;
use crate::world::WorldError;

/// Prints an answer. A closed pipe (`| head`) is the reader's right and no error.
pub(super) fn answer(text: impl Display) {
    let _ = line(text);
}

/// Prints one line of an answer; an error means that nobody reads any more, or that there is no room.
pub(super) fn line(text: impl Display) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Tells the person who waits what is going on.
pub(super) fn tell(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says in one line why it did not work.
pub(super) fn fail(why: &dyn Display, code: u8) -> ExitCode {
    tell(format_args!("jianyi: {why}"));
    ExitCode::from(code)
}

/// Turns the outcome of a client command into an exit code.
pub(super) fn finish(outcome: Result<(), ClientError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, error.exit_code()),
    }
}

/// Turns the outcome of running the system into an exit code.
pub(super) fn ended(outcome: Result<(), WorldError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, error.exit_code()),
    }
}
