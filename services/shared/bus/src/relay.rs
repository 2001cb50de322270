//! Outbox → stream: publishes what was committed, in order, until the stream has it.
//!
//! One relay per database leads; the others wait for its lock. Whatever fails, rows stay in the outbox
//! until they are acknowledged, and their ids let the stream drop what it has already.

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::jetstream::message::PublishMessage;
use futures::future::BoxFuture;
use jianyi_db::{Db, OutboxRow, RelayLock};
use jianyi_kernel::{Fault, Timestamp};
use jianyi_telemetry::Shutdown;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::Span;

use crate::backoff::Backoff;
use crate::{Bus, headers};

const BATCH: i64 = 1000;
/// In case a wake-up was missed, or another process committed.
const POLL: Duration = Duration::from_millis(500);
/// How often one who does not lead asks again.
const CANDIDACY: Duration = Duration::from_secs(2);
/// How much a broker that lost power may have forgotten, with much to spare.
const TAIL: time::Duration = time::Duration::minutes(10);
/// How long published rows stay; longer than [`TAIL`].
const KEEP: time::Duration = time::Duration::minutes(15);
/// How long a client may repeat a request and get the same answer.
const REPLIES: time::Duration = time::Duration::days(7);
const TIDY: Duration = Duration::from_secs(60);
/// How long the end of the process may be delayed to publish what is committed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Publishes this database's outbox until shutdown. Broker and database may come and go.
pub fn relay(bus: Bus, db: Db, shutdown: Shutdown) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let mut backoff = Backoff::new(Duration::from_secs(5));
        while !shutdown.is_triggered() {
            tokio::select! {
                () = shutdown.wait() => {}
                claimed = db.relay_lock() => match claimed {
                    Ok(Some(lock)) => {
                        backoff.reset();
                        Leader::new(bus.clone(), db.clone(), lock).serve(&shutdown).await;
                        pause(&shutdown, backoff.wait()).await;
                    }
                    Ok(None) => pause(&shutdown, sleep(CANDIDACY)).await,
                    Err(fault) => {
                        tracing::debug!(%fault, "the relay cannot reach its database");
                        pause(&shutdown, backoff.wait()).await;
                    }
                }
            }
        }
    })
}

async fn pause(shutdown: &Shutdown, until: impl Future<Output = ()>) {
    tokio::select! {
        () = shutdown.wait() => {}
        () = until => {}
    }
}

/// What a look into the outbox came to.
enum Round {
    /// Nothing was there.
    Empty,
    /// Everything that was there is published.
    Done,
    /// The stream did not take everything.
    Stuck,
}

struct Leader {
    bus: Bus,
    db: Db,
    lock: RelayLock,
    connections: watch::Receiver<u64>,
    tidied: Instant,
}

impl Leader {
    fn new(bus: Bus, db: Db, lock: RelayLock) -> Self {
        let connections = bus.connections();
        Self {
            bus,
            db,
            lock,
            connections,
            tidied: Instant::now(),
        }
    }

    /// Leads until shutdown or until the lock's connection is lost.
    async fn serve(mut self, shutdown: &Shutdown) {
        let lost = tokio::select! {
            () = shutdown.wait() => None,
            fault = self.lead() => Some(fault),
        };
        match lost {
            None => {
                if self.bus.is_connected() {
                    // What is not published now will be at the next start.
                    let _ = timeout(LAST_WORDS, self.drain()).await;
                }
                self.lock.release().await;
            }
            Some(fault) => {
                tracing::warn!(%fault, "the relay lost its database; taking it up again");
            }
        }
    }

    async fn lead(&mut self) -> Fault {
        loop {
            match self.lead_while_connected().await {
                Ok(()) => {}
                Err(fault) => return fault,
            }
        }
    }

    /// Every connection may be to a broker that lost its tail: the first, because this process may
    /// have gone down together with it, and each later one.
    async fn lead_while_connected(&mut self) -> Result<(), Fault> {
        self.bus.connected().await;
        self.connections.mark_unchanged();
        let requeued = self.lock.requeue_since(self.ago(TAIL)).await?;
        tracing::debug!(requeued, "publishing the tail again");
        let mut backoff = Backoff::new(Duration::from_secs(5));
        while !self.connections.has_changed().unwrap_or(false) {
            match self.round().await? {
                Round::Done => backoff.reset(),
                Round::Empty => {
                    backoff.reset();
                    self.tidy().await?;
                    tokio::select! {
                        () = self.db.outbox_woken() => {}
                        () = sleep(POLL) => {}
                    }
                }
                Round::Stuck => {
                    self.bus.connected().await;
                    self.bus.declare_again().await;
                    backoff.wait().await;
                }
            }
        }
        Ok(())
    }

    async fn drain(&mut self) -> Result<(), Fault> {
        while let Round::Done = self.round().await? {}
        Ok(())
    }

