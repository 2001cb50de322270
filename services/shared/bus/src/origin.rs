//! What a division itself said, in the stream that it was first written to: how much, how far, and which ids.
//!
//! Asked of the broker that has the stream, over the link when it is another's, so that what arrived here can be
//! compared with what was said there.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::context::ContextBuilder;
use futures::{StreamExt as _, TryStreamExt as _};
use jianyi_kernel::{Division, Fault, Timestamp};
use uuid::Uuid;

use crate::{Bus, headers, stream};

/// How long an answer over a link is awaited.
const ANSWER: Duration = Duration::from_secs(3);
/// How long a consumer that is asked only once may outlive its question.
const LEFT_BEHIND: Duration = Duration::from_secs(10);

/// Where an event was first written to a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// To this one, at the sequence that it has here.
    Here,
    /// To the stream of another broker, at this sequence.
    Elsewhere(u64),
    /// It was set aside and is handled again; that is not kept.
    Unknown,
}

/// Whose events are asked for.
#[derive(Clone, Debug)]
pub struct Own<'a> {
    /// The context that publishes them.
    pub context: &'a str,
    /// Who said them.
    pub division: &'a Division,
    /// The domain of the broker they were first published to; `None` is the one this bus is connected to.
    pub domain: Option<&'a str>,
    /// Events that are not asked about, as subjects name them.
    pub except: &'a [&'a str],
}

/// How much was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The subjects, each with its number of events.
    subjects: Vec<(String, u64)>,
}

/// The last event, or one that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its sequence.
    pub sequence: u64,
    /// When it was written.
    pub at: Timestamp,
}

/// One of them by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidId {
    /// Its sequence.
    pub sequence: u64,
    /// Its id; `None` when its envelope is not whole.
    pub id: Option<Uuid>,
}

impl Said {
    /// How many events there are.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.subjects.iter().map(|(_, count)| count).sum()
    }
}

impl Bus {
    /// How many events there are.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the broker or the link to it is away.
    pub async fn said(&self, own: &Own<'_>) -> Result<Said, Fault> {
        let stream = self.own_stream(own).await?;
        let found = stream
            .info_with_subjects(format!("jianyi.{}.{}.>", own.context, own.division))
            .await
            .map_err(away)?;
        let mut subjects: Vec<(String, usize)> = found.try_collect().await.map_err(away)?;
        subjects.retain(|(subject, _)| {
            let event = subject.split('.').nth(3).unwrap_or_default();
            !own.except.contains(&event)
        });
        let counted = |(subject, count)| (subject, u64::try_from(count).unwrap_or(u64::MAX));
        Ok(Said {
            subjects: subjects.into_iter().map(counted).collect(),
        })
    }

    /// How many of them are after a sequence.
    ///
    /// # Errors
    /// As [`Bus::said`].
    pub async fn said_after(
        &self,
        own: &Own<'_>,
        said: &Said,
        sequence: u64,
    ) -> Result<u64, Fault> {
        if said.subjects.is_empty() {
            return Ok(0);
        }
        let stream = self.own_stream(own).await?;
        let asked = stream
            .create_consumer(reading(said, sequence))
            .await
            .map_err(away)?;
        let pending = asked.cached_info().num_pending;
        // One that stays is gone after some seconds.
        let _ = stream.delete_consumer(&asked.cached_info().name).await;
        Ok(pending)
    }

    /// The last of them.
    ///
    /// # Errors
    /// As [`Bus::said`].
    pub async fn said_last(&self, own: &Own<'_>, said: &Said) -> Result<Option<Place>, Fault> {
        let stream = self.own_stream(own).await?;
        let mut last = None;
        for (subject, _) in &said.subjects {
            let message = stream
                .get_last_raw_message_by_subject(subject)
                .await
                .map_err(away)?;
            let place = Place {
                sequence: message.sequence,
                at: Timestamp::from_offset(message.time),
            };
            if last.is_none_or(|last: Place| last.sequence < place.sequence) {
                last = Some(place);
            }
        }
        Ok(last)
    }

    /// The first of them after a sequence.
    ///
    /// # Errors
    /// As [`Bus::said`].
    pub async fn said_first_after(
        &self,
        own: &Own<'_>,
        said: &Said,
        sequence: u64,
    ) -> Result<Option<Place>, Fault> {
        let stream = self.own_stream(own).await?;
        let mut first: Option<Place> = None;
        for (subject, _) in &said.subjects {
            let from = sequence.saturating_add(1);
            // A subject with nothing after it answers that there is no message.
            let Ok(message) = stream.get_first_raw_message_by_subject(subject, from).await else {
                continue;
            };
            if first.is_none_or(|first| message.sequence < first.sequence) {
                first = Some(Place {
                    sequence: message.sequence,
                    at: Timestamp::from_offset(message.time),
                });
            }
        }
        Ok(first)
    }

    /// The ids of those up to a sequence.
    ///
    /// # Errors
    /// As [`Bus::said`].
    pub async fn said_ids(
        &self,
        own: &Own<'_>,
        said: &Said,
        up_to: u64,
    ) -> Result<Vec<SaidId>, Fault> {
        if said.subjects.is_empty() {
            return Ok(Vec::new());
        }
        let stream = self.own_stream(own).await?;
        let consumer = stream
            .create_consumer(reading(said, 0))
            .await
            .map_err(away)?;
        let mut ids = Vec::new();
        if consumer.cached_info().num_pending == 0 {
            return Ok(ids);
        }
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(500)
            .messages()
            .await
            .map_err(away)?;
        let mut expected = 1;
        loop {
            let message = tokio::time::timeout(ANSWER, messages.next())
                .await
                .map_err(away)?
                .ok_or_else(|| Fault::Unavailable("the consumer ended".into()))?
                .map_err(away)?;
            let info = message.info().map_err(away)?;
            // Nothing is acknowledged, so what is lost on the way shows as a hole in the numbering.
            if info.consumer_sequence != expected {
                return Err(Fault::Unavailable("a message was lost on the way".into()));
            }
            expected += 1;
            if info.stream_sequence > up_to {
                break;
            }
            ids.push(SaidId {
                sequence: info.stream_sequence,
                id: headers::id(&message),
            });
            if info.pending == 0 {
                break;
            }
        }
        let _ = stream.delete_consumer(&consumer.cached_info().name).await;
        Ok(ids)
    }

    async fn own_stream(
        &self,
        own: &Own<'_>,
    ) -> Result<async_nats::jetstream::stream::Stream, Fault> {
        let context: Context = match own.domain {
            None => self.streams.clone(),
            Some(domain) => ContextBuilder::new()
                .domain(domain)
                .timeout(ANSWER)
                .build(self.client().clone()),
        };
        context
            .get_stream(stream::name(own.context))
            .await
            .map_err(away)
    }
}

fn reading(said: &Said, after: u64) -> pull::Config {
    pull::Config {
        deliver_policy: DeliverPolicy::ByStartSequence {
            start_sequence: after.saturating_add(1),
        },
        ack_policy: AckPolicy::None,
        filter_subjects: said.subjects.iter().map(|(name, _)| name.clone()).collect(),
        headers_only: true,
        inactive_threshold: LEFT_BEHIND,
        memory_storage: true,
        ..pull::Config::default()
    }
}

fn away(error: impl std::fmt::Display) -> Fault {
    Fault::Unavailable(format!("the stream does not answer: {error}"))
}
