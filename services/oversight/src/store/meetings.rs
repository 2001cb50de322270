//! Meetings.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::body::GovernanceBody;
use crate::domain::meeting::Meeting;
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Meeting>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into meetings (id, created_at, body_id, number, held_on, place, attendees, quorum, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.body.as_uuid(),
        it.number,
        it.held_on.to_string(),
        it.place,
        it.attendees.to_string(),
        it.quorum,
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Meeting>" from meetings where body_id = $1 and number = $2"#,
        it.body.as_uuid(),
        it.number,
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<Meeting>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Meeting>", version, created_at as "created_at: Timestamp",
                  body_id as "body_id: Id<GovernanceBody>", number, held_on as "held_on: FuzzyDate", place,
                  attendees as "attendees: Count", quorum, sources, locations
           from meetings
           where ($1::uuid is null or id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
             and ($4::uuid is null or body_id = $4)
           order by created_at, id limit $5"#,
        window.id,
        window.after_time as _,
        window.after_id,
        window.parent,
        window.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Stored {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            it: Meeting {
                body: row.body_id,
                number: row.number,
                held_on: row.held_on,
                place: row.place,
                attendees: row.attendees,
                quorum: row.quorum,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}

/// Numbers and dates of a body's meetings.
pub(crate) async fn of_body(
    conn: &mut PgConnection,
    body: Id<GovernanceBody>,
) -> Result<Vec<(i32, FuzzyDate)>, Fault> {
    let rows = sqlx::query!(
        r#"select number, held_on as "held_on: FuzzyDate" from meetings where body_id = $1 order by number"#,
        body.as_uuid(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.number, row.held_on))
        .collect())
}