    /// Publishes one batch and marks the part of it that the stream has, up to the first failure.
    async fn round(&mut self) -> Result<Round, Fault> {
        let rows = self.lock.unpublished(BATCH).await?;
        if rows.is_empty() {
            return Ok(Round::Empty);
        }
        let mut acknowledged = 0;
        for wave in waves(&rows) {
            let taken = self.publish(wave).await;
            acknowledged += taken;
            if taken < wave.len() {
                break;
            }
        }
        let seqs: Vec<i64> = rows.iter().take(acknowledged).map(|row| row.seq).collect();
        if !seqs.is_empty() {
            self.lock
                .mark_published(&seqs, self.db.clock().now())
                .await?;
        }
        Ok(if acknowledged == rows.len() {
            Round::Done
        } else {
            Round::Stuck
        })
    }

    /// Publishes events with all acknowledgements in flight together; how many of them, from the
    /// first, the stream has.
    async fn publish(&self, rows: &[OutboxRow]) -> usize {
        let mut pending = Vec::with_capacity(rows.len());
        for row in rows {
            let span = span(row);
            let here = jianyi_telemetry::traceparent_of(&span);
            let message = PublishMessage::build()
                .payload(row.data.clone().into())
                .headers(headers::write(
                    row,
                    here.as_deref().or(row.traceparent.as_deref()),
                ));
            match self
                .bus
                .streams
                .send_publish(row.subject.clone(), message)
                .await
            {
                Ok(ack) => pending.push((ack, span)),
                Err(error) => {
                    tracing::warn!(%error, event.id = %row.event_id, "not published");
                    break;
                }
            }
        }
        let mut connections = self.connections.clone();
        let mut taken = 0;
        for (ack, span) in pending {
            let answer = tokio::select! {
                answer = ack.into_future() => answer,
                // Acknowledgements asked for over the old connection do not come over the new one.
                _ = connections.changed() => break,
            };
            match answer {
                Ok(stored) => {
                    span.record("jianyi.duplicate", stored.duplicate);
                }
                Err(error) => {
                    jianyi_telemetry::failed(&span, "not_acknowledged");
                    tracing::warn!(%error, "publishing stopped; what is left stays in the outbox");
                    break;
                }
            }
            taken += 1;
        }
        taken
    }

    async fn tidy(&mut self) -> Result<(), Fault> {
        if self.tidied.elapsed() >= TIDY {
            self.tidied = Instant::now();
            self.lock.forget_before(self.ago(KEEP)).await?;
            self.lock.forget_replies_before(self.ago(REPLIES)).await?;
        }
        Ok(())
    }

    fn ago(&self, span: time::Duration) -> Timestamp {
        Timestamp::from_offset(self.db.clock().now().as_offset() - span)
    }
}

/// The publishing of one event, in the trace of what it tells; it ends with the acknowledgement.
fn span(row: &OutboxRow) -> Span {
    let span = tracing::info_span!(
        parent: None,
        "publish",
        otel.kind = "producer",
        otel.name = format!("publish {}", row.type_name),
        messaging.system = "nats",
        messaging.operation.type = "send",
        messaging.destination.name = row.subject,
        messaging.message.id = %row.event_id,
        jianyi.duplicate = tracing::field::Empty,
    );
    if let Some(cause) = &row.traceparent {
        jianyi_telemetry::set_parent(&span, cause);
    }
    span
}

/// Cuts a batch so that no wave holds two events of one aggregate: within a wave a failure may let a
/// later event overtake an earlier one, between waves it cannot.
fn waves(rows: &[OutboxRow]) -> Vec<&[OutboxRow]> {
    let mut waves = Vec::new();
    let (mut seen, mut start) = (BTreeSet::new(), 0);
    for (place, row) in rows.iter().enumerate() {
        if !seen.insert(row.resource.as_str()) {
            waves.push(&rows[start..place]);
            seen = BTreeSet::from([row.resource.as_str()]);
            start = place;
        }
    }
    waves.push(&rows[start..]);
    waves
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Clock;

    use super::*;

    fn row(resource: &str) -> OutboxRow {
        let clock = Clock::system();
        OutboxRow {
            seq: 1,
            event_id: clock.new_uuid(),
            type_name: "t".into(),
            subject: "s".into(),
            resource: resource.into(),
            division: "410600".into(),
            version: 1,
            occurred_at: clock.now(),
            traceparent: None,
            data: Vec::new(),
        }
    }

    #[test]
    fn a_wave_never_holds_two_events_of_one_aggregate() {
        let rows = ["a", "b", "a", "c", "c", "d"].map(row);
        let waves: Vec<Vec<&str>> = waves(&rows)
            .iter()
            .map(|wave| wave.iter().map(|row| row.resource.as_str()).collect())
            .collect();
        assert_eq!(waves, [vec!["a", "b"], vec!["a", "c"], vec!["c", "d"]]);
    }
}
