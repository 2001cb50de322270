//! Stream → inbox: hands events to their handlers, many in one unit of work, and acknowledges what is
//! committed.
//!
//! Nothing is acknowledged that was not committed, and what cannot be handled is set aside, never
//! dropped. Broker, consumer and database may come and go.

use std::time::Duration;

use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use jianyi_db::Db;
use jianyi_kernel::Fault;
use jianyi_telemetry::Shutdown;
use jianyi_telemetry::figure::PROCESS_DURATION;
use jianyi_telemetry::metrics::Durations;

use crate::backoff::Backoff;
use crate::worker::{Worker, reply};
use crate::{Bus, Subscription};

const CHUNK: usize = 500;
const MAX_IN_FLIGHT: i64 = 1000;
/// How long an event that was delivered to a process that died stays undelivered.
const ACK_WAIT: Duration = Duration::from_secs(10);

/// Consumes a subscription until shutdown, which lets the chunk in work finish.
pub fn consume(
    bus: Bus,
    db: Db,
    subscription: Subscription,
    shutdown: Shutdown,
) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let worker = Worker {
            bus,
            db,
            subscription,
            shutdown,
            durations: Durations::of(&PROCESS_DURATION),
        };
        let mut backoff = Backoff::new(Duration::from_secs(2));
        while !worker.shutdown.is_triggered() {
            if let Err(fault) = worker.session(&mut backoff).await {
                tracing::debug!(%fault, consumer = worker.subscription.consumer(), "consumer starts over");
            }
            tokio::select! {
                () = worker.shutdown.wait() => {}
                () = backoff.wait() => {}
            }
        }
    })
}

impl Worker {
    /// Consumes until something about the consumer fails; then everything about it is made anew.
    async fn session(&self, backoff: &mut Backoff) -> Result<(), Fault> {
        let mut connections = self.bus.connections();
        let consumer = tokio::select! {
            () = self.shutdown.wait() => return Ok(()),
            consumer = self.bus.pull(self.subscription.context(), self.config()) => consumer?,
        };
        let Some(consumer) = consumer else {
            return Err(Fault::Unavailable("the stream is not declared yet".into()));
        };
        let messages = consumer
            .stream()
            .max_messages_per_batch(CHUNK)
            .expires(Duration::from_secs(30))
            .heartbeat(Duration::from_secs(5))
            .messages()
            .await
            .map_err(|error| Fault::Unavailable(format!("consumer: {error}")))?;
        let mut chunks = messages.ready_chunks(CHUNK);
        loop {
            let chunk = tokio::select! {
                () = self.shutdown.wait() => break,
                // A request for messages does not outlive its connection.
                _ = connections.changed() => break,
                chunk = chunks.next() => chunk,
            };
            let Some(chunk) = chunk else {
                return Err(Fault::Unavailable("the consumer ended".into()));
            };
            let mut failure = None;
            let messages = chunk
                .into_iter()
                .filter_map(|item| item.map_err(|error| failure = Some(error)).ok());
            self.take(messages.collect()).await;
            if let Some(error) = failure {
                return Err(Fault::Unavailable(format!("consumer: {error}")));
            }
            backoff.reset();
        }
        // What was fetched and not begun goes back at once, so that nobody need wait for it to time out.
        while let Some(Some(chunk)) = chunks.next().now_or_never() {
            for message in chunk.into_iter().flatten() {
                reply(&message, AckKind::Nak(None)).await;
            }
        }
        Ok(())
    }

    fn config(&self) -> pull::Config {
        pull::Config {
            durable_name: Some(self.subscription.consumer().to_owned()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: MAX_IN_FLIGHT,
            filter_subjects: self.subscription.subjects(),
            ..pull::Config::default()
        }
    }
}
