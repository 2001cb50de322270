//! Ports: any free one, the one of last time, or exactly the one asked for.

mod block;

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files;
use crate::layout::Layout;

/// The ports to listen on; 0 means the one of last time if it is still free, otherwise any free one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    pub postgres: u16,
    pub nats: u16,
}

/// A TCP port on loopback that nobody listens on, and that no other process of ours is about to take: servers
/// take their ports some time after somebody looked for a free one. 0 if the machine has none left.
pub fn free_port() -> u16 {
    block::next().unwrap_or_else(any_free_port)
}

/// One the kernel picks; it may give the same to the next who asks, or to a connection going out.
fn any_free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_or(0, |addr| addr.port())
}

/// How much a port matters to whoever asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wish {
    Any,
    Prefer(u16),
    Exactly(u16),
}

impl Wish {
    /// What a plain number means.
    pub(crate) fn from_number(port: u16) -> Self {
        if port == 0 {
            Self::Any
        } else {
            Self::Exactly(port)
        }
    }

    /// What a number means when there was an earlier start.
    pub(crate) fn remembering(port: u16, last: Option<u16>) -> Self {
        match (port, last) {
            (0, Some(last)) if last != 0 => Self::Prefer(last),
            (port, _) => Self::from_number(port),
        }
    }

    /// Ask only after an earlier server of ours has been stopped, or its own port would look taken.
    pub(crate) fn settle(self) -> Result<u16> {
        match self {
            Self::Any => Ok(free_port()),
            Self::Prefer(port) => Ok(claim(port).unwrap_or_else(|_| free_port())),
            Self::Exactly(port) => claim(port),
        }
    }
}

fn claim(port: u16) -> Result<u16> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(port),
        Err(e) if e.kind() == ErrorKind::AddrInUse => Err(Error::PortTaken { port }),
        Err(source) => Err(Error::Io {
            path: Path::new(&format!("127.0.0.1:{port}")).to_path_buf(),
            source,
        }),
    }
}

/// The ports of the last start, so that addresses people noted down keep working.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Remembered {
    pub(crate) postgres: Option<u16>,
    pub(crate) nats: Option<u16>,
    pub(crate) nats_monitor: Option<u16>,
}

impl Remembered {
    /// A hint only: what cannot be read is forgotten.
    pub(crate) fn read(layout: &Layout) -> Self {
        fs::read(layout.ports_file())
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    pub(crate) fn write(self, layout: &Layout) -> Result<()> {
        let path = layout.ports_file();
        let json = serde_json::to_vec(&self).map_err(|e| Error::at(&path, e.into()))?;
        files::write_private(&path, &json)
    }
}
