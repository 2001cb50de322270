//! Why a site could not be made or changed; one line each, with an exit code.

use std::path::{Path, PathBuf};

use jianyi_kernel::Fault;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// There is no site in the folder.
    #[error(
        "{0} is no site; make one with `jianyi site init` (city) or `jianyi county join` (county)"
    )]
    NoSite(PathBuf),
    /// It is a site, and another one.
    #[error("{path} is the site of {found}, not of {wanted}")]
    AnotherSite {
        /// Where.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// Only the city lets counties in.
    #[error("{0} is a county's site; counties are added and removed at the city")]
    NotTheCity(PathBuf),
    /// The county is there already.
    #[error("{0} has joined; renew its certificate with `jianyi county renew`")]
    Known(String),
    /// The county is not there.
    #[error("{0} has not joined")]
    Unknown(String),
    /// A code that is none.
    #[error("{0} is not the code of a county: six digits, and not the city's own")]
    Code(String),
    /// The bundle cannot be opened.
    #[error("the bundle cannot be opened ({0})")]
    Bundle(&'static str),
    /// The branch's key is neither in the bundle nor here.
    #[error(
        "the bundle renews {0} without the key of its logins, and there is none here; at the city: `jianyi county renew {0} --new-key`"
    )]
    NoBranchKey(String),
    /// A file.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Secrets, certificates, servers.
    #[error("{0}")]
    Provision(#[from] jianyi_provision::Error),
    /// A service or the message bus.
    #[error("{0}")]
    Fault(String),
}

impl SiteError {
    pub(super) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.into(),
            source,
        }
    }

    /// Exit code after `sysexits.h`.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Code(_) => 64,
            Self::Bundle(_)
            | Self::NoBranchKey(_)
            | Self::Known(_)
            | Self::Unknown(_)
            | Self::AnotherSite { .. } => 65,
            Self::NoSite(_) | Self::NotTheCity(_) => 66,
            Self::File { .. } => 74,
            Self::Fault(_) => 70,
            Self::Provision(error) => u8::try_from(error.exit_code()).unwrap_or(1),
        }
    }
}

impl From<Fault> for SiteError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault.chain())
    }
}
