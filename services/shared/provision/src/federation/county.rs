//! A county's server: it keeps the county's streams and dials the city, never the other way round.

use serde_json::json;

use super::words::{quoted, system_account};
use super::{ACCOUNT, CountyCode, LeafUser, TlsFiles};
use crate::secret::Secret;

/// What a county's server is told.
#[derive(Debug, Clone)]
pub struct CountyNats {
    /// Where clients connect, `host:port`.
    pub listen: String,
    /// Where the monitoring pages are, `host:port`.
    pub monitor: String,
    /// Where JetStream keeps its streams.
    pub store_dir: String,
    /// How many bytes of them at most.
    pub max_file_store: u64,
    /// The city's leaf listener, `host:port`; the host is one of the names of its certificate.
    pub city: String,
    /// How it logs in there.
    pub leaf: LeafUser,
    /// The county's certificate and the city's authority.
    pub tls: TlsFiles,
    /// The file of users, absolute or relative to this configuration.
    pub users_file: String,
    /// Of the user `system`.
    pub system_password: Secret,
}

impl CountyNats {
    /// The text of `nats.conf`; it holds passwords.
    #[must_use]
    pub fn text(&self) -> String {
        let jetstream = json!({
            "store_dir": self.store_dir,
            "domain": self.code().domain(),
            "max_memory_store": 64 * 1024 * 1024,
            "max_file_store": self.max_file_store,
            // The default is two minutes, which a power cut would lose; one second costs nothing.
            "sync_interval": "1s",
        });
        let leafnodes = json!({
            "reconnect": "1s",
            "remotes": [{
                "url": self.url(),
                "account": ACCOUNT,
                "tls": {
                    "cert_file": self.tls.certificate,
                    "key_file": self.tls.key,
                    "ca_file": self.tls.authority,
                },
            }],
        });
        [
            format!(
                "server_name: {}",
                quoted(format!("jianyi-{}", self.code().domain()))
            ),
            format!("listen: {}", quoted(self.listen.as_str())),
            format!("http: {}", quoted(self.monitor.as_str())),
            "max_payload: 1048576".to_owned(),
            // The default finds out after four minutes that the city does not answer.
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

    fn code(&self) -> &CountyCode {
        &self.leaf.county
    }

    fn url(&self) -> String {
        let (user, password) = (self.code().leaf_user(), self.leaf.password.reveal());
        format!("tls://{user}:{password}@{}", self.city)
    }
}
