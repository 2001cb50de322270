//! Streams and consumers as the server keeps them: declared, asked about, removed.

use std::sync::PoisonError;
use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::{self, Consumer, pull};
use async_nats::jetstream::context::{
    ConsumerInfoErrorKind, CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind,
};
use async_nats::jetstream::stream::{
    Config, ConsumerErrorKind, RetentionPolicy, StorageType, Stream,
};
use jianyi_kernel::Fault;

use crate::backoff::Backoff;
use crate::{Bus, Subscription};

/// How long the stream remembers ids, to drop events that are published twice.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(2 * 60 * 60);

/// How far a consumer is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerLag {
    /// The consumer's durable name.
    pub consumer: String,
    /// Events not yet delivered to it.
    pub pending: u64,
    /// Events delivered and not yet acknowledged.
    pub in_flight: u64,
}

/// The name of a context's stream.
pub(crate) fn name(context: &str) -> String {
    format!("JY_{}", context.to_uppercase())
}

impl Bus {
    /// Declares a context's stream: everything it publishes, kept for ever. Waits while the server is
    /// away.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the server answers that it will not.
    pub async fn declare_stream(&self, context: &str) -> Result<(), Fault> {
        let mut backoff = Backoff::new(Duration::from_secs(5));
        loop {
            match self.declare_once(context).await {
                Ok(()) => break,
                Err(fault @ Fault::Unavailable(_)) => {
                    tracing::debug!(%fault, context, "stream not declared yet");
                }
                Err(fault) => return Err(fault),
            }
            backoff.wait().await;
        }
        self.declared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(context.to_owned());
        Ok(())
    }

    /// Declares a stream that this process does not publish to, if the server answers; a server that lost it gets it
    /// back like the others.
    pub(crate) async fn ensure_stream(&self, context: &str) -> Result<(), Fault> {
        self.declare_once(context).await?;
        self.declared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(context.to_owned());
        Ok(())
    }

    /// Declares once more what was declared before: for a server that came back with empty hands.
    pub(crate) async fn declare_again(&self) {
        let declared = self
            .declared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for context in declared {
            if let Err(fault) = self.declare_once(&context).await {
                tracing::debug!(%fault, context, "stream not declared again");
            }
        }
    }

    async fn declare_once(&self, context: &str) -> Result<(), Fault> {
        let wanted = Config {
            name: name(context),
            subjects: vec![format!("jianyi.{context}.>")],
            storage: StorageType::File,
            retention: RetentionPolicy::Limits,
            duplicate_window: DUPLICATE_WINDOW,
            deny_delete: true,
            ..Config::default()
        };
        let stream = self
            .streams
            .get_or_create_stream(wanted.clone())
            .await
            .map_err(not_declared)?;
        let found = &stream.cached_info().config;
        if found.subjects != wanted.subjects || found.duplicate_window != wanted.duplicate_window {
            // Sources among the rest: those who keep them are others.
            let mended = Config {
                subjects: wanted.subjects,
                duplicate_window: wanted.duplicate_window,
                ..found.clone()
            };
            self.streams
                .update_stream(mended)
                .await
                .map_err(not_declared)?;
        }
        Ok(())
    }

    /// A context's stream; `None` when nobody declared it yet.
    pub(crate) async fn stream(&self, context: &str) -> Result<Option<Stream>, Fault> {
        self.stream_named(&name(context)).await
    }

