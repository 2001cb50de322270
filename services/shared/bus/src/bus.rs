//! The connection to the message bus.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::{Context, ContextBuilder};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event};
use jianyi_kernel::Fault;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::{BusConfig, backoff};

/// How long a first connection is tried. Afterwards it is kept up for ever.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer of the stream is awaited.
const ANSWER: Duration = Duration::from_secs(5);

/// A connection to the message bus, cheap to clone; it mends itself.
#[derive(Clone, Debug)]
pub struct Bus {
    client: Client,
    pub(crate) streams: Context,
    /// Counts connections made: one that changes tells of a server that was away.
    connections: watch::Receiver<u64>,
    /// Whether there is a connection, as the client's own events tell.
    up: watch::Receiver<bool>,
    pub(crate) declared: Arc<Mutex<BTreeSet<String>>>,
    unknown: Arc<AtomicU64>,
    instance: Arc<str>,
}

impl Bus {
    /// Connects under a name that the server's own lists show.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the server does not answer within ten seconds or refuses the login.
    pub async fn connect(config: &BusConfig, client_name: &str) -> Result<Self, Fault> {
        let (made, connections) = watch::channel(0);
        let (told, up) = watch::channel(false);
        let give_up = Instant::now() + PATIENCE;
        let client = loop {
            match options(config, client_name, made.clone(), told.clone())
                .connect(addresses(config))
                .await
            {
                Ok(client) => break client,
                Err(error) => {
                    let refused = matches!(
                        error.kind(),
                        ConnectErrorKind::Authentication
                            | ConnectErrorKind::AuthorizationViolation
                            | ConnectErrorKind::ServerParse
                    );
                    if refused || Instant::now() >= give_up {
                        return Err(Fault::Unavailable(format!("nats: {}", error.kind())));
                    }
                    tokio::time::sleep(Duration::from_millis(250)).await;
                }
            }
        };
        // Events come by another way than the client: the first connection is no reconnection.
        let mut first = connections.clone();
        let _ = tokio::time::timeout(ANSWER, first.wait_for(|&count| count > 0)).await;
        let streams = ContextBuilder::new()
            .timeout(ANSWER)
            .ack_timeout(ANSWER)
            .build(client.clone());
        Ok(Self {
            client,
            streams,
            connections,
            up,
            declared: Arc::default(),
            unknown: Arc::default(),
            instance: client_name.into(),
        })
    }

    /// The name that this connection goes by.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Whether the server can be reached now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        matches!(self.client.connection_state(), State::Connected)
    }

    /// Events received so far whose type no handler here knows. They are not errors: a newer producer
    /// may know more.
    #[must_use]
    pub fn unknown_events(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }

    pub(crate) fn count_unknown(&self) {
        self.unknown.fetch_add(1, Ordering::Relaxed);
    }

    /// Changes with every connection made.
    pub(crate) fn connections(&self) -> watch::Receiver<u64> {
        let mut connections = self.connections.clone();
        connections.mark_unchanged();
        connections
    }

    /// Turns to false when the server goes away.
    pub(crate) fn up(&self) -> watch::Receiver<bool> {
        self.up.clone()
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Resolves when the server can be reached.
    pub(crate) async fn connected(&self) {
        while !self.is_connected() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn addresses(config: &BusConfig) -> Vec<String> {
    config
        .nats_url
        .split(',')
        .map(|url| url.trim().to_owned())
        .collect()
}

fn options(
    config: &BusConfig,
    client_name: &str,
    made: watch::Sender<u64>,
    told: watch::Sender<bool>,
) -> ConnectOptions {
    let options = ConnectOptions::new()
        .name(client_name)
        .max_reconnects(None)
        .reconnect_delay_callback(|attempts| {
            let n = u32::try_from(attempts).unwrap_or(u32::MAX);
            backoff::nth(n, Duration::from_millis(25), Duration::from_secs(2))
        })
        .ping_interval(Duration::from_secs(5))
        .event_callback(move |event| {
            let (made, told) = (made.clone(), told.clone());
            async move { note(&event, &made, &told) }
        });
    match (&config.nats_user, &config.nats_password) {
        (Some(user), Some(password)) => {
            options.user_and_password(user.clone(), password.expose("log in to the bus").clone())
        }
        (Some(user), None) => options.user_and_password(user.clone(), String::new()),
        (None, _) => options,
    }
}

fn note(event: &Event, made: &watch::Sender<u64>, told: &watch::Sender<bool>) {
    match event {
        Event::Connected => {
            told.send_replace(true);
            made.send_modify(|count| *count = count.wrapping_add(1));
            tracing::debug!("bus connected");
        }
        Event::Disconnected => {
            told.send_replace(false);
            tracing::warn!("bus disconnected; reconnecting");
        }
        Event::SlowConsumer(_) => tracing::warn!(%event, "bus delivers faster than it is read"),
        Event::ServerError(_) | Event::ClientError(_) => {
            tracing::warn!(%event, "bus reports an error");
        }
        Event::LameDuckMode | Event::Draining | Event::Closed => tracing::debug!(%event, "bus"),
    }
}
