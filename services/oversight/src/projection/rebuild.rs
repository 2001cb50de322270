//! Building the read model anew from the beginning of every stream, while the old one serves.
//!
//! From the moment a generation is begun, live events go to it too; consumers of its own replay the
//! history. When these have reached the streams' ends nothing can be missing, in whatever order the two
//! met, because applying an event is repeatable and commutes.

use std::time::Duration;

use jianyi_bus::{Bus, Subscription};
use jianyi_db::{Begun, Committed, Db};
use jianyi_kernel::{Call, DomainError, Fault};
use jianyi_proto::oversight::v1::RebuildProjectionsResponse;
use jianyi_telemetry::{Shutdown, task};

use crate::projection::{CONTEXTS, apply};
use crate::store;

/// How often a replay is asked how far it is.
const LOOK: Duration = Duration::from_millis(50);

/// Why there is no rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum RebuildError {
    /// One is under way.
    #[error("a rebuild is under way")]
    Running,
}

impl DomainError for RebuildError {
    const DOMAIN: &'static str = crate::domain::DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Running => "REBUILD_RUNNING",
        }
    }

    fn zh(&self) -> String {
        "正在重建统计数据,请等待完成后再试".into()
    }
}

/// Rebuilds and changes over.
///
/// # Errors
/// `REBUILD_RUNNING` when one is under way; [`Fault::Unavailable`] when the bus cannot be reached or the
/// service stops meanwhile. The old generation then serves on.
pub(crate) async fn rebuild(
    db: &Db,
    bus: &Bus,
    shutdown: &Shutdown,
    call: &Call,
) -> Result<Committed<RebuildProjectionsResponse>, Fault> {
    // A repeat is answered before any work; the claim itself is made with the answer, at the end.
    if let Begun::Replayed(reply) = db.begin(call).await? {
        return Ok(reply);
    }
    let began = db.clock().now();
    let generation = begin(db).await?;
    // A child signal stops the replay alone, on every way out of here.
    let stop = Stop(shutdown.child());
    let outcome = replay(db, bus, generation, &stop.0).await;
    drop(stop);
    let finished = match outcome {
        Ok(()) => finish(db, call, generation, began).await,
        Err(fault) => Err(fault),
    };
    if finished.is_err() {
        abandon(db).await?;
    }
    forget_consumers(bus, generation).await;
    finished
}

/// Ends a replay when it is dropped.
struct Stop(Shutdown);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.trigger();
    }
}

fn durable(context: &str, generation: i32) -> String {
    format!("oversight_{context}_g{generation}")
}

fn durables(generation: i32) -> Vec<String> {
    CONTEXTS
        .iter()
        .map(|context| durable(context, generation))
        .collect()
}

async fn begin(db: &Db) -> Result<i32, Fault> {
    let mut uow = db.begin_background(&background()).await?;
    let generation = store::generations::begin(uow.conn())
        .await?
        .ok_or(RebuildError::Running)?;
    uow.commit_background().await?;
    Ok(generation)
}

/// Replays every stream into the generation and waits until all are read to their ends.
async fn replay(db: &Db, bus: &Bus, generation: i32, stop: &Shutdown) -> Result<(), Fault> {
    let mut consumers = Vec::new();
    for context in CONTEXTS {
        // A context that never published has nothing to replay.
        if bus.stream_last_sequence(context).await? == 0 {
            continue;
        }
        let consumer = Subscription::all(
            &durable(context, generation),
            context,
            move |uow, received| {
                Box::pin(async move { apply::apply(uow, received, generation).await })
            },
        );
        task::spawn(
            "replay",
            jianyi_bus::consume(bus.clone(), db.clone(), consumer.clone(), stop.clone()),
        );
        consumers.push(consumer);
    }
    let asked: Vec<&Subscription> = consumers.iter().collect();
    loop {
        let lags = bus.consumer_lag(&asked).await?;
        let done = lags.len() == asked.len()
            && lags
                .iter()
                .all(|lag| lag.pending == 0 && lag.in_flight == 0);
        if done {
            return Ok(());
        }
        tokio::select! {
            () = stop.wait() => return Err(Fault::Unavailable("the service is stopping".into())),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Changes over and answers, in one unit of work.
async fn finish(
    db: &Db,
    call: &Call,
    generation: i32,
    began: jianyi_kernel::Timestamp,
) -> Result<Committed<RebuildProjectionsResponse>, Fault> {
    let mut uow = match db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let events_replayed = store::generations::replayed(uow.conn(), &durables(generation)).await?;
    store::generations::change_over(uow.conn()).await?;
    store::generations::forget_others(uow.conn()).await?;
    store::generations::forget_consumers(uow.conn(), &durables(generation)).await?;
    let took = db.clock().now().as_offset() - began.as_offset();
    let duration_ms = i64::try_from(took.whole_milliseconds()).unwrap_or(i64::MAX);
    let reply = RebuildProjectionsResponse {
        events_replayed,
        duration_ms,
        generation: generation.into(),
    };
    uow.commit(reply).await
}

/// Gives a generation up that will not be finished: after a failure, or when the process died over it.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn abandon(db: &Db) -> Result<Option<i32>, Fault> {
    let mut uow = db.begin_background(&background()).await?;
    let abandoned = store::generations::abandon(uow.conn()).await?;
    store::generations::forget_others(uow.conn()).await?;
    if let Some(generation) = abandoned {
        store::generations::forget_consumers(uow.conn(), &durables(generation)).await?;
    }
    uow.commit_background().await?;
    Ok(abandoned)
}

/// Removes the replay's durable consumers; one that stays behind does no harm and costs a little memory.
pub(crate) async fn forget_consumers(bus: &Bus, generation: i32) {
    for context in CONTEXTS {
        if let Err(fault) = bus
            .delete_consumer(context, &durable(context, generation))
            .await
        {
            tracing::warn!(%fault, context, "a replay's consumer stays behind");
        }
    }
}

fn background() -> Call {
    Call {
        audited: false,
        ..Call::background("oversight", "rebuild")
    }
}
