//! The city's server: it keeps the city's streams and lets the counties' leaf connections in.

use serde_json::json;

use super::words::{quoted, system_account};
use super::{ACCOUNT, CITY_DOMAIN, TlsFiles};
use crate::secret::Secret;

/// What the city's server is told. Users stand in a file of their own ([`super::SiteUsers`]), so that a county is
/// added by writing that file and asking for a reload.
#[derive(Debug, Clone)]
pub struct CityNats {
    /// Where clients connect, `host:port`.
    pub listen: String,
    /// Where the monitoring pages are, `host:port`.
    pub monitor: String,
    /// Where the counties connect, `host:port`.
    pub leaf_listen: String,
    /// Where JetStream keeps its streams.
    pub store_dir: String,
    /// How many bytes of them at most.
    pub max_file_store: u64,
    /// For the counties' side.
    pub tls: TlsFiles,
    /// The file of users, absolute or relative to this configuration.
    pub users_file: String,
    /// Of the user `system`.
    pub system_password: Secret,
}

impl CityNats {
    /// The text of `nats.conf`; it holds a password.
    #[must_use]
    pub fn text(&self) -> String {
        let jetstream = json!({
            "store_dir": self.store_dir,
            "domain": CITY_DOMAIN,
            "max_memory_store": 64 * 1024 * 1024,
            "max_file_store": self.max_file_store,
            // The default is two minutes, which a power cut would lose; one second costs nothing.
            "sync_interval": "1s",
        });
        // No users here: those of the account are asked, so that what they may do holds for the leaf, too.
        let leafnodes = json!({
            "listen": self.leaf_listen,
            // Or a county would learn and dial the address behind the one it was told.
            "no_advertise": true,
            "tls": {
                "cert_file": self.tls.certificate,
                "key_file": self.tls.key,
                "ca_file": self.tls.authority,
                "verify": true,
                "timeout": 5,
            },
        });
        [
            "server_name: \"jianyi-city\"".to_owned(),
            format!("listen: {}", quoted(self.listen.as_str())),
            format!("http: {}", quoted(self.monitor.as_str())),
            "max_payload: 1048576".to_owned(),
            // The default finds out after four minutes that a county does not answer.
            "ping_interval: \"5s\"".to_owned(),
            "ping_max: 2".to_owned(),
            format!("jetstream: {}", quoted(jetstream)),
            "accounts {".to_owned(),
            format!(
                "  SYS: {}",
                quoted(system_account(self.system_password.reveal()))
            ),
            format!("  {ACCOUNT} {{"),
            "    jetstream: enabled".to_owned(),
            format!("    include {}", quoted(self.users_file.as_str())),
            "  }".to_owned(),
            "}".to_owned(),
            "system_account: SYS".to_owned(),
            format!("leafnodes: {}", quoted(leafnodes)),
            String::new(),
        ]
        .join("\n")
    }
}
