//! What becomes of the events of a chunk: committed and acknowledged, delivered again, or set aside.

use std::collections::HashSet;
use std::time::Duration;

use async_nats::jetstream::{AckKind, Message};
use jianyi_db::{Db, DeadLetter};
use jianyi_kernel::Fault;
use jianyi_telemetry::Shutdown;
use jianyi_telemetry::figure::{CONSUMER, INSTANCE};
use jianyi_telemetry::metrics::Durations;
use tokio::time::{Instant, sleep};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use crate::verdict::{self, Verdict};
use crate::{Bus, Delivery, Subscription, headers};

/// How often events are held on to while the database is away; shorter than the broker waits.
const HOLD: Duration = Duration::from_secs(5);

/// After how long an event that only a newer version knows is delivered again, perhaps to that.
const NEWER_VERSION_TURN: Duration = Duration::from_millis(500);
/// Deliveries after which there is no newer version any more: a minute and a half.
const NEWER_VERSION_PATIENCE: u32 = 180;

/// A message and what was read of it.
struct Item {
    message: Message,
    delivery: Delivery,
}

/// Handles the events of one subscription.
pub(crate) struct Worker {
    pub(crate) bus: Bus,
    pub(crate) db: Db,
    pub(crate) subscription: Subscription,
    pub(crate) shutdown: Shutdown,
    pub(crate) durations: Durations,
}

impl Worker {
    /// Brings every message to its end: acknowledged, to be delivered again, or set aside.
    pub(crate) async fn take(&self, messages: Vec<Message>) {
        let mut items = Vec::with_capacity(messages.len());
        for message in messages {
            match headers::read(&message) {
                Some(delivery) if self.subscription.handles(&delivery.type_name) => {
                    items.push(Item { message, delivery });
                }
                Some(delivery) if !self.subscription.asks_for(&message.subject) => {
                    self.leave_to_a_newer_version(&message, &delivery).await;
                }
                Some(delivery) => {
                    // A newer producer may know events that this consumer does not: not an error.
                    self.bus.count_unknown();
                    tracing::debug!(event.type = delivery.type_name, "no handler");
                    reply(&message, AckKind::Ack).await;
                }
                None => self.set_aside_unread(&message).await,
            }
        }
        if items.len() > 1 {
            match self.handle_all(&items).await {
                Ok(()) => {
                    for item in &items {
                        reply(&item.message, AckKind::Ack).await;
                    }
                    return;
                }
                Err(fault) => {
                    tracing::debug!(%fault, "a chunk failed; its events are handled one by one");
                }
            }
        }
        let mut rest = items.as_slice();
        while let [_, later @ ..] = rest {
            if !self.take_one(rest).await {
                break;
            }
            rest = later;
        }
        for item in rest {
            reply(&item.message, AckKind::Nak(None)).await;
        }
    }

    /// A newer version of this service widened the filter and knows what to do with the event; during an upgrade
    /// it runs beside this one. If it went away for good, the event waits for it among the dead letters.
    async fn leave_to_a_newer_version(&self, message: &Message, delivery: &Delivery) {
        if delivered(message) < NEWER_VERSION_PATIENCE {
            reply(message, AckKind::Nak(Some(NEWER_VERSION_TURN))).await;
            return;
        }
        let letter = self.letter(delivery, "NEWER_VERSION_NEEDED".into());
        self.set_aside(message, &letter).await;
    }

    /// All in one unit of work, or none.
    async fn handle_all(&self, items: &[Item]) -> Result<(), Fault> {
        let began = Instant::now();
        // They last until what was done for them is durable.
        let spans: Vec<Span> = items.iter().map(|item| self.span(item)).collect();
        let handled = self.handle_within(items, &spans).await;
        spans.iter().for_each(jianyi_telemetry::until_now);
        match &handled {
            Ok(()) => {
                let labels = [
                    (INSTANCE, self.bus.instance()),
                    (CONSUMER, self.subscription.consumer()),
                ];
                self.durations.record(began.elapsed(), &labels);
            }
            Err(fault) => {
                let code = verdict::code(fault);
                spans
                    .iter()
                    .for_each(|span| jianyi_telemetry::failed(span, &code));
            }
        }
        handled
    }

    async fn handle_within(&self, items: &[Item], spans: &[Span]) -> Result<(), Fault> {
        let Some((first, others)) = spans.split_first() else {
            return Ok(());
        };
        // One transaction has one place in a trace: with the first of its causes. The others it names.
        let call = self.subscription.call();
        let begin = self.db.begin_background(&call);
        let mut uow = begin.instrument(first.clone()).await?;
        for other in others {
            if let Some(other) = jianyi_telemetry::traceparent_of(other) {
                jianyi_telemetry::link(uow.span(), &other);
            }
        }
        let ids: Vec<Uuid> = items.iter().map(|item| item.delivery.event_id).collect();
        let fresh = uow.first_times(self.subscription.consumer(), &ids).await?;
        if fresh.is_empty() {
            return Ok(());
        }
        let mut fresh: HashSet<Uuid> = fresh.into_iter().collect();
        for (item, span) in items.iter().zip(spans) {
            // Taken out, because one chunk may hold the same event twice.
            if fresh.remove(&item.delivery.event_id) {
                let cause = jianyi_telemetry::traceparent_of(span);
                uow.caused_by(
                    cause.or_else(|| headers::traceparent(&item.message).map(str::to_owned)),
                );
                let handling = self.subscription.handle(&mut uow, &item.delivery);
                handling.instrument(span.clone()).await?;
            }
        }
        uow.commit_background().await
    }

