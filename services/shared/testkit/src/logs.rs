//! What is logged in tests: kept in memory to be read, and shown when somebody asks.

use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use jianyi_telemetry::{Place, TelemetryConfig};

/// Everything of ours, and of others what they say about our data: their wire dumps at `trace` would be
/// slower than the tests.
pub const EVERYTHING: &str =
    "debug,jianyi=trace,h2=info,hyper=info,hyper_util=info,tower=info,async_nats=info";

static KEPT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static SHOWN: OnceLock<bool> = OnceLock::new();

/// Keeps all logs and traces of this process for [`take_logs`]. With `TEST_LOG` set they are shown as
/// well: `1` for all of them, or a filter.
pub fn logs() {
    let wish = std::env::var_os("TEST_LOG");
    let log = match &wish {
        Some(wish) if wish != "1" => wish.to_string_lossy().into_owned(),
        Some(_) | None => EVERYTHING.to_owned(),
    };
    SHOWN.get_or_init(|| wish.is_some());
    let config = TelemetryConfig {
        log,
        ..TelemetryConfig::default()
    };
    // Exports nothing, so there is nothing to keep.
    drop(jianyi_telemetry::init_to(
        &config,
        Place::city("test"),
        || Kept,
    ));
}

/// What was logged since the last time, by any test of this process.
#[must_use]
pub fn take_logs() -> Vec<u8> {
    std::mem::take(&mut KEPT.lock().unwrap_or_else(PoisonError::into_inner))
}

struct Kept;

impl Write for Kept {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if SHOWN.get() == Some(&true) {
            io::stderr().write_all(line)?;
        }
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
