//! The file of counties, read again whenever it changes: a county joins or leaves without a restart.
//!
//! It is compared by what it says, not by its time stamp, so that a file that is replaced is noticed as well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use jianyi_kernel::{Division, Fault};
use jianyi_telemetry::Shutdown;

use crate::config::read_counties;
use crate::directory::Directory;

/// How often to look.
const EVERY: Duration = Duration::from_secs(2);

/// A file that has been read.
#[derive(Debug)]
pub(crate) struct CountiesFile {
    path: PathBuf,
    /// Counties given otherwise, which beat the file.
    given: BTreeSet<Division>,
    known: BTreeMap<Division, String>,
}

impl CountiesFile {
    /// Reads the file into the directory.
    pub(crate) fn read(
        path: PathBuf,
        given: BTreeSet<Division>,
        directory: &Directory,
    ) -> Result<Self, Fault> {
        let mut file = Self {
            path,
            given,
            known: BTreeMap::new(),
        };
        file.take_over(directory)?;
        Ok(file)
    }

    /// Keeps the directory as the file says, until shutdown. What is wrong with the file is told once, and the
    /// counties stay as they were.
    pub(crate) async fn follow(mut self, directory: Directory, shutdown: Shutdown) {
        let mut told = String::new();
        loop {
            tokio::select! {
                () = shutdown.wait() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            let fault = match self.take_over(&directory) {
                Ok(()) => String::new(),
                Err(fault) => fault.chain(),
            };
            if fault != told && !fault.is_empty() {
                tracing::error!(error = fault, "the file of counties is not taken over");
            }
            told = fault;
        }
    }

    fn take_over(&mut self, directory: &Directory) -> Result<(), Fault> {
        let mut wanted = read_counties(&self.path)?;
        wanted.retain(|code, _| !self.given.contains(code));
        for (code, url) in &wanted {
            if self.known.get(code) != Some(url) {
                directory.set_county(code.clone(), url)?;
                tracing::info!(county.code = %code, "county joined");
            }
        }
        for code in self.known.keys() {
            if !wanted.contains_key(code) {
                directory.remove_county(code);
                tracing::info!(county.code = %code, "county left");
            }
        }
        self.known = wanted;
        Ok(())
    }
}
