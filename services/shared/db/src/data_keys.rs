//! Table `data_keys`: makes, loads and turns the keys that seal fields.
//!
//! A new key is stored before it seals, so that every process of a service can open what the first
//! one seals with it. Old keys stay for ever: a value is readable at every instant of a turn.

use std::time::Duration;

use jianyi_kernel::{Fault, Timestamp};
use jianyi_vault::{Algorithm, Keyring};
use sqlx::PgConnection;

use crate::{Db, Uow};

/// A data key, without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey {
    /// Counts up from 1.
    pub version: u32,
    /// Its cipher.
    pub algorithm: Algorithm,
    /// Which key-encryption key wraps it.
    pub provider_key_id: String,
    /// When it was made, by the database's clock.
    pub created_at: Timestamp,
    /// Since when it seals.
    pub active_from: Timestamp,
    /// When everything sealed before it was sealed again with it.
    pub settled_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i32,
    algorithm: String,
    provider_key_id: String,
    created_at: Timestamp,
    active_from: Timestamp,
    settled_at: Option<Timestamp>,
}

impl Row {
    fn assemble(self) -> Result<DataKey, Fault> {
        Ok(DataKey {
            version: version(self.version)?,
            algorithm: self.algorithm.parse().map_err(Fault::internal)?,
            provider_key_id: self.provider_key_id,
            created_at: self.created_at,
            active_from: self.active_from,
            settled_at: self.settled_at,
        })
    }
}

impl Db {
    /// Learns keys that were made meanwhile, and which one seals now. Cheap; every process of a
    /// service does it about once a second.
    ///
    /// # Errors
    /// [`Fault::Internal`] when a key was wrapped with another field key.
    pub async fn refresh_keys(&self) -> Result<(), Fault> {
        load(&mut *self.platform().await?, self.cipher().keyring()).await
    }

    /// All data keys, oldest first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn data_keys(&self) -> Result<Vec<DataKey>, Fault> {
        let rows: Vec<Row> = sqlx::query_as(
            "select version, algorithm, provider_key_id, created_at, active_from, settled_at
             from data_keys order by version",
        )
        .fetch_all(&mut *self.platform().await?)
        .await?;
        rows.into_iter().map(Row::assemble).collect()
    }

    /// Loads the keys, and makes the first one in a database that has none. Of several processes that
    /// start at once, one makes it and all get the same.
    pub(crate) async fn ensure_keys(&self) -> Result<(), Fault> {
        let mut conn = self.platform().await?;
        let ring = self.cipher().keyring();
        load(&mut conn, ring).await?;
        if ring.newest() > 0 {
            return Ok(());
        }
        let key = ring.generate(self.algorithm())?;
        sqlx::query(
            "insert into data_keys (version, algorithm, provider_key_id, wrapped, active_from)
             values (1, $1, $2, $3, now()) on conflict do nothing",
        )
        .bind(key.algorithm.as_str())
        .bind(&key.provider_key_id)
        .bind(&key.wrapped)
        .execute(&mut *conn)
        .await?;
        load(&mut conn, ring).await
    }

    /// [`Db::ensure_keys`] that waits for the migration when the tables are not there yet.
    pub(crate) async fn load_keys_if_any(&self) -> Result<(), Fault> {
        let mut conn = self.platform().await?;
        let there: bool = sqlx::query_scalar("select to_regclass('data_keys') is not null")
            .fetch_one(&mut *conn)
            .await?;
        if there {
            load(&mut conn, self.cipher().keyring()).await?;
        }
        Ok(())
    }
}

impl Uow {
    /// Makes the next data key: of the configured cipher, or of this one. It seals after `lead`, by
    /// when every process has learnt it.
    ///
    /// # Errors
    /// [`Fault::Busy`] when somebody else turns the key at this moment.
    pub async fn rotate_data_key(
        &mut self,
        algorithm: Option<Algorithm>,
        lead: Duration,
    ) -> Result<DataKey, Fault> {
        let (ring, configured) = (self.cipher().keyring().clone(), self.algorithm());
        let key = ring.generate(algorithm.unwrap_or(configured))?;
        let row: Option<Row> = sqlx::query_as(
            "insert into data_keys (version, algorithm, provider_key_id, wrapped, active_from)
             select coalesce(max(version), 0) + 1, $1, $2, $3, clock_timestamp() + $4 from data_keys
             on conflict do nothing
             returning version, algorithm, provider_key_id, created_at, active_from, settled_at",
        )
        .bind(key.algorithm.as_str())
        .bind(&key.provider_key_id)
        .bind(&key.wrapped)
        .bind(lead)
        .fetch_optional(self.conn())
        .await?;
        row.ok_or(Fault::Busy(Duration::from_secs(1)))?.assemble()
    }
}

/// Installs what is new since the active key, and activates what is due.
async fn load(conn: &mut PgConnection, ring: &Keyring) -> Result<(), Fault> {
    let since = i32::try_from(ring.active()).map_err(Fault::internal)?;
    let rows: Vec<(i32, String, Vec<u8>, bool)> = sqlx::query_as(
        "select version, algorithm, wrapped, active_from <= clock_timestamp() from data_keys
         where version >= $1 order by version",
    )
    .bind(since)
    .fetch_all(conn)
    .await?;
    for (number, algorithm, wrapped, due) in rows {
        let number = version(number)?;
        let algorithm: Algorithm = algorithm.parse().map_err(Fault::internal)?;
        ring.install(number, algorithm, &wrapped)?;
        if due {
            ring.activate(number)?;
        }
    }
    Ok(())
}

fn version(number: i32) -> Result<u32, Fault> {
    u32::try_from(number).map_err(Fault::internal)
}
