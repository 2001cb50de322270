//! Events that are committed with the change that caused them and published by the relay afterwards.

use heck::ToSnakeCase as _;
use jianyi_kernel::{Division, Fault, Timestamp};
use prost::{Message, Name};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::Db;

/// A fact to publish with the current unit of work.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub(crate) type_name: String,
    pub(crate) subject: String,
    pub(crate) resource: String,
    pub(crate) division: Division,
    pub(crate) version: i64,
    pub(crate) data: Vec<u8>,
}

impl NewEvent {
    /// Wraps a message of `jianyi.<context>.events.v1`. `resource` is the name of what it is about and
    /// `version` that aggregate's version after the change: consumers use it to ignore what is older.
    #[must_use]
    pub fn of<E: Message + Name>(
        event: &E,
        resource: &str,
        division: &Division,
        version: i64,
    ) -> Self {
        let context = E::PACKAGE.split('.').nth(1).unwrap_or("unknown");
        let division = division.county();
        Self {
            type_name: E::full_name(),
            subject: format!("jianyi.{context}.{division}.{}", E::NAME.to_snake_case()),
            resource: resource.into(),
            division,
            version,
            data: event.encode_to_vec(),
        }
    }

    /// Addresses the event to a county: beside its ordinary readers it is carried down to that county's own
    /// broker, and nobody's live stream shows it. Its subject ends in the county's code.
    #[must_use]
    pub fn addressed_to(mut self, county: &Division) -> Self {
        self.subject = format!("{}.{}", self.subject, county.county());
        self
    }

    /// Addresses the event to every county: what the whole city must know while it is cut off.
    #[must_use]
    pub fn addressed_to_all(mut self) -> Self {
        self.subject.push_str(".all");
        self
    }

    pub(crate) fn resource(&self) -> &str {
        &self.resource
    }

    /// The event's type, the full name of its message.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }
}

/// An event that waits to be published.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OutboxRow {
    /// Order of insertion, not of commit.
    pub seq: i64,
    /// The event's id; also its `Nats-Msg-Id`.
    pub event_id: Uuid,
    /// Full name of the message.
    #[sqlx(rename = "type")]
    pub type_name: String,
    /// NATS subject.
    pub subject: String,
    /// Name of what it is about.
    pub resource: String,
    /// Six digits.
    pub division: String,
    /// Version of the aggregate after the change.
    pub version: i64,
    /// When the unit of work ran.
    pub occurred_at: Timestamp,
    /// W3C trace context of the cause.
    pub traceparent: Option<String>,
    /// The encoded message.
    pub data: Vec<u8>,
}

/// How far publishing is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxLag {
    /// Events not yet published.
    pub pending: i64,
    /// Age of the oldest of them in seconds; 0 when there is none.
    pub age_seconds: i64,
}

pub(crate) async fn append(
    conn: &mut PgConnection,
    id: Uuid,
    event: &NewEvent,
    now: Timestamp,
    traceparent: Option<&str>,
) -> Result<(), Fault> {
    // After a restore others may remember later versions than we do (ADR 0024).
    sqlx::query(
        "insert into outbox (event_id, type, subject, resource, division, version, occurred_at, traceparent, data)
         values ($1, $2, $3, $4, $5, $6 + (select coalesce(sum(version_gap), 0)::bigint from restorations),
                 $7, $8, $9)",
    )
    .bind(id)
    .bind(&event.type_name)
    .bind(&event.subject)
    .bind(&event.resource)
    .bind(event.division.as_str())
    .bind(event.version)
    .bind(now)
    .bind(traceparent)
    .bind(&event.data)
    .execute(conn)
    .await?;
    Ok(())
}

