//! What the caller may decide; nothing here is read from the environment, the caller's clap does that.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Where the servers come from. The default finds or fetches everything.
#[derive(Clone, Default)]
pub struct Options {
    /// A running Postgres to use instead of starting one.
    pub database_url: Option<String>,
    /// A running NATS to use instead of starting one.
    pub nats_url: Option<String>,
    /// The directory that holds `postgres` and `initdb`, version 15 or newer.
    pub postgres_bin_dir: Option<PathBuf>,
    /// The `nats-server` executable, version 2.10 or newer.
    pub nats_server: Option<PathBuf>,
    /// Where fetched binaries are kept; the user's cache directory if not given.
    pub cache_dir: Option<PathBuf>,
    /// Look only at the options above and the cache, never at what the machine has installed.
    /// For tests of the fetch path, which would otherwise depend on the machine they run on.
    pub ignore_installed: bool,
    /// Told about everything that takes longer than about two seconds.
    pub progress: Progress,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URLs carry passwords.
        f.debug_struct("Options")
            .field("database_url", &self.database_url.as_ref().map(|_| "█"))
            .field("nats_url", &self.nats_url.as_ref().map(|_| "█"))
            .field("postgres_bin_dir", &self.postgres_bin_dir)
            .field("nats_server", &self.nats_server)
            .field("cache_dir", &self.cache_dir)
            .field("ignore_installed", &self.ignore_installed)
            .finish_non_exhaustive()
    }
}

/// A callback for one-line messages to the person who waits; silent by default.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Tell>>);

type Tell = dyn Fn(&str) + Send + Sync;

impl Progress {
    /// Calls `tell` with each message.
    pub fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    /// Tells one.
    pub fn say(&self, message: &str) {
        tracing::debug!(message, "provision.progress");
        if let Some(tell) = &self.0 {
            tell(message);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Progress(told)"
        } else {
            "Progress(silent)"
        })
    }
}
