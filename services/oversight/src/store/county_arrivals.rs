//! Table `county_arrivals`.

use std::collections::BTreeMap;

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};

/// A county's own event that became part of the figures.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    /// Whose it is.
    pub(crate) county: Division,
    /// The broker it was first published to; empty for the city's.
    pub(crate) origin: &'a str,
    /// Where in that broker's stream it stands; unknown for one that was set aside before.
    pub(crate) sequence: Option<i64>,
    /// When it happened.
    pub(crate) occurred_at: Timestamp,
}

/// How far a county's own events have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// How many.
    pub(crate) events: i64,
    /// The greatest sequence.
    pub(crate) sequence: i64,
    /// When the last of them happened.
    pub(crate) last_event_at: Timestamp,
}

/// Counts one more. Called once per event: the inbox sees to that.
pub(crate) async fn count(conn: &mut PgConnection, arrival: &Arrival<'_>) -> Result<(), Fault> {
    sqlx::query!(
        "insert into county_arrivals (division, origin, events, sequence, last_event_at) values ($1, $2, 1, $3, $4)
         on conflict (division, origin) do update
         set events = county_arrivals.events + 1,
             sequence = greatest(county_arrivals.sequence, excluded.sequence),
             last_event_at = greatest(county_arrivals.last_event_at, excluded.last_event_at)",
        arrival.county.as_str(),
        arrival.origin,
        arrival.sequence.unwrap_or_default(),
        arrival.occurred_at as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts the count right, after all of them were looked at.
pub(crate) async fn recount(
    conn: &mut PgConnection,
    county: &Division,
    origin: &str,
    by: i64,
) -> Result<(), Fault> {
    sqlx::query!(
        "update county_arrivals set events = events + $3 where division = $1 and origin = $2",
        county.as_str(),
        origin,
        by,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How far one county's have come from one broker.
pub(crate) async fn of(
    conn: &mut PgConnection,
    county: &Division,
    origin: &str,
) -> Result<Option<Arrived>, Fault> {
    Ok(sqlx::query_as!(
        Arrived,
        r#"select events, sequence, last_event_at as "last_event_at: _" from county_arrivals
           where division = $1 and origin = $2"#,
        county.as_str(),
        origin,
    )
    .fetch_optional(conn)
    .await?)
}

/// How far every county's have come, by county and broker.
pub(crate) async fn all(
    conn: &mut PgConnection,
) -> Result<BTreeMap<(Division, String), Arrived>, Fault> {
    let rows = sqlx::query!(
        r#"select division as "division: Division", origin, events, sequence, last_event_at as "last_event_at: Timestamp"
           from county_arrivals"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let arrived = Arrived {
                events: row.events,
                sequence: row.sequence,
                last_event_at: row.last_event_at,
            };
            ((row.division, row.origin), arrived)
        })
        .collect())
}
