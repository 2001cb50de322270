//! One moment in all databases of a site: none of them has heard what another one forgot.
//!
//! Postgres has no snapshot across databases. Ours are taken together within milliseconds, and then it is checked
//! that no database has handled an event that the database it comes from had not committed yet; if one has, they are
//! taken again.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use futures::future::try_join_all;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::manifest::DatabasePart;
use crate::{BackupError, Database, Result};

const TRIES: u32 = 20;

/// A database held at the moment of the cut.
pub(crate) struct Held {
    pub(crate) database: Database,
    /// By this name `pg_dump` reads what we see.
    pub(crate) snapshot: String,
    /// The server's major version.
    pub(crate) server: u32,
    conn: PgConnection,
}

pub(crate) async fn connect(database: &Database) -> Result<PgConnection> {
    let options: PgConnectOptions = database.url.expose("back up").parse()?;
    // Dumping a large table takes what it takes.
    let options = options
        .application_name("jianyi backup")
        .options([("timezone", "UTC"), ("statement_timeout", "0")])
        .disable_statement_logging();
    Ok(options.connect().await?)
}

/// Holds all databases at one moment, which is returned as the servers' own time.
pub(crate) async fn hold(databases: &[Database]) -> Result<(Vec<Held>, OffsetDateTime)> {
    for tried in 0..TRIES {
        let mut connections = try_join_all(databases.iter().map(connect)).await?;
        for conn in &mut connections {
            sqlx::raw_sql("begin isolation level repeatable read read only")
                .execute(conn)
                .await?;
        }
        // The first question of a transaction is its moment.
        let moments = try_join_all(connections.iter_mut().map(moment)).await?;
        let cut_at = moments.iter().map(|moment| moment.at).min();
        let mut held = Vec::with_capacity(databases.len());
        for ((database, conn), moment) in databases.iter().zip(connections).zip(moments) {
            held.push(Held {
                database: database.clone(),
                snapshot: moment.snapshot,
                server: moment.server,
                conn,
            });
        }
        if fits(&mut held).await? {
            let cut_at = cut_at.ok_or_else(|| BackupError::NoCut("there are none".into()))?;
            return Ok((held, cut_at));
        }
        tracing::debug!(tried, "an event overtook the cut; taking it again");
        for one in held {
            one.release().await?;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(BackupError::NoCut("events overtake the cut".into()))
}

struct Moment {
    snapshot: String,
    at: OffsetDateTime,
    server: u32,
}

async fn moment(conn: &mut PgConnection) -> Result<Moment> {
    let (snapshot, at, server): (String, OffsetDateTime, i32) = sqlx::query_as(
        "select pg_export_snapshot(), clock_timestamp(), current_setting('server_version_num')::int / 10000",
    )
    .fetch_one(conn)
    .await?;
    Ok(Moment {
        snapshot,
        at,
        server: u32::try_from(server).unwrap_or(0),
    })
}

/// Whether every event that some database here has handled lately is committed in the one it comes from, if that is
/// here as well. What comes from another site is sent again by that site.
async fn fits(held: &mut [Held]) -> Result<bool> {
    let mut heard: HashSet<Uuid> = HashSet::new();
    let mut said: HashSet<Uuid> = HashSet::new();
    for one in held.iter_mut() {
        let lately: Vec<Uuid> = sqlx::query_scalar(
            "select event_id from inbox where seen_at > clock_timestamp() - interval '10 minutes'",
        )
        .fetch_all(&mut one.conn)
        .await?;
        heard.extend(lately);
        let committed: Vec<Uuid> = sqlx::query_scalar("select event_id from outbox")
            .fetch_all(&mut one.conn)
            .await?;
        said.extend(committed);
    }
    let unexplained: Vec<Uuid> = heard.difference(&said).copied().collect();
    if unexplained.is_empty() {
        return Ok(true);
    }
    for one in held.iter() {
        let mut now = connect(&one.database).await?;
        let later: i64 = sqlx::query_scalar("select count(*) from outbox where event_id = any($1)")
            .bind(&unexplained)
            .fetch_one(&mut now)
            .await?;
        now.close().await?;
        if later > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Held {
    /// What is in it, to be compared after a restore.
    pub(crate) async fn describe(&mut self) -> Result<DatabasePart> {
        Ok(DatabasePart {
            platform_version: newest(&mut self.conn, "_jianyi_platform_migrations").await?,
            version: newest(&mut self.conn, "_sqlx_migrations").await?,
            server: self.server,
            rows: rows(&mut self.conn).await?,
        })
    }

    pub(crate) async fn release(self) -> Result<()> {
        Ok(self.conn.close().await?)
    }
}

async fn newest(conn: &mut PgConnection, books: &str) -> Result<i64> {
    let there: bool = sqlx::query_scalar("select to_regclass($1) is not null")
        .bind(books)
        .fetch_one(&mut *conn)
        .await?;
    if !there {
        return Ok(0);
    }
    // Safe as SQL: one of two names of our own.
    let query = format!("select coalesce(max(version), 0) from {books}");
    Ok(sqlx::query_scalar(AssertSqlSafe(query))
        .fetch_one(conn)
        .await?)
}

/// Rows by table.
pub(crate) async fn rows(conn: &mut PgConnection) -> Result<BTreeMap<String, i64>> {
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select tablename::text, quote_ident(tablename) from pg_tables where schemaname = 'public' order by 1",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut rows = BTreeMap::new();
    for (table, quoted) in tables {
        // Safe as SQL: the catalogue's own name, quoted by the server.
        let query = format!("select count(*) from {quoted}");
        let count = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(&mut *conn)
            .await?;
        rows.insert(table, count);
    }
    Ok(rows)
}
