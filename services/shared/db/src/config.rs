//! What a service must be told about its database.

use jianyi_kernel::Pii;

/// Database settings, flattened into each service's own configuration.
#[derive(Debug, Clone, clap::Args)]
pub struct DbConfig {
    /// `postgres://user:password@host:port/database` of this service's own database.
    #[arg(long, env = "JIANYI_DATABASE_URL", hide_env_values = true)]
    pub database_url: Pii<String>,

    /// The same database as its owner, who makes tables and grants rights to the service's own role. Without it
    /// the owner serves, and takes the lesser role on every connection.
    #[arg(long, env = "JIANYI_DATABASE_OWNER_URL", hide_env_values = true)]
    pub database_owner_url: Option<Pii<String>>,

    /// 32 bytes in base64: the key that protects personal fields of this service.
    #[arg(long, env = "JIANYI_FIELD_KEY", hide_env_values = true)]
    pub field_key: Pii<String>,

    /// Connections kept to the database. Few batched writers beat many waiting ones.
    #[arg(long, env = "JIANYI_DATABASE_CONNECTIONS", default_value_t = 8)]
    pub database_connections: u32,
}
