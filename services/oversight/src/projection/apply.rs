//! How an event changes the stored facts, once or ten times, in order or not.

use jianyi_bus::{HandlerFuture, Origin, RawEvent, Received};
use jianyi_db::Uow;
use jianyi_kernel::Fault;

use crate::domain::fact::{Change, Mark};
use crate::projection::HIDDEN_TYPES;
use crate::projection::reading::{self, Reading};
use crate::store;

/// Applies a live event to every generation that is kept: the one that serves and one being built.
pub(crate) fn live<'a>(uow: &'a mut Uow, received: &'a Received<RawEvent>) -> HandlerFuture<'a> {
    Box::pin(async move {
        let generations = store::generations::kept(uow.conn()).await?;
        for generation in generations {
            apply(uow, received, generation).await?;
        }
        arrive(uow, received).await
    })
}

/// Counts what a county itself said, to be compared with what it says that it said. What is replayed for a rebuild
/// arrived before.
async fn arrive(uow: &mut Uow, received: &Received<RawEvent>) -> Result<(), Fault> {
    let hidden = HIDDEN_TYPES.contains(&received.event.type_name.as_str());
    if received.stream != "member" || hidden {
        return Ok(());
    }
    let county = received.division.county();
    let at_home = format!("county-{county}");
    let number = |sequence: u64| i64::try_from(sequence).map_err(Fault::internal);
    let (origin, sequence) = match received.origin {
        Origin::Here => ("", Some(number(received.stream_sequence)?)),
        Origin::Elsewhere(sequence) => (at_home.as_str(), Some(number(sequence)?)),
        Origin::Unknown => {
            let home = store::county_sites::has_own_broker(uow.conn(), &county).await?;
            (if home { at_home.as_str() } else { "" }, None)
        }
    };
    let arrival = store::county_arrivals::Arrival {
        county,
        origin,
        sequence,
        occurred_at: received.occurred_at,
    };
    store::county_arrivals::count(uow.conn(), &arrival).await
}

/// Applies an event to one generation.
///
/// # Errors
/// [`Fault::Invalid`] when it cannot be read; [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn apply(
    uow: &mut Uow,
    received: &Received<RawEvent>,
    generation: i32,
) -> Result<(), Fault> {
    let sequence = i64::try_from(received.stream_sequence).map_err(Fault::internal)?;
    match reading::read(&received.event.type_name, &received.event.data)? {
        Reading::Hidden | Reading::Aside => return Ok(()),
        Reading::Quiet => {}
        Reading::Unknown => {
            tracing::info!(event.type = %received.event.type_name, "an event of unknown type passed by");
        }
        Reading::Change { resource, change } => {
            let what = (resource.as_str(), &change);
            take_in(uow, received, generation, sequence, what).await?;
        }
        Reading::Changes(mut changes) => {
            // In one order, so that two consumers of the same resources wait for each other.
            changes.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (resource, change) in &changes {
                take_in(uow, received, generation, sequence, (resource, change)).await?;
            }
        }
    }
    let seen = store::watermarks::Seen {
        division: received.division.county(),
        context: &received.stream,
        sequence,
        occurred_at: received.occurred_at,
    };
    store::watermarks::advance(uow.conn(), generation, &seen).await
}

async fn take_in(
    uow: &mut Uow,
    received: &Received<RawEvent>,
    generation: i32,
    sequence: i64,
    (resource, change): (&str, &Change),
) -> Result<(), Fault> {
    let row = store::facts::Key {
        generation,
        context: &received.stream,
        resource,
    };
    let known = store::facts::lock(uow, row).await?;
    let mark = Mark {
        version: received.version,
        sequence,
    };
    store::facts::save(uow.conn(), row, &known.after(change, mark)).await
}
