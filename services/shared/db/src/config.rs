//! What a service must be told about its database.

use jianyi_kernel::Pii;
use jianyi_witness::HashKind;

/// Database settings, flattened into each service's own configuration.
#[derive(Debug, Clone, clap::Args)]
pub struct DbConfig {
    /// `postgres://user:password@host:port/database` of this service's own database.
    #[arg(long, env = "JIANYI_DATABASE_URL", hide_env_values = true)]
    pub database_url: Pii<String>,

    /// 32 bytes in base64: the key that protects personal fields of this service.
    #[arg(long, env = "JIANYI_FIELD_KEY", hide_env_values = true)]
    pub field_key: Pii<String>,

    /// Connections kept to the database. Few batched writers beat many waiting ones.
    #[arg(long, env = "JIANYI_DATABASE_CONNECTIONS", default_value_t = 8)]
    pub database_connections: u32,

    /// Hash function of the audit log, `sha256` or `sm3`; a log that has begun keeps its own.
    #[arg(long, env = "JIANYI_AUDIT_HASH", default_value_t = HashKind::Sha256)]
    pub audit_hash: HashKind,
}
