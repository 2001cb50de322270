//! Events that a consumer could not handle, kept until an operator replays them.

use jianyi_kernel::{Fault, Timestamp};
use uuid::Uuid;

use crate::{Db, Uow};

/// An event that was set aside.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeadLetter {
    /// The consumer that gave up.
    pub consumer: String,
    /// The event's id.
    pub event_id: Uuid,
    /// Full name of the message.
    #[sqlx(rename = "type")]
    pub type_name: String,
    /// Name of what it is about.
    pub resource: String,
    /// Six digits.
    pub division: String,
    /// Version of the aggregate after the change.
    pub version: i64,
    /// When the cause happened.
    pub occurred_at: Timestamp,
    /// Where in the stream it stands.
    pub stream_sequence: i64,
    /// The encoded message.
    pub data: Vec<u8>,
    /// A reason code; never personal data.
    pub error: String,
    /// When it was set aside.
    pub set_aside_at: Timestamp,
}

impl Db {
    /// Sets an event aside; a second time is harmless.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn set_aside(&self, letter: &DeadLetter) -> Result<(), Fault> {
        let mut conn = self.platform().await?;
        sqlx::query(
            "insert into dead_letter (consumer, event_id, type, resource, division, version, occurred_at,
                                      stream_sequence, data, error, set_aside_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        )
        .bind(&letter.consumer)
        .bind(letter.event_id)
        .bind(&letter.type_name)
        .bind(&letter.resource)
        .bind(&letter.division)
        .bind(letter.version)
        .bind(letter.occurred_at)
        .bind(letter.stream_sequence)
        .bind(&letter.data)
        .bind(&letter.error)
        .bind(letter.set_aside_at)
        .execute(&mut *conn)
        .await?;
        Ok(())
    }

    /// What was set aside, oldest first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn dead_letters(&self, limit: i64) -> Result<Vec<DeadLetter>, Fault> {
        let mut conn = self.platform().await?;
        Ok(
            sqlx::query_as("select * from dead_letter order by set_aside_at, event_id limit $1")
                .bind(limit)
                .fetch_all(&mut *conn)
                .await?,
        )
    }

    /// How many were set aside.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn dead_letter_count(&self) -> Result<i64, Fault> {
        let mut conn = self.platform().await?;
        Ok(sqlx::query_scalar("select count(*) from dead_letter")
            .fetch_one(&mut *conn)
            .await?)
    }
}

impl Uow {
    /// Takes a dead letter out, within the unit of work that handles it again.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn take_dead_letter(
        &mut self,
        consumer: &str,
        event_id: Uuid,
    ) -> Result<Option<DeadLetter>, Fault> {
        Ok(sqlx::query_as(
            "delete from dead_letter where consumer = $1 and event_id = $2 returning *",
        )
        .bind(consumer)
        .bind(event_id)
        .fetch_optional(self.conn())
        .await?)
    }
}
