//! Why there is no backup, or no restored site: one line each, with an exit code.

use std::io;
use std::path::{Path, PathBuf};

use jianyi_kernel::Fault;

/// The result of everything here.
pub type Result<T, E = BackupError> = std::result::Result<T, E>;

/// Why it failed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no backup of ours.
    #[error("this is no backup of Jianyi")]
    NoBackup,
    /// A newer program made it.
    #[error(
        "the backup has format {found}, this program knows {known}; run a newer version of this program"
    )]
    Newer {
        /// What it says.
        found: u32,
        /// What we know.
        known: u32,
    },
    /// The passphrase is another one.
    #[error("the passphrase does not open this backup")]
    WrongPassphrase,
    /// The passphrase is too short to protect keys.
    #[error("a passphrase has at least {0} characters")]
    ShortPassphrase(usize),
    /// It was cut off or changed.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// There is data where it should go.
    #[error(
        "{0} is not empty; a restore would overwrite it, which it does only when told to (--overwrite)"
    )]
    NotEmpty(String),
    /// The parts do not fit together.
    #[error("the databases would not fit together: {0}; try again when there is less traffic")]
    NoCut(String),
    /// What was restored is not what was backed up.
    #[error("after the restore {0}; the backup is whole, see the log of the database server")]
    Differs(String),
    /// A tool of Postgres failed.
    #[error("{tool} of {database} failed: {line}")]
    Tool {
        /// Which one.
        tool: &'static str,
        /// Which database.
        database: String,
        /// Its first telling line.
        line: String,
    },
    /// The tools of Postgres are not here, or a server does not start.
    #[error("{0}")]
    Provision(#[from] jianyi_provision::Error),
    /// A server refused or does not answer.
    #[error("{}", .0.chain())]
    Fault(#[from] Fault),
}

impl BackupError {
    /// Exit code after `sysexits.h`.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoBackup | Self::Newer { .. } | Self::Damaged(_) => 65,
            Self::WrongPassphrase => 77,
            Self::ShortPassphrase(_) => 64,
            Self::NotEmpty(_) => 73,
            Self::NoCut(_) => 75,
            Self::Tool { .. } | Self::Differs(_) => 70,
            Self::Provision(error) => u8::try_from(error.exit_code()).unwrap_or(1),
            Self::Fault(_) => 69,
            Self::Io { .. } => 74,
        }
    }

    pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}
