//! How far the events of each division have been seen.

use std::collections::BTreeMap;

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};

use crate::domain::report::Watermark;

/// Whose events say up to when a division's own records are counted.
const MEMBER: &str = "member";

/// An event that was seen.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// Whose it is.
    pub(crate) division: Division,
    /// Who published it.
    pub(crate) context: &'a str,
    /// Where in the stream it stands.
    pub(crate) sequence: i64,
    /// When it happened.
    pub(crate) occurred_at: Timestamp,
}

/// Notes an event; an older one changes nothing.
pub(crate) async fn advance(
    conn: &mut PgConnection,
    generation: i32,
    seen: &Seen<'_>,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into watermarks (generation, division, context, sequence, last_event_at) values ($1, $2, $3, $4, $5)
         on conflict (generation, division, context) do update
         set sequence = greatest(watermarks.sequence, excluded.sequence),
             last_event_at = greatest(watermarks.last_event_at, excluded.last_event_at)",
        generation,
        seen.division.as_str(),
        seen.context,
        seen.sequence,
        seen.occurred_at as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The watermarks of the generation that serves, by division.
pub(crate) async fn all(conn: &mut PgConnection) -> Result<BTreeMap<String, Watermark>, Fault> {
    let rows = sqlx::query!(
        r#"select division, context, sequence, last_event_at as "last_event_at: Timestamp" from watermarks
           where generation = (select active_generation from projection_state)"#,
    )
    .fetch_all(conn)
    .await?;
    let mut marks: BTreeMap<String, Watermark> = BTreeMap::new();
    for row in rows {
        let mark = marks.entry(row.division).or_default();
        if row.context == MEMBER {
            mark.as_of = Some(row.last_event_at);
        }
        mark.sequence.insert(row.context, row.sequence);
        mark.last_event_at = mark.last_event_at.max(Some(row.last_event_at));
    }
    Ok(marks)
}
