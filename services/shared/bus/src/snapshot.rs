//! A stream as a whole, out of a server and into another one: for backups.
//!
//! The server's own format is passed on unread: it keeps sequences, times, ids and how far each consumer got.

use std::collections::HashSet;
use std::time::Duration;

use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::Config;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use jianyi_kernel::{Fault, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{Bus, stream};

/// How long the next piece of a stream may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much is on its way at a time.
const CHUNK: usize = 128 * 1024;
/// Placeholders published at a time.
const WAVE: u64 = 2000;

/// What the server must be told to take a stream back: its configuration and state, in the server's own words.
#[derive(Debug, Clone)]
pub struct StreamImage {
    /// The stream's name.
    pub name: String,
    /// Configuration, JSON.
    pub config: Value,
    /// State, JSON.
    pub state: Value,
}

impl StreamImage {
    /// The sequence of its last event.
    #[must_use]
    pub fn last_sequence(&self) -> u64 {
        self.state["last_seq"].as_u64().unwrap_or(0)
    }

    /// How many events it holds.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.state["messages"].as_u64().unwrap_or(0)
    }
}

#[derive(Deserialize)]
struct Snapshot {
    error: Option<Refusal>,
    #[serde(default)]
    config: Value,
    #[serde(default)]
    state: Value,
}

#[derive(Deserialize)]
struct Restore {
    error: Option<Refusal>,
    deliver_subject: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    description: String,
}