impl Db {
    /// Becomes the one relay of this database, or not: a session lock that falls with its connection.
    /// The connection is taken out of the pool for good.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn relay_lock(&self) -> Result<Option<RelayLock>, Fault> {
        let mut conn = self.everything().await?;
        let locked: bool = sqlx::query_scalar("select pg_try_advisory_lock(7274496)")
            .fetch_one(&mut conn)
            .await?;
        Ok(locked.then_some(RelayLock(conn)))
    }

    /// How far publishing is behind. Heads of the audit log are not counted: they follow every write, and
    /// nobody's work waits for them.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn outbox_lag(&self) -> Result<OutboxLag, Fault> {
        let mut conn = self.platform().await?;
        let (pending, oldest): (i64, Option<Timestamp>) = sqlx::query_as(
            "select count(*), min(occurred_at) from outbox
             where published_at is null and subject not like 'jianyi.audit.%'",
        )
        .fetch_one(&mut *conn)
        .await?;
        let age = oldest.map_or(time::Duration::ZERO, |at| {
            self.clock().now().as_offset() - at.as_offset()
        });
        Ok(OutboxLag {
            pending,
            age_seconds: age.whole_seconds().max(0),
        })
    }
}

/// Proof of being the only relay. Reads and marks on its own connection, so that losing the lock and
/// losing the ability to publish are one event.
#[derive(Debug)]
pub struct RelayLock(PgConnection);

impl RelayLock {
    /// Unpublished events in order of insertion. Never "after the last one seen": sequence values
    /// commit out of order, and a row would be skipped for ever.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn unpublished(&mut self, limit: i64) -> Result<Vec<OutboxRow>, Fault> {
        Ok(sqlx::query_as(
            "select seq, event_id, type, subject, resource, division, version, occurred_at, traceparent, data
             from outbox where published_at is null order by seq limit $1",
        )
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?)
    }

    /// Marks events as acknowledged by the stream. They stay a while, so that the tail can be
    /// published again after a broker lost power.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn mark_published(&mut self, seqs: &[i64], now: Timestamp) -> Result<(), Fault> {
        sqlx::query("update outbox set published_at = $2 where seq = any($1)")
            .bind(seqs)
            .bind(now)
            .execute(&mut self.0)
            .await?;
        Ok(())
    }

    /// Puts the events published since an instant back into the queue, after a broker lost its tail.
    /// Their ids let the stream drop those that it still has.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn requeue_since(&mut self, since: Timestamp) -> Result<u64, Fault> {
        let done = sqlx::query("update outbox set published_at = null where published_at >= $1")
            .bind(since)
            .execute(&mut self.0)
            .await?;
        Ok(done.rows_affected())
    }

    /// Forgets events that were published before an instant, and keeps how many there were of each kind. How many it
    /// forgot.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn forget_before(&mut self, before: Timestamp) -> Result<u64, Fault> {
        let gone: i64 = sqlx::query_scalar(
            "with gone as (
                 delete from outbox where published_at < $1
                 returning type as type_name, split_part(subject, '.', 5) as address, published_at),
             said as (
                 insert into outbox_said as known (day, type_name, address, events, first_at, last_at)
                 select (published_at at time zone 'Asia/Shanghai')::date, type_name, address, count(*),
                        min(published_at), max(published_at)
                 from gone group by 1, 2, 3
                 on conflict (day, type_name, address) do update
                 set events = known.events + excluded.events, first_at = least(known.first_at, excluded.first_at),
                     last_at = greatest(known.last_at, excluded.last_at))
             select count(*) from gone",
        )
        .bind(before)
        .fetch_one(&mut self.0)
        .await?;
        Ok(u64::try_from(gone).unwrap_or_default())
    }

    /// Forgets replies that were given before an instant; repeating such a request is then a new one.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn forget_replies_before(&mut self, before: Timestamp) -> Result<u64, Fault> {
        let done = sqlx::query("delete from idempotency where created_at < $1")
            .bind(before)
            .execute(&mut self.0)
            .await?;
        Ok(done.rows_affected())
    }

    /// Gives the lock up by closing its connection.
    pub async fn release(self) {
        // Closing is what releases; an error while closing means it is closed already.
        let _ = self.0.close().await;
    }
}
