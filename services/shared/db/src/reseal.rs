//! Seals again with the newest key what older ones sealed, while writing goes on.
//!
//! Row by row and by compare-and-set: a value that somebody changed meanwhile is left alone, since it
//! was sealed with the newest key. Each row is its own transaction, so no lock is held beside another.

use std::time::Duration;

use jianyi_kernel::{Caller, Fault};
use jianyi_vault::SealedWith;
use sqlx::{Connection as _, PgConnection};

use crate::sealed_column::{PLATFORM, SealedColumn};
use crate::{Db, subject_keys};

/// Rows read at once.
const BATCH: i64 = 256;
/// Session lock: one process seals again, the others serve. The walk is long, so nobody else's lock has this
/// number.
const LOCK: i64 = 7_274_498;

/// What a walk through all columns did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values sealed again.
    pub moved: u64,
    /// Values that somebody changed meanwhile.
    pub missed: u64,
    /// Values that no key opens: damaged, or not where they belong.
    pub unreadable: u64,
}

/// How the values of one column are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnStatus {
    /// The column.
    pub column: SealedColumn,
    /// How many values each key sealed; `None` for what has no header.
    pub values: Vec<(Option<SealedWith>, u64)>,
}

/// What became of one value.
enum Again {
    Sealed(Vec<u8>),
    /// Its subject's key was destroyed.
    Gone,
    Unreadable,
}

impl Db {
    /// Whether the active key is due to take over what older ones sealed: some time (`grace`) after it
    /// began to seal, so that whoever was sealing with an older one has finished.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn must_reseal(&self, grace: Duration) -> Result<bool, Fault> {
        Ok(sqlx::query_scalar(
            "select exists (select from data_keys
                 where version = $1 and settled_at is null and active_from + $2 <= clock_timestamp())",
        )
        .bind(i64::from(self.cipher().keyring().active()))
        .bind(grace)
        .fetch_one(&mut *self.platform().await?)
        .await?)
    }

    /// Walks through the service's sealed columns and the platform's until nothing is left on older
    /// keys, and notes when. `None` when another process is at it.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached; what was done stays done.
    pub async fn reseal(&self, columns: &[SealedColumn]) -> Result<Option<Resealed>, Fault> {
        let mut conn = self.everything().await?;
        let locked: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(LOCK)
            .fetch_one(&mut conn)
            .await?;
        if !locked {
            return Ok(None);
        }
        // A value sealed again and lost in a crash is still readable with its old key.
        sqlx::query("set synchronous_commit = off")
            .execute(&mut conn)
            .await?;
        let outcome = self.walk_until_settled(&mut conn, columns).await;
        // Closing releases the lock; an error while closing means it is closed already.
        let _ = conn.close().await;
        outcome.map(Some)
    }

    async fn walk_until_settled(
        &self,
        conn: &mut PgConnection,
        columns: &[SealedColumn],
    ) -> Result<Resealed, Fault> {
        let ring = self.cipher().keyring();
        let (version, header) = (ring.active(), ring.sealing_with()?.header());
        let mut whole = Resealed::default();
        loop {
            let mut walk = Resealed::default();
            for column in columns.iter().chain(&PLATFORM) {
                self.walk(conn, column, &header, &mut walk).await?;
            }
            whole.moved += walk.moved;
            whole.missed += walk.missed;
            whole.unreadable = walk.unreadable;
            if walk.moved == 0 && walk.missed == 0 {
                break;
            }
        }
        sqlx::query(
            "update data_keys set settled_at = clock_timestamp() where version = $1 and settled_at is null",
        )
        .bind(i64::from(version))
        .execute(conn)
        .await?;
        Ok(whole)
    }

    async fn walk(
        &self,
        conn: &mut PgConnection,
        column: &SealedColumn,
        header: &[u8],
        walk: &mut Resealed,
    ) -> Result<(), Fault> {
        let (first, next, replace) = (
            column.select_stale(false),
            column.select_stale(true),
            column.replace(),
        );
        let mut after: Option<Vec<String>> = None;
        loop {
            let select = if after.is_some() { &next } else { &first };
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(select.as_str()))
                .bind(header)
                .bind(BATCH);
            if let Some(after) = &after {
                query = query.bind(after);
            }
            let rows: Vec<(Vec<String>, Vec<u8>)> = query.fetch_all(&mut *conn).await?;
            for (key, sealed) in &rows {
                let fresh = match self.seal_again(conn, column, key, sealed).await? {
                    Again::Sealed(fresh) => fresh,
                    Again::Gone => continue,
                    Again::Unreadable => {
                        walk.unreadable += 1;
                        continue;
                    }
                };
                let done = sqlx::query(sqlx::AssertSqlSafe(replace.as_str()))
                    .bind(fresh)
                    .bind(key)
                    .bind(sealed)
                    .execute(&mut *conn)
                    .await?;
                if done.rows_affected() == 1 {
                    walk.moved += 1;
                } else {
                    walk.missed += 1;
                }
            }
            match rows.into_iter().next_back() {
                Some((key, _)) => after = Some(key),
                None => return Ok(()),
            }
        }
    }

    async fn seal_again(
        &self,
        conn: &mut PgConnection,
        column: &SealedColumn,
        key: &[String],
        sealed: &[u8],
    ) -> Result<Again, Fault> {
        let cipher = self.cipher();
        let place = column.fill(column.place, key);
        let Some(pattern) = column.subject else {
            let Ok(value) = cipher.open(&place, sealed) else {
                return Ok(Again::Unreadable);
            };
            return cipher.seal(&place, &value).map(Again::Sealed);
        };
        let subject = column.fill(pattern, key);
        let now = self.clock().now();
        let own = match subject_keys::load_or_create(conn, cipher, &subject, now).await? {
            Some(own) => own,
            None if matches!(SealedWith::read(sealed), Some(SealedWith::Subject(_))) => {
                return Ok(Again::Gone);
            }
            // Destroyed: an early value goes the same way, under a key that nobody keeps.
            None => cipher.new_subject(&subject)?.0,
        };
        let Ok(value) = own.open(&place, sealed) else {
            return Ok(Again::Unreadable);
        };
        own.seal(&place, &value).map(Again::Sealed)
    }

    /// How the values of the service's sealed columns and of the platform's are sealed. Reads every
    /// value's header, so it is for operators.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn sealed_values(
        &self,
        columns: &[SealedColumn],
    ) -> Result<Vec<ColumnStatus>, Fault> {
        let mut conn = self.read(&Caller::service("platform")).await?;
        let mut statuses = Vec::new();
        for column in columns.iter().chain(&PLATFORM) {
            let rows: Vec<(Vec<u8>, i64)> =
                sqlx::query_as(sqlx::AssertSqlSafe(column.count_headers()))
                    .fetch_all(&mut *conn)
                    .await?;
            let values = rows
                .into_iter()
                .map(|(header, count)| {
                    let count = u64::try_from(count).map_err(Fault::internal)?;
                    Ok((SealedWith::read(&header), count))
                })
                .collect::<Result<_, Fault>>()?;
            statuses.push(ColumnStatus {
                column: *column,
                values,
            });
        }
        Ok(statuses)
    }
}
