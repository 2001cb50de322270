//! The whole system under one data directory: what is started, in which order, and how it stops.

mod boot;
mod edge;
mod export;
mod instance;
mod running;
mod sites;
mod start;

pub use boot::{Boot, BootLimits, BootMtls, BootTls, run_service};
pub use edge::{Console, EdgeOptions, Tls};
pub use export::ExportOptions;
pub use instance::{COUNTIES, Instance, instances, spec as service_spec};
pub use running::World;
pub use sites::Federation;
pub(crate) use start::field_key;
pub use start::{Mode, WorldError, WorldOptions};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The port of the gateway unless told otherwise; the services take the ones after it.
pub const DEFAULT_PORT: u16 = 8640;

/// Name of the file in a data directory that says where the running system listens.
pub const ADDRESSES_FILE: &str = "addresses.json";

/// Where a running system listens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Addresses {
    /// The front door.
    pub gateway: GatewayAddress,
    /// NATS, without credentials.
    pub nats: String,
    /// Postgres, `host:port`.
    pub postgres: String,
    /// Each service's own gRPC address, by instance (`care`, `member/410611`).
    pub services: BTreeMap<String, String>,
}

/// Where the gateway listens: one port, two protocols.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GatewayAddress {
    /// `host:port` for gRPC.
    pub grpc: String,
    /// `http://host:port` or `https://host:port` for HTTP.
    pub http: String,
    /// PEM file to trust when it is `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
}

impl Addresses {
    /// Reads the file that a running system left in its data directory.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn read(data_dir: &Path) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(data_dir.join(ADDRESSES_FILE))?;
        serde_json::from_str(&text).map_err(std::io::Error::other)
    }

    pub(crate) fn write(&self, data_dir: &Path) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(data_dir.join(ADDRESSES_FILE), text)
    }
}
