//! The server's configuration file: who may do what, and how durable JetStream is.

use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::files;
use crate::secrets::Secrets;

/// Subjects that reveal a hero whose record is sealed, and events addressed to one county; a dashboard must
/// never see them.
pub(crate) const SEALED: [&str; 4] = [
    "jianyi.*.*.*.*",
    "jianyi.*.*.sealed_hero_confirmed",
    "jianyi.*.*.sealed_hero_ended",
    "jianyi.*.*.hero_sealed",
];

/// Writes the file; the passwords in it are why only its owner may read it.
pub(super) fn write(
    path: &Path,
    dir: &Path,
    secrets: &Secrets,
    client: u16,
    monitor: u16,
) -> Result<()> {
    let config = content(dir, secrets, client, monitor);
    let text = serde_json::to_vec_pretty(&config).map_err(|e| Error::at(path, e.into()))?;
    files::write_private(path, &text)
}

/// NATS reads JSON, which spares us its own quoting rules.
fn content(dir: &Path, secrets: &Secrets, client: u16, monitor: u16) -> Value {
    json!({
        "server_name": "jianyi",
        "listen": format!("127.0.0.1:{client}"),
        "http": format!("127.0.0.1:{monitor}"),
        "max_payload": 1024 * 1024,
        "jetstream": {
            "store_dir": dir.join("store"),
            "max_memory_store": 64 * 1024 * 1024,
            "max_file_store": 8_u64 * 1024 * 1024 * 1024,
            // The default is two minutes, which a power cut would lose; one second costs nothing.
            "sync_interval": "1s",
        },
        "accounts": {
            "JIANYI": {
                "jetstream": "enabled",
                "users": [
                    { "user": "jianyi", "password": secrets.nats_password() },
                    {
                        "user": "dashboard",
                        "password": secrets.dashboard_password(),
                        "permissions": {
                            "publish": { "deny": [">"] },
                            "subscribe": { "allow": ["jianyi.>"], "deny": SEALED },
                        },
                    },
                ],
            },
        },
    })
}
