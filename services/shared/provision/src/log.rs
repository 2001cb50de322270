//! A server's log file: opened for it, and read back when it dies, for the one line that says why.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// One older file is kept.
const ROTATE_AT: u64 = 16 * 1024 * 1024;

/// The log of one run of a server.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    /// Where this run begins.
    from: u64,
}

impl Log {
    /// Opens for appending; the second value is for the server's stdout or stderr.
    pub(crate) fn open(path: &Path) -> Result<(Self, File)> {
        if fs::metadata(path).is_ok_and(|meta| meta.len() > ROTATE_AT) {
            fs::rename(path, path.with_extension("log.1")).map_err(|e| Error::at(path, e))?;
        }
        let file = File::options()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)
            .map_err(|e| Error::at(path, e))?;
        let from = file.metadata().map_err(|e| Error::at(path, e))?.len();
        let path = path.to_path_buf();
        Ok((Self { path, from }, file))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// What this run has said so far.
    pub(crate) fn text(&self) -> String {
        let mut bytes = Vec::new();
        let read = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.from))?;
            file.take(1024 * 1024).read_to_end(&mut bytes)
        });
        match read {
            Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => error.to_string(),
        }
    }
}

/// The last line with one of these words, from the word on; otherwise the last line.
pub(crate) fn telling_line(text: &str, words: &[&str]) -> String {
    let lines = || {
        text.lines()
            .rev()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    lines()
        .find_map(|line| {
            words
                .iter()
                .find_map(|word| line.find(word))
                .map(|at| line.split_at(at).1)
        })
        .or_else(|| lines().next())
        .unwrap_or("it said nothing")
        .to_owned()
}