    /// The handling of one event: a child of its publishing, so that a call and all it led to are one trace, and
    /// linked to it as well, as the conventions want it.
    fn span(&self, item: &Item) -> Span {
        let Delivery {
            event_id,
            type_name,
            ..
        } = &item.delivery;
        let span = tracing::info_span!(
            parent: None,
            "event",
            otel.kind = "consumer",
            otel.name = format!("process {type_name}"),
            messaging.system = "nats",
            messaging.operation.type = "process",
            messaging.consumer.group.name = self.subscription.consumer(),
            messaging.message.id = %event_id,
            jianyi.instance = self.bus.instance(),
        );
        if let Some(cause) = headers::traceparent(&item.message) {
            jianyi_telemetry::set_parent(&span, cause);
            jianyi_telemetry::link(&span, cause);
        }
        span
    }

    /// Handles the first of the items; the others are held while the database is away. `false` when
    /// the process ends and the database still is.
    async fn take_one(&self, items: &[Item]) -> bool {
        let Some(item) = items.first() else {
            return true;
        };
        loop {
            let Err(fault) = self.handle_all(std::slice::from_ref(item)).await else {
                reply(&item.message, AckKind::Ack).await;
                return true;
            };
            let away = matches!(fault, Fault::Unavailable(_))
                && self.hold_while_database_is_away(items).await;
            if !away {
                self.fail(item, &fault).await;
                return true;
            }
            if self.shutdown.is_triggered() {
                return false;
            }
        }
    }

    /// Whether the database was away; then it is back now, or the process ends.
    async fn hold_while_database_is_away(&self, items: &[Item]) -> bool {
        let mut away = false;
        while self.db.dead_letter_count().await.is_err() {
            if self.shutdown.is_triggered() {
                return true;
            }
            if !away {
                let consumer = self.subscription.consumer();
                tracing::warn!(consumer, "the database is away; events are held");
            }
            away = true;
            for item in items {
                reply(&item.message, AckKind::Progress).await;
            }
            tokio::select! {
                () = self.shutdown.wait() => {}
                () = sleep(HOLD) => {}
            }
        }
        away
    }

    async fn fail(&self, item: &Item, fault: &Fault) {
        let delivered = delivered(&item.message);
        match verdict::judge(fault, delivered) {
            Verdict::Again(after) => {
                tracing::debug!(%fault, delivered, event.id = %item.delivery.event_id, "event to be delivered again");
                reply(&item.message, AckKind::Nak(Some(after))).await;
            }
            Verdict::SetAside => {
                let letter = self.letter(&item.delivery, verdict::code(fault));
                self.set_aside(&item.message, &letter).await;
            }
        }
    }

    fn letter(&self, delivery: &Delivery, error: String) -> DeadLetter {
        DeadLetter {
            consumer: self.subscription.consumer().to_owned(),
            event_id: delivery.event_id,
            type_name: delivery.type_name.clone(),
            resource: delivery.resource.clone(),
            division: delivery.division.as_str().to_owned(),
            version: delivery.version,
            occurred_at: delivery.occurred_at,
            stream_sequence: i64::try_from(delivery.stream_sequence).unwrap_or(i64::MAX),
            data: delivery.data.to_vec(),
            error,
            set_aside_at: self.db.clock().now(),
        }
    }

    async fn set_aside_unread(&self, message: &Message) {
        let letter = headers::salvage(
            message,
            self.subscription.consumer(),
            "UNDECODABLE",
            self.db.clock().now(),
        );
        self.set_aside(message, &letter).await;
    }

    /// The message leaves the stream's care only once the letter is durable.
    async fn set_aside(&self, message: &Message, letter: &DeadLetter) {
        match self.db.set_aside(letter).await {
            Ok(()) => {
                tracing::error!(
                    event.type = letter.type_name,
                    event.id = %letter.event_id,
                    consumer = letter.consumer,
                    reason = letter.error,
                    "event set aside; an operator must look and replay it"
                );
                reply(message, AckKind::Term).await;
            }
            Err(fault) => {
                tracing::warn!(%fault, event.id = %letter.event_id, "event could not be set aside; it comes again");
                reply(message, AckKind::Nak(Some(HOLD))).await;
            }
        }
    }
}

/// How often it was delivered, this time included.
fn delivered(message: &Message) -> u32 {
    message
        .info()
        .map_or(1, |info| u32::try_from(info.delivered).unwrap_or(1))
}

/// A reply that is lost costs a redelivery and nothing else.
pub(crate) async fn reply(message: &Message, kind: AckKind) {
    if let Err(error) = message.ack_with(kind).await {
        tracing::debug!(error, "reply not sent");
    }
}
