//! What a backup says of itself: in the beginning what it is, at the end what is in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The first entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    /// Which site.
    pub site: String,
    /// The program's version.
    pub version: String,
    /// When it began, RFC 3339.
    pub began_at: String,
}

/// The last entry: without it the backup is not whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// As in the beginning.
    pub header: Header,
    /// The moment at which all databases were read, RFC 3339: what was committed later is not in here.
    pub cut_at: String,
    /// Databases by instance.
    pub databases: BTreeMap<String, DatabasePart>,
    /// Streams by name.
    pub streams: BTreeMap<String, StreamPart>,
    /// Every part by its name in the archive.
    pub parts: BTreeMap<String, Part>,
}

/// A database in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DatabasePart {
    /// Newest migration of the tables around a service's own.
    pub platform_version: i64,
    /// Newest migration of the service's own.
    pub version: i64,
    /// The server's major version.
    pub server: u32,
    /// Rows by table.
    pub rows: BTreeMap<String, i64>,
}

/// A stream in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StreamPart {
    /// How many events.
    pub messages: u64,
    /// Sequence of the last.
    pub last_sequence: u64,
    /// The server's configuration of it.
    pub config: Value,
    /// The server's state of it.
    pub state: Value,
}

/// A run of bytes in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// How many.
    pub bytes: u64,
    /// SHA-256 of them, hex.
    pub sha256: String,
}
