//! The pairs of 四学四强.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::study::{StudyKind, StudyPair};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<StudyPair>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into study_pairs (id, created_at, kind, since, sources, locations)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.kind.code(),
        it.since.to_string(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<StudyPair>" from study_pairs where kind = $1"#,
        it.kind.code(),
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<StudyPair>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<StudyPair>", version, created_at as "created_at: Timestamp", kind as "kind: StudyKind",
                  since as "since: FuzzyDate", sources, locations
           from study_pairs
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
            it: StudyPair {
                kind: row.kind,
                since: row.since,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
