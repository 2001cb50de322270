//! The handle to a service's database: connections to read with, units of work to write with.

use std::sync::Arc;
use std::time::Duration;

use jianyi_kernel::{Call, Clock, Fault};
use jianyi_vault::{Algorithm, FieldCipher};
use prost::Message;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Postgres};
use tokio::sync::Notify;

use crate::{Begun, DbConfig, Uow};

/// Platform tables, migrated before the service's own and counted in a table of their own.
static PLATFORM: Migrator = sqlx::migrate!("./migrations");
const PLATFORM_MIGRATIONS: &str = "_jianyi_platform_migrations";

/// A service's database, cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    clock: Clock,
    cipher: FieldCipher,
    algorithm: Algorithm,
    woken: Arc<Notify>,
}

impl Db {
    /// Opens the pool; the first connection is made at once so that a wrong address shows here.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] or [`Fault::Internal`] when the database cannot be reached.
    pub async fn connect(config: &DbConfig, clock: Clock) -> Result<Self, Fault> {
        let options: PgConnectOptions = config
            .database_url
            .expose("connect")
            .parse()
            .map_err(|_| Fault::internal("the database url is malformed"))?;
        // Statements never reach the log: their text may one day carry a literal.
        let options = options
            .application_name("jianyi")
            .options([("timezone", "UTC")])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(config.database_connections)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await?;
        let db = Self {
            pool,
            clock,
            cipher: FieldCipher::new(config.key_provider()?)?,
            algorithm: config.field_algorithm,
            woken: Arc::new(Notify::new()),
        };
        db.load_keys_if_any().await?;
        Ok(db)
    }

    /// Brings platform tables and then the service's own to the newest version. Safe to run from
    /// several processes at once.
    ///
    /// # Errors
    /// [`Fault::Internal`] when a migration fails or an applied one was edited.
    pub async fn migrate(&self, service: &Migrator) -> Result<(), Fault> {
        let mut platform = Migrator::with_migrations(PLATFORM.iter().cloned().collect());
        platform.dangerous_set_table_name(PLATFORM_MIGRATIONS);
        platform.run(&self.pool).await.map_err(Fault::internal)?;
        self.ensure_keys().await?;
        service.run(&self.pool).await.map_err(Fault::internal)
    }

    /// A connection to read with. Every statement on it is its own snapshot.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when none is to be had in time.
    pub async fn read(&self) -> Result<PoolConnection<Postgres>, Fault> {
        Ok(self.pool.acquire().await?)
    }

    /// Begins the unit of work of a call, or finds that the call was already answered.
    ///
    /// # Errors
    /// [`Fault::Invalid`] `REQUEST_ID_REUSED` when the request id belongs to another request.
    pub async fn begin<R: Message + Default>(&self, call: &Call) -> Result<Begun<R>, Fault> {
        Uow::begin(self, call).await
    }

    /// Begins a unit of work for a consumer or a schedule, which has no request id.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when no connection is to be had in time.
    pub async fn begin_background(&self, call: &Call) -> Result<Uow, Fault> {
        Uow::open(self, call).await
    }

    /// The clock all units of work read.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How new data keys encrypt.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Seals and opens personal fields.
    #[must_use]
    pub const fn cipher(&self) -> &FieldCipher {
        &self.cipher
    }

    /// Resolves when a commit has left something in the outbox.
    pub async fn outbox_woken(&self) {
        self.woken.notified().await;
    }

    pub(crate) fn wake(&self) {
        self.woken.notify_one();
    }

    pub(crate) const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Closes all connections; what is in flight finishes first.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
