//! The options by which every client command finds a running system.

use std::path::PathBuf;

use clap::Args;

use crate::client::{ClientError, Session};

/// Which system to talk to: the one of a data directory, or one elsewhere.
#[derive(Debug, Args)]
pub(super) struct ConnectArgs {
    /// Data directory of a system that runs on this machine; its credentials are used.
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".jianyi",
        env = "JIANYI_DATA_DIR"
    )]
    pub(super) data_dir: PathBuf,

    /// Gateway of a system elsewhere, e.g. `http://10.0.0.5:8640`; needs a token, or --data-dir with its operator's key.
    #[arg(long, value_name = "URL", env = "JIANYI_GATEWAY")]
    gateway: Option<String>,

    /// Access token for --gateway; `jianyi token` prints one on the machine of the system.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "JIANYI_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,

    /// PEM file of the authority to trust when --gateway is `https`; else the machine's own are trusted.
    #[arg(long, value_name = "FILE", env = "JIANYI_CA", requires = "gateway")]
    ca: Option<PathBuf>,
}

impl ConnectArgs {
    pub(super) fn session(&self) -> Result<Session, ClientError> {
        match (&self.gateway, &self.token) {
            (None, _) => Session::of_data_dir(&self.data_dir),
            (Some(gateway), Some(token)) => {
                Session::with_token(gateway, self.ca.as_deref(), token.clone())
            }
            (Some(gateway), None) => {
                Session::of_data_dir_at(&self.data_dir, gateway, self.ca.as_deref())
            }
        }
    }

    /// The gateway's address as given or as the data directory says.
    pub(super) fn gateway(&self) -> Option<&str> {
        self.gateway.as_deref()
    }
}
