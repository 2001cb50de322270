//! Loads a folder of records into a running system, through the gateway, as any client would.
//!
//! Generic over the contracts: a record's kind names a `Create…` method and its keys name the fields of
//! the resource, so a new resource needs no code here. Everything is checked before the first call; every
//! call carries a request id that depends on the record alone, so loading twice, or again after an
//! interruption, changes nothing and loses nothing. The format is described in `deploy/demo/README.md`.

mod call;
mod catalogue;
mod cell;
mod convert;
mod datum;
mod error;
mod header;
mod plan;
mod raw;
mod record;
mod send;
mod source;
mod summary;
#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tonic::transport::Channel;

pub use error::{LoadError, Position, Problem};
pub use plan::{Plan, read};
pub use send::{BoxError, TokenSource, send};
pub use summary::{Conflict, KindCounts, Progress, Repeat, Summary};

/// At least so long between two lines that say what is waited for.
const NOTICE_PAUSE: Duration = Duration::from_secs(3);

/// Reads a folder, sends it and tells on standard error how it goes.
///
/// # Errors
/// [`LoadError`] when the folder is wrong (nothing was sent), or when sending had to stop.
pub async fn run(dir: &Path, channel: Channel, token: TokenSource) -> Result<Summary, LoadError> {
    let plan = read(dir)?;
    let mut out = std::io::stderr();
    // A closed standard error is no reason to stop loading.
    let _ = writeln!(out, "{plan}");
    let mut shown = (0, None::<Instant>);
    send(&plan, channel, token, |progress| {
        // A line for every quarter of the work, and one now and then while the system is waited for.
        let due = if progress.is_notice() {
            shown.1.is_none_or(|last| last.elapsed() > NOTICE_PAUSE)
        } else {
            progress.quarter() != shown.0
        };
        if due {
            let _ = writeln!(out, "{progress}");
            shown = if progress.is_notice() {
                (shown.0, Some(Instant::now()))
            } else {
                (progress.quarter(), shown.1)
            };
        }
    })
    .await
}
