//! The handle to a service's database: connections to read with, units of work to write with.

use std::sync::Arc;
use std::time::Duration;

use jianyi_kernel::{Call, Caller, Clock, Fault, Pii};
use jianyi_vault::{Algorithm, FieldCipher};
use jianyi_witness::HashKind;
use prost::Message;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Postgres, SqlSafeStr as _,
    Transaction,
};
use tokio::sync::{Notify, OnceCell};

use crate::audit::AuditKeys;
use crate::to_the_end::ToTheEnd;
use crate::{Begun, DbConfig, Uow, migrations, rights, scope};

/// Platform tables, migrated before the service's own and counted in a table of their own.
static PLATFORM: Migrator = sqlx::migrate!("./migrations");
/// Less than the thirty seconds that a call may take, so that the statement ends before its caller has gone.
const STATEMENT_TIMEOUT: &str = "25s";
const PLATFORM_MIGRATIONS: &str = "_jianyi_platform_migrations";
/// The name that the library gives it.
const SERVICE_MIGRATIONS: &str = "_sqlx_migrations";

/// A service's database, cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    clock: Clock,
    cipher: FieldCipher,
    algorithm: Algorithm,
    woken: Arc<Notify>,
    pub(crate) audited: Arc<Notify>,
    audit_hash: HashKind,
    audit_keys: Arc<OnceCell<AuditKeys>>,
    /// Who makes tables; `None` for a login that only serves.
    owner: Option<Pii<String>>,
    most_connections: u32,
    name: Arc<str>,
}

/// The connections that a service keeps, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// Open and at rest.
    pub idle: u32,
    /// At work.
    pub used: u32,
    /// As many there may be.
    pub most: u32,
}

/// Statements never reach the log: their text may one day carry a literal.
fn options(url: &Pii<String>, timeout: &str) -> Result<PgConnectOptions, Fault> {
    let options: PgConnectOptions = url
        .expose("connect")
        .parse()
        .map_err(|_| Fault::internal("the database url is malformed"))?;
    Ok(options
        .application_name("jianyi")
        .options([("timezone", "UTC"), ("statement_timeout", timeout)])
        .disable_statement_logging())
}

impl Db {
    /// Opens the pool; the first connection is made at once so that a wrong address shows here.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] or [`Fault::Internal`] when the database cannot be reached.
    pub async fn connect(config: &DbConfig, clock: Clock) -> Result<Self, Fault> {
        let options = options(&config.database_url, STATEMENT_TIMEOUT)?;
        let mut owner = config.database_owner_url.clone();
        let mut as_owner = false;
        if owner.is_none() {
            let mut login = options.clone().connect().await?;
            as_owner = !rights::is_application(&mut login).await?;
            if as_owner {
                rights::let_owner_serve(&mut login).await?;
                owner = Some(config.database_url.clone());
            }
            login.close().await?;
        }
        let name = options.get_database().unwrap_or_default().into();
        let pool = PgPoolOptions::new()
            .max_connections(config.database_connections)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |conn, _| {
                Box::pin(async move {
                    if as_owner {
                        rights::serve_as_application(conn).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        let db = Self {
            pool,
            clock,
            cipher: FieldCipher::new(config.key_provider()?)?,
            algorithm: config.field_algorithm,
            woken: Arc::new(Notify::new()),
            audited: Arc::new(Notify::new()),
            audit_hash: config.audit_hash,
            audit_keys: Arc::default(),
            owner,
            most_connections: config.database_connections,
            name,
        };
        db.load_keys_if_any().await?;
        Ok(db)
    }

    /// Brings platform tables and then the service's own to the newest version. Safe to run from
    /// several processes at once. A login that only serves may not: it checks that somebody else did.
    ///
    /// # Errors
    /// [`Fault::Internal`] when a migration fails or an applied one was edited; [`Fault::Unavailable`] when
    /// somebody else must migrate first.
    pub async fn migrate(&self, service: &Migrator) -> Result<(), Fault> {
        let Some(owner) = &self.owner else {
            return self.is_migrated(service).await;
        };
        let owner = PgPoolOptions::new()
            .max_connections(1)
            // Rebuilding a large table takes what it takes.
            .connect_with(options(owner, "0")?)
            .await?;
        migrations::run(&owner, PLATFORM_MIGRATIONS, &PLATFORM).await?;
        rights::grant(&mut *owner.acquire().await?).await?;
        self.ensure_keys().await?;
        let mut conn = self.platform().await?;
        AuditKeys::create(&mut conn, &self.clock, &self.cipher, self.audit_hash).await?;
        drop(conn);
        migrations::run(&owner, SERVICE_MIGRATIONS, service).await?;
        let granted = rights::grant(&mut *owner.acquire().await?).await;
        owner.close().await;
        granted
    }

    /// Whether a `migrate` of this version or a newer one has been here.
    async fn is_migrated(&self, service: &Migrator) -> Result<(), Fault> {
        for (table, migrator) in [
            (PLATFORM_MIGRATIONS, &PLATFORM),
            (SERVICE_MIGRATIONS, service),
        ] {
            let needed = migrations::newest(migrator);
            let mut conn = self.platform().await?;
            let found = rights::migrated(&mut conn, table).await?;
            if found < needed {
                return Err(Fault::Unavailable(format!(
                    "the database is at version {found} of {table} and {needed} is needed; run `migrate` as its owner"
                )));
            }
            if let Some(version) = rights::contracted(&mut conn, table, needed).await? {
                return Err(migrations::too_old(table, version));
            }
        }
        Ok(())
    }

    pub(crate) async fn transaction(
        &self,
        caller: &Caller,
        read_only: bool,
    ) -> Result<Transaction<'static, Postgres>, Fault> {
        // The one place where a transaction begins. Safe as SQL: codes and ids of our own making, see scope.rs.
        let begin = AssertSqlSafe(scope::begin(caller, read_only));
        let conn = self.pool.acquire().await?;
        Ok(ToTheEnd::new(Transaction::begin(conn, Some(begin.into_sql_str()))).await?)
    }

    /// A connection out of the pool for good that reaches everything: for walks over all rows, which are no
    /// one transaction.
    pub(crate) async fn everything(&self) -> Result<PgConnection, Fault> {
        let mut conn = self.pool.acquire().await?.detach();
        for (name, value) in scope::settings(&Caller::service("platform")) {
            sqlx::query("select set_config($1, $2, false)")
                .bind(name)
                .bind(value)
                .execute(&mut conn)
                .await?;
        }
        Ok(conn)
    }

    /// A connection for the tables around a service's own, which are nobody's in particular.
    pub(crate) async fn platform(&self) -> Result<PoolConnection<Postgres>, Fault> {
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

    /// The name of the database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many connections there are. Those that were taken out of the pool for good are not counted.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        Connections {
            idle,
            used: self.pool.size().saturating_sub(idle),
            most: self.most_connections,
        }
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

    /// The keys of the audit log, read once.
    pub(crate) async fn audit_keys(&self, conn: &mut PgConnection) -> Result<&AuditKeys, Fault> {
        self.audit_keys
            .get_or_try_init(|| AuditKeys::load(conn, &self.cipher))
            .await
    }

    pub(crate) fn wake(&self) {
        self.woken.notify_one();
    }

    /// Closes all connections; what is in flight finishes first.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
