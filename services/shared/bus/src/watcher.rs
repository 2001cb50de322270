//! Reads streams for a watcher, one reader a context, each taking up again where it was cut off.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use futures::StreamExt as _;
use futures::future::join_all;
use jianyi_kernel::Fault;
use jianyi_telemetry::Shutdown;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::{Bus, Cursor, Filter, Watched, headers};

const BATCH: usize = 256;
/// From so many events still to come on, a watcher is told that it is behind.
const BEHIND: u64 = 1000;
const TELL_AGAIN: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(2);

/// What readers tell the merged stream.
pub(crate) enum Found {
    /// Where reading starts.
    Start(Cursor),
    /// An event, and where in its context's stream it stands.
    Event(String, u64, Box<Watched>),
    /// So much is still to come.
    Lagging(u64),
}

/// Why a reader stopped reading its consumer.
enum Pause {
    /// There is nothing more to do.
    End,
    /// The consumer must be made anew.
    Again,
}

pub(crate) struct Watcher {
    pub(crate) bus: Bus,
    pub(crate) filter: Filter,
    pub(crate) sender: mpsc::Sender<Found>,
    pub(crate) stop: Shutdown,
}

impl Watcher {
    pub(crate) async fn run(self, subjects: Vec<(String, Vec<String>)>, cursor: Cursor) {
        let watching = async {
            let cursor = self.start(&subjects, cursor).await;
            let starts: Vec<u64> = subjects
                .iter()
                .map(|(context, _)| cursor.sequence(context).unwrap_or(0))
                .collect();
            if self.sender.send(Found::Start(cursor)).await.is_err() {
                return;
            }
            let readers = subjects
                .iter()
                .zip(starts)
                .map(|((context, subjects), seen)| self.read(context, subjects, seen));
            join_all(readers).await;
        };
        tokio::select! {
            () = self.stop.wait() => {}
            () = watching => {}
        }
    }

    /// Turns "from now on" into sequences, so that whoever resumes later resumes from here.
    async fn start(&self, subjects: &[(String, Vec<String>)], mut cursor: Cursor) -> Cursor {
        for (context, _) in subjects {
            let mut backoff = Backoff::new(LONGEST);
            while cursor.sequence(context).is_none() {
                match self.bus.stream_last_sequence(context).await {
                    Ok(last) => cursor.advance(context, last),
                    Err(_) => backoff.wait().await,
                }
            }
        }
        cursor
    }

    async fn read(&self, context: &str, subjects: &[String], mut seen: u64) {
        let mut backoff = Backoff::new(LONGEST);
        loop {
            let before = seen;
            match self.session(context, subjects, &mut seen).await {
                Ok(Pause::End) => return,
                Ok(Pause::Again) => {}
                Err(fault) => tracing::debug!(%fault, context, "watching starts over"),
            }
            if seen > before {
                backoff.reset();
            }
            backoff.wait().await;
        }
    }

    async fn session(
        &self,
        context: &str,
        subjects: &[String],
        seen: &mut u64,
    ) -> Result<Pause, Fault> {
        let mut connections = self.bus.connections();
        let Some(stream) = self.bus.stream(context).await? else {
            return Ok(if self.filter.until_caught_up {
                Pause::End
            } else {
                Pause::Again
            });
        };
        // A broker that lost its tail gets it again: rather a repeat than a gap.
        *seen = (*seen).min(stream.cached_info().state.last_sequence);
        let consumer = stream
            .create_consumer(config(subjects, *seen))
            .await
            .map_err(unavailable)?;
        if self.filter.until_caught_up && consumer.cached_info().num_pending == 0 {
            return Ok(Pause::End);
        }
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(BATCH)
            .heartbeat(Duration::from_secs(5))
            .messages()
            .await
            .map_err(unavailable)?;
        let (mut expected, mut told) = (1, None);
        loop {
            let message = tokio::select! {
                // A request for messages does not outlive its connection.
                _ = connections.changed() => return Ok(Pause::Again),
                message = messages.next() => message,
            };
            let Some(message) = message else {
                return Ok(Pause::Again);
            };
            let message = message.map_err(unavailable)?;
            let info = message
                .info()
                .map_err(|error| Fault::Unavailable(error.to_string()))?;
            // Nothing is acknowledged, so what is lost on the way shows as a hole in the numbering.
            if info.consumer_sequence != expected {
                return Ok(Pause::Again);
            }
            expected += 1;
            if info.stream_sequence > *seen {
                if !self.show(context, &message, info.stream_sequence).await {
                    return Ok(Pause::End);
                }
                *seen = info.stream_sequence;
            }
            if info.pending == 0 && self.filter.until_caught_up {
                return Ok(Pause::End);
            }
            let due = told.is_none_or(|at: Instant| at.elapsed() >= TELL_AGAIN);
            if info.pending >= BEHIND && due {
                told = Some(Instant::now());
                if self
                    .sender
                    .send(Found::Lagging(info.pending))
                    .await
                    .is_err()
                {
                    return Ok(Pause::End);
                }
            }
        }
    }

    /// Hands an event on unless it is denied or unreadable; `false` when nobody listens any more.
    async fn show(&self, context: &str, message: &Message, sequence: u64) -> bool {
        let denied = message
            .subject
            .as_str()
            .rsplit('.')
            .next()
            .is_none_or(|event| self.filter.deny.iter().any(|deny| deny == event));
        if denied {
            return true;
        }
        let Some(delivery) = headers::read(message) else {
            tracing::warn!(
                context,
                sequence,
                "an event without a whole envelope is not shown"
            );
            return true;
        };
        let event = Watched {
            cursor: Cursor::beginning(),
            id: delivery.event_id,
            type_name: delivery.type_name,
            source: headers::published_by(message).to_owned(),
            subject_resource: delivery.resource,
            division: delivery.division,
            time: delivery.occurred_at,
            sequence: delivery.version,
            traceparent: headers::traceparent(message).map(str::to_owned),
            data: delivery.data,
        };
        self.sender
            .send(Found::Event(context.to_owned(), sequence, Box::new(event)))
            .await
            .is_ok()
    }
}

fn config(subjects: &[String], seen: u64) -> pull::Config {
    pull::Config {
        deliver_policy: DeliverPolicy::ByStartSequence {
            start_sequence: seen + 1,
        },
        ack_policy: AckPolicy::None,
        filter_subjects: subjects.to_vec(),
        inactive_threshold: Duration::from_secs(30),
        memory_storage: true,
        ..pull::Config::default()
    }
}

fn unavailable(error: impl std::fmt::Display) -> Fault {
    Fault::Unavailable(format!("consumer: {error}"))
}
