//! What a service must be told about its database.

use std::path::PathBuf;
use std::sync::Arc;

use jianyi_kernel::{Fault, Pii};
use jianyi_vault::{Algorithm, FileKey, KeyProvider};
use jianyi_witness::HashKind;

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

    /// 32 bytes in base64: the key that protects the keys of personal fields of this service.
    #[arg(
        long,
        env = "JIANYI_FIELD_KEY",
        hide_env_values = true,
        required_unless_present = "field_key_file",
        conflicts_with = "field_key_file"
    )]
    pub field_key: Option<Pii<String>>,

    /// A file with the field key in it, e.g. a container secret.
    #[arg(long, env = "JIANYI_FIELD_KEY_FILE", value_name = "FILE")]
    pub field_key_file: Option<PathBuf>,

    /// How new keys of personal fields encrypt: aes-256-gcm or sm4-gcm.
    #[arg(long, env = "JIANYI_FIELD_ALGORITHM", default_value_t)]
    pub field_algorithm: Algorithm,

    /// Connections kept to the database. Few batched writers beat many waiting ones.
    #[arg(long, env = "JIANYI_DATABASE_CONNECTIONS", default_value_t = 8)]
    pub database_connections: u32,

    /// Hash function of the audit log, `sha256` or `sm3`; a log that has begun keeps its own.
    #[arg(long, env = "JIANYI_AUDIT_HASH", default_value_t = HashKind::Sha256)]
    pub audit_hash: HashKind,
}

impl DbConfig {
    /// Who wraps the data keys. A hardware module would be one more case.
    pub(crate) fn key_provider(&self) -> Result<Arc<dyn KeyProvider>, Fault> {
        let key = match (&self.field_key, &self.field_key_file) {
            (Some(key), _) => FileKey::from_base64(key, self.field_algorithm)?,
            (None, Some(path)) => FileKey::from_file(path, self.field_algorithm)?,
            (None, None) => return Err(Fault::internal("there is no field key")),
        };
        Ok(Arc::new(key))
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command, FromArgMatches as _};

    use super::*;

    fn parse(args: &[&str]) -> Result<DbConfig, clap::Error> {
        let base = ["service", "--database-url", "postgres://x"];
        DbConfig::augment_args(Command::new("service"))
            .try_get_matches_from(base.iter().chain(args))
            .and_then(|matches| DbConfig::from_arg_matches(&matches))
    }

    #[test]
    fn the_field_key_is_given_or_in_a_file_and_never_both() {
        assert!(parse(&[]).is_err());
        assert!(parse(&["--field-key", "a", "--field-key-file", "/b"]).is_err());
        assert!(
            parse(&["--field-key", "a"])
                .unwrap()
                .field_key_file
                .is_none()
        );
        let config = parse(&["--field-key-file", "/b", "--field-algorithm", "sm4-gcm"]).unwrap();
        assert_eq!(config.field_algorithm, Algorithm::Sm4Gcm);
        assert!(parse(&["--field-key", "a", "--field-algorithm", "des"]).is_err());
        assert!(config.key_provider().unwrap_err().chain().contains("/b"));
    }
}
