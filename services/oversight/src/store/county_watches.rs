//! Table `county_watches`.

use std::collections::BTreeMap;

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};
use time::Date;

use crate::domain::county_watch::{CountyWatch, StreamCheck};

/// A row as it is stored.
struct Row {
    division: Division,
    began_at: Timestamp,
    reachable: bool,
    heard_at: Option<Timestamp>,
    silent_since: Option<Timestamp>,
    stream_sequence: Option<i64>,
    stream_at: Option<Timestamp>,
    lag_events: Option<i64>,
    waiting_since: Option<Timestamp>,
    gap_events: i64,
    gap_sequences: Vec<i64>,
    checked_at: Option<Timestamp>,
    certificate_told_on: Option<Date>,
}

impl From<Row> for CountyWatch {
    fn from(row: Row) -> Self {
        Self {
            county: row.division,
            began_at: row.began_at,
            reachable: row.reachable,
            heard_at: row.heard_at,
            silent_since: row.silent_since,
            stream: StreamCheck {
                checked_at: row.checked_at,
                last_sequence: row.stream_sequence,
                last_at: row.stream_at,
                lag: row.lag_events,
                waiting_since: row.waiting_since,
                gap_events: row.gap_events,
                gap_sequences: row.gap_sequences,
            },
            certificate_told_on: row.certificate_told_on,
        }
    }
}

/// A county is watched from now on; what was known before is forgotten.
pub(crate) async fn begin(
    conn: &mut PgConnection,
    county: &Division,
    now: Timestamp,
) -> Result<(), Fault> {
    end(conn, county).await?;
    sqlx::query!(
        "insert into county_watches (division, began_at) values ($1, $2)",
        county.as_str(),
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A county is not watched any more.
pub(crate) async fn end(conn: &mut PgConnection, county: &Division) -> Result<(), Fault> {
    sqlx::query!(
        "delete from county_watches where division = $1",
        county.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Everybody who is watched, by code, held until the end of the unit of work.
pub(crate) async fn lock(conn: &mut PgConnection) -> Result<Vec<CountyWatch>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select division as "division: _", began_at as "began_at: _", reachable, heard_at as "heard_at: _",
                  silent_since as "silent_since: _", stream_sequence, stream_at as "stream_at: _", lag_events,
                  waiting_since as "waiting_since: _", gap_events, gap_sequences, checked_at as "checked_at: _",
                  certificate_told_on
           from county_watches order by division for update"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Everybody who is watched, by code.
pub(crate) async fn all(conn: &mut PgConnection) -> Result<BTreeMap<Division, CountyWatch>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select division as "division: _", began_at as "began_at: _", reachable, heard_at as "heard_at: _",
                  silent_since as "silent_since: _", stream_sequence, stream_at as "stream_at: _", lag_events,
                  waiting_since as "waiting_since: _", gap_events, gap_sequences, checked_at as "checked_at: _",
                  certificate_told_on
           from county_watches order by division"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.division.clone(), row.into()))
        .collect())
}

/// Keeps what was learned of one. One row, one statement: a city has a dozen counties.
pub(crate) async fn update(conn: &mut PgConnection, watch: &CountyWatch) -> Result<(), Fault> {
    let stream = &watch.stream;
    sqlx::query!(
        "update county_watches
         set reachable = $2, heard_at = $3, silent_since = $4, stream_sequence = $5, stream_at = $6, lag_events = $7,
             waiting_since = $8, gap_events = $9, gap_sequences = $10, checked_at = $11, certificate_told_on = $12
         where division = $1",
        watch.county.as_str(),
        watch.reachable,
        watch.heard_at as _,
        watch.silent_since as _,
        stream.last_sequence,
        stream.last_at as _,
        stream.lag,
        stream.waiting_since as _,
        stream.gap_events,
        &stream.gap_sequences,
        stream.checked_at as _,
        watch.certificate_told_on,
    )
    .execute(conn)
    .await?;
    Ok(())
}