    /// A stream by its own name.
    pub(crate) async fn stream_named(&self, name: &str) -> Result<Option<Stream>, Fault> {
        match self.streams.get_stream(name).await {
            Ok(stream) => Ok(Some(stream)),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(e)
                    if e.error_code() == ErrorCode::STREAM_NOT_FOUND =>
                {
                    Ok(None)
                }
                GetStreamErrorKind::JetStream(_) | GetStreamErrorKind::Request => {
                    Err(Fault::Unavailable("the stream does not answer".into()))
                }
                GetStreamErrorKind::EmptyName | GetStreamErrorKind::InvalidStreamName => {
                    Err(Fault::internal(error))
                }
            },
        }
    }

    /// The sequence of the last event of a context; 0 when there is none.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer.
    pub async fn stream_last_sequence(&self, context: &str) -> Result<u64, Fault> {
        Ok(self
            .stream(context)
            .await?
            .map_or(0, |stream| stream.cached_info().state.last_sequence))
    }

    /// How far the consumers are behind. One that the server does not know yet is left out: how far it
    /// is behind is unknown.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer.
    pub async fn consumer_lag(
        &self,
        subscriptions: &[&Subscription],
    ) -> Result<Vec<ConsumerLag>, Fault> {
        let mut lags = Vec::with_capacity(subscriptions.len());
        for subscription in subscriptions {
            let Some(stream) = self.stream(subscription.context()).await? else {
                continue;
            };
            match stream.consumer_info(subscription.consumer()).await {
                Ok(info) => lags.push(ConsumerLag {
                    consumer: subscription.consumer().to_owned(),
                    pending: info.num_pending,
                    in_flight: u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX),
                }),
                Err(error) => match error.kind() {
                    ConsumerInfoErrorKind::NotFound | ConsumerInfoErrorKind::StreamNotFound => {}
                    ConsumerInfoErrorKind::InvalidName => return Err(Fault::internal(error)),
                    ConsumerInfoErrorKind::Offline
                    | ConsumerInfoErrorKind::Request
                    | ConsumerInfoErrorKind::JetStream(_)
                    | ConsumerInfoErrorKind::TimedOut
                    | ConsumerInfoErrorKind::NoResponders => {
                        return Err(Fault::Unavailable("the stream does not answer".into()));
                    }
                },
            }
        }
        Ok(lags)
    }

    /// Removes a durable consumer, so that it starts over; harmless when there is none.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer.
    pub async fn delete_consumer(&self, context: &str, durable: &str) -> Result<(), Fault> {
        let Some(stream) = self.stream(context).await? else {
            return Ok(());
        };
        match stream.delete_consumer(durable).await {
            Ok(_) => Ok(()),
            Err(error) => match error.kind() {
                ConsumerErrorKind::JetStream(e)
                    if e.error_code() == ErrorCode::CONSUMER_NOT_FOUND =>
                {
                    Ok(())
                }
                ConsumerErrorKind::InvalidConsumerType | ConsumerErrorKind::InvalidName => {
                    Err(Fault::internal(error))
                }
                ConsumerErrorKind::TimedOut
                | ConsumerErrorKind::Request
                | ConsumerErrorKind::JetStream(_)
                | ConsumerErrorKind::Other => {
                    Err(Fault::Unavailable("the stream does not answer".into()))
                }
            },
        }
    }

    /// Creates a consumer, or brings the one of that name to this configuration. Its filter only ever widens:
    /// during an upgrade an older instance asks for less than a newer one beside it, and what passed while the
    /// filter was narrow would be passed over for good.
    pub(crate) async fn pull(
        &self,
        context: &str,
        mut config: pull::Config,
    ) -> Result<Option<Consumer<pull::Config>>, Fault> {
        let Some(stream) = self.stream(context).await? else {
            return Ok(None);
        };
        let away = |error: &dyn std::fmt::Display| Fault::Unavailable(format!("consumer: {error}"));
        if let Some(durable) = &config.durable_name
            && let Some(found) = find(&stream, durable).await?
        {
            let wanted = config.filter_subjects.len();
            config.filter_subjects = widened(filters(&found), config.filter_subjects);
            // Left alone where it fits, so that two who start at once do not overwrite one another.
            let fits = found.ack_wait == config.ack_wait
                && found.max_ack_pending == config.max_ack_pending
                && widened(filters(&found), Vec::new()) == config.filter_subjects;
            if config.filter_subjects.len() > wanted {
                tracing::debug!(
                    consumer = durable,
                    "the filter stays as wide as a newer version made it"
                );
            }
            if fits {
                let consumer = stream.get_consumer(durable).await;
                return consumer.map(Some).map_err(|error| away(&error));
            }
        }
        let consumer = stream.create_consumer(config).await;
        consumer.map(Some).map_err(|error| away(&error))
    }
}

async fn find(stream: &Stream, durable: &str) -> Result<Option<consumer::Config>, Fault> {
    match stream.consumer_info(durable).await {
        Ok(info) => Ok(Some(info.config)),
        Err(error) if matches!(error.kind(), ConsumerInfoErrorKind::NotFound) => Ok(None),
        Err(_) => Err(Fault::Unavailable("the stream does not answer".into())),
    }
}

fn filters(config: &consumer::Config) -> Vec<String> {
    let one = Some(config.filter_subject.clone()).filter(|it| !it.is_empty());
    one.into_iter()
        .chain(config.filter_subjects.iter().cloned())
        .collect()
}

/// All subjects of both, without those that another one covers: the server refuses filters that overlap.
fn widened(mut subjects: Vec<String>, more: Vec<String>) -> Vec<String> {
    subjects.extend(more);
    subjects.sort_unstable();
    subjects.dedup();
    let all = subjects.clone();
    subjects.retain(|subject| !all.iter().any(|it| it != subject && covers(it, subject)));
    subjects
}

/// Whether every subject that the second pattern matches is matched by the first.
pub(crate) fn covers(wide: &str, narrow: &str) -> bool {
    let (mut wide, mut narrow) = (wide.split('.'), narrow.split('.'));
    loop {
        match (wide.next(), narrow.next()) {
            (Some(">"), Some(_)) | (None, None) => return true,
            (Some("*"), Some(token)) if token != ">" => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

pub(crate) fn not_declared(error: CreateStreamError) -> Fault {
    match error.kind() {
        // 10058 and the like say that the server understood and refuses; all else may pass.
        CreateStreamErrorKind::JetStream(e) if e.code() < 500 => Fault::internal(error),
        CreateStreamErrorKind::EmptyStreamName
        | CreateStreamErrorKind::InvalidStreamName
        | CreateStreamErrorKind::DomainAndExternalSet => Fault::internal(error),
        CreateStreamErrorKind::JetStream(_)
        | CreateStreamErrorKind::JetStreamUnavailable
        | CreateStreamErrorKind::TimedOut
        | CreateStreamErrorKind::Response
        | CreateStreamErrorKind::NotFound
        | CreateStreamErrorKind::ResponseParse => {
            Fault::Unavailable("the stream cannot be declared now".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_another_covers_is_left_out() {
        let subjects = |all: &[&str]| all.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let (old, new) = (["a.*.x", "a.*.x.*"], ["a.*.y", "a.*.x"]);
        assert_eq!(
            widened(subjects(&old), subjects(&new)),
            ["a.*.x", "a.*.x.*", "a.*.y"]
        );
        assert_eq!(widened(subjects(&["a.>"]), subjects(&new)), ["a.>"]);
        assert_eq!(widened(subjects(&new), subjects(&["a.*.*"])), ["a.*.*"]);
        assert!(!covers("a.*", "a.>") && !covers("a.*", "a.b.c") && covers("a.b", "a.b"));
    }
}