impl Bus {
    /// Names of all streams of Jianyi on this server.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer.
    pub async fn stream_names(&self) -> Result<Vec<String>, Fault> {
        let names: Vec<String> = self
            .streams
            .stream_names()
            .try_collect()
            .await
            .map_err(|_| away("the streams cannot be listed"))?;
        let mut names: Vec<String> = names
            .into_iter()
            .filter(|name| name.starts_with("JY_"))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Hands a stream with its consumers over, piece by piece.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server stops answering; what `take` says.
    pub async fn snapshot_stream(
        &self,
        name: &str,
        mut take: impl AsyncFnMut(Bytes) -> Result<(), Fault>,
    ) -> Result<StreamImage, Fault> {
        let inbox = self.client().new_inbox();
        let mut pieces = self
            .client()
            .subscribe(inbox.clone())
            .await
            .map_err(|_| away("the bus does not answer"))?;
        let request = json!({ "deliver_subject": inbox, "chunk_size": CHUNK });
        let answer = self
            .ask_api(&format!("STREAM.SNAPSHOT.{name}"), &request)
            .await?;
        let answer: Snapshot = serde_json::from_slice(&answer).map_err(Fault::internal)?;
        if let Some(error) = answer.error {
            return Err(away(&error.description));
        }
        loop {
            let piece = timeout(PATIENCE, pieces.next()).await;
            let Ok(Some(piece)) = piece else {
                return Err(away("the stream stopped half way"));
            };
            // The last piece is empty; a status other than success says why it came too early.
            if piece.payload.is_empty() {
                return match piece.status {
                    Some(status) if status.as_u16() >= 400 => {
                        Err(away(&piece.description.unwrap_or_default()))
                    }
                    _ => Ok(StreamImage {
                        name: name.to_owned(),
                        config: answer.config,
                        state: answer.state,
                    }),
                };
            }
            take(piece.payload).await?;
            if let Some(reply) = piece.reply {
                // Tells the server to go on; one that is lost shows as a piece that does not come.
                let _ = self.client().publish(reply, Bytes::new()).await;
            }
        }
    }

    /// Takes a stream with its consumers back. The server refuses one that is there already.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not take it; what `next` says.
    pub async fn restore_stream(
        &self,
        image: &StreamImage,
        mut next: impl AsyncFnMut() -> Result<Option<Bytes>, Fault>,
    ) -> Result<(), Fault> {
        let request = json!({ "config": image.config, "state": image.state });
        let subject = format!("STREAM.RESTORE.{}", image.name);
        let answer = self.ask_api(&subject, &request).await?;
        let answer: Restore = serde_json::from_slice(&answer).map_err(Fault::internal)?;
        let deliver = match answer {
            Restore {
                error: None,
                deliver_subject: Some(deliver),
            } => deliver,
            Restore { error, .. } => {
                let why = error.map_or_else(String::new, |error| error.description);
                return Err(away(&format!("{} is not taken back: {why}", image.name)));
            }
        };
        while let Some(piece) = next().await? {
            for part in piece.chunks(CHUNK) {
                self.hand_over(&deliver, piece.slice_ref(part)).await?;
            }
        }
        self.hand_over(&deliver, Bytes::new()).await
    }

    async fn hand_over(&self, deliver: &str, piece: Bytes) -> Result<(), Fault> {
        let asked = self.client().request(deliver.to_owned(), piece);
        let Ok(Ok(answer)) = timeout(PATIENCE, asked).await else {
            return Err(away("the server stopped taking the stream"));
        };
        match serde_json::from_slice::<Restore>(&answer.payload) {
            Ok(Restore {
                error: Some(error), ..
            }) => Err(away(&error.description)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Ids of the events that a stream has taken in since an instant, and perhaps of older ones.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer.
    pub async fn event_ids_since(
        &self,
        name: &str,
        since: Timestamp,
    ) -> Result<HashSet<Uuid>, Fault> {
        let Some(stream) = self.stream_named(name).await? else {
            return Ok(HashSet::new());
        };
        let refused = |_| away("the stream cannot be read");
        // Looking for an instant, a broker of 2.15 begins behind the gap that a restore has left at a stream's end.
        let deliver_policy = match stream.cached_info().state.deleted_count {
            Some(1..) => DeliverPolicy::All,
            Some(0) | None => DeliverPolicy::ByStartTime {
                start_time: since.as_offset(),
            },
        };
        let consumer = stream
            .create_consumer(pull::Config {
                deliver_policy,
                ack_policy: AckPolicy::None,
                headers_only: true,
                inactive_threshold: PATIENCE,
                ..pull::Config::default()
            })
            .await
            .map_err(refused)?;
        let mut left = consumer.cached_info().num_pending;
        let mut ids = HashSet::new();
        while left > 0 {
            let mut batch = consumer
                .fetch()
                .max_messages(usize::try_from(left.min(500)).unwrap_or(500))
                .messages()
                .await
                .map_err(|_| away("the stream cannot be read"))?;
            let mut got = 0_u64;
            while let Some(message) = batch.next().await {
                let message = message.map_err(|_| away("the stream cannot be read"))?;
                got += 1;
                let id = message
                    .headers
                    .as_ref()
                    .and_then(|headers| headers.get(NATS_MESSAGE_ID))
                    .and_then(|id| Uuid::parse_str(id.as_str()).ok());
                ids.extend(id);
            }
            if got == 0 {
                break;
            }
            left = left.saturating_sub(got);
        }
        Ok(ids)
    }

    /// Makes a stream go on after a gap of this many sequences, which nobody who read it before it was restored
    /// has seen: a reader that remembers a sequence would pass over what gets one that it knows. Returns the last
    /// sequence.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer.
    pub async fn skip_sequences(&self, name: &str, count: u64) -> Result<u64, Fault> {
        let stream = self.stream_named(name).await?;
        let stream = stream.ok_or_else(|| away("there is no such stream"))?;
        let config = stream.cached_info().config.clone();
        // A subject that nobody publishes on and nobody's filter lets through; taken away again below.
        let subject = format!("restored.{name}");
        let mut open: Config = config.clone();
        open.subjects.push(subject.clone());
        self.update(open).await?;
        let before = stream.cached_info().state.last_sequence;
        let goal = before.saturating_add(count);
        let mut last = before;
        while last < goal {
            let wave = (goal - last).min(WAVE);
            for _ in 1..wave {
                let sent = self.client().publish(subject.clone(), Bytes::new()).await;
                sent.map_err(|_| away("the bus does not take placeholders"))?;
            }
            // Its number says how many of the wave were stored: an overloaded stream drops what nobody waits for.
            let sent = self.streams.publish(subject.clone(), Bytes::new()).await;
            let stored = sent.map_err(|_| away("the stream does not take placeholders"))?;
            let stored = stored.await;
            last = stored
                .map_err(|_| away("the stream does not take placeholders"))?
                .sequence;
        }
        stream
            .purge()
            .filter(subject)
            .await
            .map_err(|_| away("the placeholders stay"))?;
        self.update(config).await?;
        let stream = self.stream_named(name).await?;
        Ok(stream.map_or(0, |stream| stream.cached_info().state.last_sequence))
    }

    /// Removes a stream with all that is in it, to make room for a restored one.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer.
    pub async fn delete_stream(&self, name: &str) -> Result<(), Fault> {
        let deleted = self.streams.delete_stream(name).await;
        deleted
            .map(drop)
            .map_err(|_| away("the stream is not deleted"))
    }

    async fn update(&self, config: Config) -> Result<(), Fault> {
        let updated = self.streams.update_stream(config).await;
        updated.map(drop).map_err(stream::not_declared)
    }

    async fn ask_api(&self, subject: &str, request: &Value) -> Result<Bytes, Fault> {
        let payload = serde_json::to_vec(request).map_err(Fault::internal)?;
        let subject = format!("$JS.API.{subject}");
        let asked = self.client().request(subject, payload.into());
        match timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => Ok(answer.payload),
            Ok(Err(_)) | Err(_) => Err(away("the bus does not answer")),
        }
    }
}

fn away(why: &str) -> Fault {
    Fault::Unavailable(why.to_owned())
}
