//! The one error of this crate: every message is one line that says what to do next.
//!
//! The reader is the person who typed the command, often without any database experience.

use std::io;
use std::path::{Path, PathBuf};

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the servers could not be provided.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error(
        "another instance (pid {pid}) is using this data directory; stop it first, or choose another data directory"
    )]
    AlreadyRunning { pid: u32 },

    #[error(
        "the data directory has format {found}, this program knows {known}; run a newer version of this program"
    )]
    NewerData { found: u32, known: u32 },

    #[error("{} is damaged ({why}); restore the data directory from a backup, or start with an empty one", .path.display())]
    CorruptData { path: PathBuf, why: String },

    #[error("the disk is full at {}; free some space and start again", .path.display())]
    DiskFull { path: PathBuf },

    #[error("{} cannot be written; fix its owner and permissions, or choose another directory", .path.display())]
    NotWritable { path: PathBuf },

    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },

    #[error("{what} was not found and could not be fetched ({why}); install it with: {command}")]
    Missing {
        what: String,
        why: String,
        command: String,
    },

    #[error("{} cannot be used as {what} ({why}); correct or remove that option", .path.display())]
    Unusable {
        what: &'static str,
        path: PathBuf,
        why: String,
    },

    #[error(
        "PostgreSQL refuses to run as root and there is neither a user 'postgres' nor 'nobody'; create one with: useradd --system postgres"
    )]
    NoUnprivilegedUser,

    #[error("PostgreSQL did not start: {line} (more in {})", .log.display())]
    PostgresFailed { line: String, log: PathBuf },

    #[error("NATS did not start: {line} (more in {})", .log.display())]
    NatsFailed { line: String, log: PathBuf },

    #[error(
        "port {port} on 127.0.0.1 is taken; stop what uses it, or choose another port (0 means any free one)"
    )]
    PortTaken { port: u16 },

    #[error("{what} at {at} cannot be used ({why}); check the URL and that the server runs")]
    Unreachable {
        what: &'static str,
        at: String,
        why: String,
    },

    #[error("the database refused to {what} ({why}); check the rights of the database user")]
    Database { what: String, why: String },
}

impl Error {
    /// The process exit code, after `sysexits.h`, so that scripts can tell the cases apart.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::NewerData { .. } | Self::CorruptData { .. } => 65,
            Self::Missing { .. } | Self::Unreachable { .. } => 69,
            Self::PostgresFailed { .. } | Self::NatsFailed { .. } => 70,
            Self::NoUnprivilegedUser => 71,
            Self::NotWritable { .. } => 73,
            Self::DiskFull { .. } | Self::Io { .. } => 74,
            Self::AlreadyRunning { .. } | Self::PortTaken { .. } => 75,
            Self::Database { .. } => 77,
            Self::Unusable { .. } => 78,
        }
    }

    /// Sorts an io error into the three cases a person can act on.
    pub(crate) fn at(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{
            AlreadyExists, NotADirectory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem,
            StorageFull,
        };

        let path = path.to_path_buf();
        let kind = source.kind();
        if matches!(kind, StorageFull | QuotaExceeded) {
            Self::DiskFull { path }
        } else if matches!(
            kind,
            PermissionDenied | ReadOnlyFilesystem | NotADirectory | AlreadyExists
        ) {
            Self::NotWritable { path }
        } else {
            Self::Io { path, source }
        }
    }

    pub(crate) fn corrupt(path: &Path, why: impl Into<String>) -> Self {
        Self::CorruptData {
            path: path.to_path_buf(),
            why: why.into(),
        }
    }
}
