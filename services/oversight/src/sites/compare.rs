//! Compares what a county said with what has become part of the figures: how much is still to come, and whether
//! something before that is missing.
//!
//! Both sides are counted, which costs one question. Only when the counts differ is it asked how many are still to
//! come; and only when that does not explain the difference are the ids compared one by one.

use std::collections::HashSet;

use jianyi_bus::{Bus, Own, Said};
use jianyi_db::Db;
use jianyi_kernel::{Call, Caller, Division, Fault, Timestamp};
use uuid::Uuid;

use crate::domain::county_site::CountySite;
use crate::domain::county_watch::StreamCheck;
use crate::projection::HIDDEN;
use crate::sites;
use crate::store::county_arrivals::{self, Arrived};

/// At most so many missing sequences are kept.
const MOST: usize = 100;
const CONTEXT: &str = "member";

/// Looks at a county's stream.
///
/// # Errors
/// [`Fault::Unavailable`] when its broker or the database does not answer.
pub(super) async fn compare(db: &Db, bus: &Bus, site: &CountySite) -> Result<StreamCheck, Fault> {
    let origin = sites::origin(site);
    let own = Own {
        context: CONTEXT,
        division: &site.county,
        domain: (!origin.is_empty()).then_some(origin.as_str()),
        except: &HIDDEN,
    };
    // In this order: what arrives meanwhile is then counted on the other side only, as still to come.
    let arrived = arrived(db, &site.county, &origin).await?;
    let said = bus.said(&own).await?;
    let mut check = StreamCheck {
        checked_at: Some(db.clock().now()),
        ..StreamCheck::default()
    };
    let (events, reached) = arrived.map_or((0, 0), |it| (it.events, it.sequence));
    let outstanding = number(said.events()).saturating_sub(events);
    if outstanding <= 0 {
        check.lag = Some(0);
        check.last_sequence = Some(reached);
        check.last_at = None;
        if outstanding < 0 {
            // More arrived than is there: the count began on another history.
            recount(db, &site.county, &origin, outstanding).await?;
        }
        return Ok(check);
    }
    let reached = u64::try_from(reached).unwrap_or_default();
    let lag = number(bus.said_after(&own, &said, reached).await?);
    let last = bus.said_last(&own, &said).await?;
    check.lag = Some(lag);
    check.last_sequence = last.map(|place| number(place.sequence));
    check.last_at = last.map(|place| place.at);
    if lag > 0 {
        check.waiting_since =
            waiting(bus, &own, &said, reached, last.map(|place| place.at)).await?;
    }
    if outstanding > lag {
        let missing = missing(db, bus, &own, &said, reached).await?;
        check.gap_events = number(u64::try_from(missing.len()).unwrap_or(u64::MAX));
        check.gap_sequences = missing.into_iter().take(MOST).collect();
        let explained = outstanding - lag - check.gap_events;
        if explained > 0 {
            // Events that arrived before anybody counted, or were said twice.
            recount(db, &site.county, &origin, explained).await?;
        }
    }
    Ok(check)
}

/// When the first of those that are still to come was written.
async fn waiting(
    bus: &Bus,
    own: &Own<'_>,
    said: &Said,
    reached: u64,
    last: Option<Timestamp>,
) -> Result<Option<Timestamp>, Fault> {
    let first = bus.said_first_after(own, said, reached).await?;
    Ok(first.map(|place| place.at).or(last))
}

/// The sequences up to a place whose events have not become part of the figures.
async fn missing(
    db: &Db,
    bus: &Bus,
    own: &Own<'_>,
    said: &Said,
    reached: u64,
) -> Result<Vec<i64>, Fault> {
    let ids = bus.said_ids(own, said, reached).await?;
    let asked: Vec<Uuid> = ids.iter().filter_map(|said| said.id).collect();
    let seen: HashSet<Uuid> = db
        .seen("oversight_member", &asked)
        .await?
        .into_iter()
        .collect();
    let unseen = ids
        .iter()
        .filter(|said| said.id.is_none_or(|id| !seen.contains(&id)));
    Ok(unseen.map(|said| number(said.sequence)).collect())
}

async fn arrived(db: &Db, county: &Division, origin: &str) -> Result<Option<Arrived>, Fault> {
    let mut conn = db.read(&Caller::service("oversight")).await?;
    county_arrivals::of(&mut conn, county, origin).await
}

async fn recount(db: &Db, county: &Division, origin: &str, by: i64) -> Result<(), Fault> {
    let mut uow = db.begin_background(&call()).await?;
    county_arrivals::recount(uow.conn(), county, origin, by).await?;
    uow.commit_background().await
}

/// The watch leaves no trace in the record of what was done: nobody did anything.
pub(super) fn call() -> Call {
    Call {
        audited: false,
        ..Call::background("oversight", "watch counties")
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
