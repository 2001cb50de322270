//! Brings the sources of one stream to what they shall be, and has those begin again that stand still although the
//! other side answers.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::Request;
use async_nats::jetstream::stream::{Config, Info, Source};
use jianyi_kernel::Fault;
use serde::Deserialize;
use tokio::time::{Instant, timeout};

use super::sources;
use crate::Bus;

/// How often a keeper looks.
pub(super) const LOOK: Duration = Duration::from_millis(250);
/// A source that works hears a heartbeat every second.
const STILL: Duration = Duration::from_millis(2500);
/// How long a source that was begun again has to show signs of life.
const GRACE: Duration = Duration::from_secs(3);
/// How long the other side may take to answer; one that is away is known at once.
const PROBE: Duration = Duration::from_secs(1);

/// Whether the other side of a link answers.
pub(super) struct Probe {
    /// What to ask.
    pub(super) subject: String,
    /// Where the answer is to come; an inbox of the connection's own when it may.
    pub(super) inbox: Option<String>,
}

pub(super) struct Keeper {
    bus: Bus,
    begun: BTreeMap<String, Instant>,
}

impl Keeper {
    pub(super) fn new(bus: Bus) -> Self {
        Self {
            bus,
            begun: BTreeMap::new(),
        }
    }

    pub(super) const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Sees to it that the stream has exactly the wanted sources where `ours` are meant, and that they work.
    /// `probe` says how to ask the other side of a source; one without is on this server. `false` when there is no
    /// such stream.
    pub(super) async fn tend(
        &mut self,
        stream: &str,
        wanted: &[Source],
        ours: impl Fn(&Source) -> bool,
        probe: impl Fn(&Source) -> Option<Probe>,
    ) -> Result<bool, Fault> {
        let Some(info) = self.info(stream).await? else {
            return Ok(false);
        };
        if let Some(config) = sources::mended(&info.config, wanted, ours) {
            self.update(config).await?;
            tracing::info!(stream, sources = wanted.len(), "sources declared");
            self.begun.insert(stream.to_owned(), Instant::now());
            return Ok(true);
        }
        if self
            .begun
            .get(stream)
            .is_some_and(|at| at.elapsed() < GRACE)
        {
            return Ok(true);
        }
        let mut awake = Vec::new();
        for source in wanted.iter().filter(|source| is_still(&info, source)) {
            let answers = match probe(source) {
                Some(probe) => self.answers(probe).await,
                None => true,
            };
            if answers {
                awake.push(source.clone());
            }
        }
        if awake.is_empty() {
            return Ok(true);
        }
        self.begin_again(&info.config, &awake).await?;
        tracing::info!(stream, sources = awake.len(), "sources begin again");
        self.begun.insert(stream.to_owned(), Instant::now());
        Ok(true)
    }

    /// Taken out and put in: the server then asks where it stopped, which it reads from what has arrived, so that
    /// nothing comes twice. Dying in between is mended by the next look.
    async fn begin_again(&self, config: &Config, still: &[Source]) -> Result<(), Fault> {
        let all = config.sources.clone().unwrap_or_default();
        let rest = all.iter().filter(|it| !still.contains(it)).cloned();
        self.update(sources::with(config, rest.collect())).await?;
        self.update(config.clone()).await
    }

    async fn answers(&self, probe: Probe) -> bool {
        let mut request = Request::new().timeout(Some(PROBE));
        if let Some(inbox) = probe.inbox {
            request = request.inbox(inbox);
        }
        let asked = self.bus.client().send_request(probe.subject, request);
        // The client's own limit does not cover an inbox of ours.
        let Ok(Ok(answer)) = timeout(PROBE, asked).await else {
            return false;
        };
        serde_json::from_slice::<Answer>(&answer.payload).is_ok_and(|answer| {
            answer
                .error
                .is_none_or(|error| error.err_code == CONSUMER_NOT_FOUND)
        })
    }

    pub(super) async fn info(&self, stream: &str) -> Result<Option<Info>, Fault> {
        let found = self.bus.stream_named(stream).await?;
        Ok(found.map(|stream| stream.cached_info().clone()))
    }

    pub(super) async fn update(&self, config: Config) -> Result<(), Fault> {
        let updated = self.bus.streams.update_stream(config).await;
        updated
            .map(|_| ())
            .map_err(|error| Fault::Unavailable(format!("sources not declared: {error}")))
    }
}

/// A consumer nobody made: the stream that was asked about is there.
const CONSUMER_NOT_FOUND: u64 = 10014;

#[derive(Deserialize)]
struct Answer {
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    err_code: u64,
}

/// Filters tell a stream's sources apart, names do not.
fn is_still(info: &Info, source: &Source) -> bool {
    let seen = info
        .sources
        .iter()
        .find(|it| it.name == source.name && it.filter_subject == source.filter_subject);
    seen.and_then(|it| it.active).is_none_or(|ago| ago > STILL)
}
