//! Resolutions.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::document::Document;
use crate::domain::meeting::Meeting;
use crate::domain::resolution::{Decision, Resolution};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Resolution>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into resolutions (id, created_at, meeting_id, document_id, decision, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.meeting.as_uuid(),
        it.document.as_uuid(),
        it.decision.code(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Resolution>" from resolutions where meeting_id = $1 and document_id = $2"#,
        it.meeting.as_uuid(),
        it.document.as_uuid(),
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<Resolution>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Resolution>", version, created_at as "created_at: Timestamp",
                  meeting_id as "meeting_id: Id<Meeting>", document_id as "document_id: Id<Document>",
                  decision as "decision: Decision", sources, locations
           from resolutions
           where ($1::uuid is null or id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
             and ($4::uuid is null or meeting_id = $4)
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
            it: Resolution {
                meeting: row.meeting_id,
                document: row.document_id,
                decision: row.decision,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
