//! One instance per data directory: two Postgres or NATS servers on the same files would destroy them.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{Error, Result};
use crate::layout;

/// Held while an instance runs. The kernel releases it when the process ends, even by kill -9,
/// which is why it is a lock on the file and not the file itself.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock or says who has it.
    pub fn acquire(data_dir: &Path) -> Result<Self> {
        layout::create(data_dir)?;
        let path = data_dir.join("lock");
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|e| Error::at(&path, e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::AlreadyRunning { pid: holder(&path) });
            }
            Err(TryLockError::Error(e)) => return Err(Error::at(&path, e)),
        }
        file.set_len(0)
            .and_then(|()| write!(file, "{}", std::process::id()))
            .map_err(|e| Error::at(&path, e))?;
        Ok(Self { _file: file })
    }
}

/// 0 in the instant between taking the lock and writing the pid.
fn holder(path: &Path) -> u32 {
    fs::read_to_string(path)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0)
}
