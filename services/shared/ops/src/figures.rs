//! The levels of one instance, taken every so often: outbox, consumers, dead letters, connections.
//!
//! Taken by the instance itself, so that whoever watches needs no login to any database or broker.

use std::sync::Arc;

use jianyi_bus::{Bus, Subscription};
use jianyi_db::Db;
use jianyi_kernel::Fault;
use jianyi_telemetry::Shutdown;
use jianyi_telemetry::figure::{self, CONNECTION_STATE, CONSUMER, DEPENDENCY, INSTANCE, POOL};
use jianyi_telemetry::metrics::{self, Level, Sum};

/// Measures one instance.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) instance: String,
    pub(crate) db: Db,
    pub(crate) bus: Bus,
    pub(crate) subscriptions: Arc<Vec<Subscription>>,
}

/// What is measured.
struct Levels {
    connections: Sum,
    connections_max: Sum,
    outbox_pending: Level,
    outbox_age: Level,
    consumer_pending: Level,
    consumer_in_flight: Level,
    dead_letters: Level,
    up: Level,
}

impl Levels {
    fn new() -> Self {
        Self {
            connections: Sum::of(&figure::CONNECTIONS),
            connections_max: Sum::of(&figure::CONNECTIONS_MAX),
            outbox_pending: Level::of(&figure::OUTBOX_PENDING),
            outbox_age: Level::of(&figure::OUTBOX_AGE),
            consumer_pending: Level::of(&figure::CONSUMER_PENDING),
            consumer_in_flight: Level::of(&figure::CONSUMER_IN_FLIGHT),
            dead_letters: Level::of(&figure::DEAD_LETTERS),
            up: Level::of(&figure::DEPENDENCY_UP),
        }
    }
}

impl Figures {
    /// Measures until shutdown; at once done when nobody would see it.
    pub(crate) async fn keep(self, shutdown: Shutdown) {
        let Some(every) = metrics::interval() else {
            return;
        };
        let levels = Levels::new();
        loop {
            self.take(&levels).await;
            tokio::select! {
                () = shutdown.wait() => return,
                () = tokio::time::sleep(every) => {}
            }
        }
    }

    async fn take(&self, levels: &Levels) {
        self.connections(levels);
        let stored = self.stored(levels).await;
        self.up(levels, "postgresql", stored.is_ok());
        self.up(levels, "nats", self.bus.is_connected());
        let consumed = self.consumed(levels).await;
        for fault in [stored.err(), consumed.err()].into_iter().flatten() {
            tracing::debug!(%fault, "some figures cannot be taken now");
        }
    }

    fn connections(&self, levels: &Levels) {
        let instance = (INSTANCE, self.instance.as_str());
        let pool = (POOL, self.db.name());
        let now = self.db.connections();
        for (state, count) in [("idle", now.idle), ("used", now.used)] {
            let labels = [instance, pool, (CONNECTION_STATE, state)];
            levels.connections.set(count.into(), &labels);
        }
        levels
            .connections_max
            .set(now.most.into(), &[instance, pool]);
    }

    async fn stored(&self, levels: &Levels) -> Result<(), Fault> {
        let labels = [(INSTANCE, self.instance.as_str())];
        let lag = self.db.outbox_lag().await?;
        levels.outbox_pending.set(lag.pending, &labels);
        levels.outbox_age.set(lag.age_seconds, &labels);
        let letters = self.db.dead_letter_count().await?;
        levels.dead_letters.set(letters, &labels);
        Ok(())
    }

    async fn consumed(&self, levels: &Levels) -> Result<(), Fault> {
        if !self.bus.is_connected() {
            return Ok(());
        }
        let subscriptions: Vec<&Subscription> = self.subscriptions.iter().collect();
        for lag in self.bus.consumer_lag(&subscriptions).await? {
            let labels = [
                (INSTANCE, self.instance.as_str()),
                (CONSUMER, &lag.consumer),
            ];
            let number = |n| i64::try_from(n).unwrap_or(i64::MAX);
            levels.consumer_pending.set(number(lag.pending), &labels);
            levels
                .consumer_in_flight
                .set(number(lag.in_flight), &labels);
        }
        Ok(())
    }

    fn up(&self, levels: &Levels, dependency: &str, is_up: bool) {
        let labels = [(INSTANCE, self.instance.as_str()), (DEPENDENCY, dependency)];
        levels.up.set(is_up.into(), &labels);
    }
}
