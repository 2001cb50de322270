//! Study sessions.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::study::{StudyKind, StudySession};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Stored<StudySession>,
) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into study_sessions (id, created_at, kind, held_on, title, division, attendance, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.kind.code(),
        it.held_on.to_string(),
        it.title,
        it.division.as_str(),
        it.attendance.to_string(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<StudySession>" from study_sessions where kind = $1 and held_on = $2 and division = $3 and title = $4"#,
        it.kind.code(),
        it.held_on.to_string(),
        it.division.as_str(),
        it.title,
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<StudySession>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<StudySession>", version, created_at as "created_at: Timestamp", kind as "kind: StudyKind",
                  held_on as "held_on: FuzzyDate", title, division as "division: Division", attendance as "attendance: Count",
                  sources, locations
           from study_sessions
           where ($1::uuid is null or id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
           order by created_at, id limit $4"#,
        window.id,
        window.after_time as _,
        window.after_id,
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
            it: StudySession {
                kind: row.kind,
                held_on: row.held_on,
                title: row.title,
                division: row.division,
                attendance: row.attendance,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
