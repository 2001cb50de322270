//! Events already handled: what turns at-least-once delivery into an exactly-once effect.

use jianyi_kernel::Fault;
use uuid::Uuid;

use crate::{Db, Uow};

impl Uow {
    /// Notes that `consumer` handles the event in this unit of work; `false` when it did before.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn first_time(&mut self, consumer: &str, event_id: Uuid) -> Result<bool, Fault> {
        let now = self.now();
        let done = sqlx::query(
            "insert into inbox (consumer, event_id, seen_at) values ($1, $2, $3) on conflict do nothing",
        )
        .bind(consumer)
        .bind(event_id)
        .bind(now)
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// [`Uow::first_time`] for many events in one statement: those that are new, each once.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn first_times(
        &mut self,
        consumer: &str,
        event_ids: &[Uuid],
    ) -> Result<Vec<Uuid>, Fault> {
        let now = self.now();
        // Sorted, so that two consumers of the same events wait for each other instead of deadlocking.
        Ok(sqlx::query_scalar(
            "insert into inbox (consumer, event_id, seen_at)
             select $1, id, $3 from unnest($2::uuid[]) as id order by id
             on conflict do nothing returning event_id",
        )
        .bind(consumer)
        .bind(event_ids)
        .bind(now)
        .fetch_all(self.conn())
        .await?)
    }
}

impl Db {
    /// Those of many events that `consumer` has handled.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn seen(&self, consumer: &str, event_ids: &[Uuid]) -> Result<Vec<Uuid>, Fault> {
        let mut conn = self.platform().await?;
        Ok(sqlx::query_scalar(
            "select event_id from inbox where consumer = $1 and event_id = any($2)",
        )
        .bind(consumer)
        .bind(event_ids)
        .fetch_all(&mut *conn)
        .await?)
    }
}
