//! Scores.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_proto::name;

use crate::domain::Stored;
use crate::domain::rubric::Rubric;
use crate::domain::score::Score;
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Score>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into scores (id, created_at, rubric_id, division, points_hundredths, evidence, scored_on, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.rubric.as_uuid(),
        it.division.as_str(),
        it.points_hundredths,
        &it.evidence,
        it.scored_on.to_string(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Score>" from scores where rubric_id = $1 and division = $2"#,
        it.rubric.as_uuid(),
        it.division.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(name::child(it.rubric, there)))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<Score>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Score>", version, created_at as "created_at: Timestamp", rubric_id as "rubric_id: Id<Rubric>",
                  division as "division: Division", points_hundredths, evidence, scored_on as "scored_on: FuzzyDate", sources,
                  locations
           from scores
           where ($1::uuid is null or id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
             and ($4::uuid is null or rubric_id = $4)
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
            it: Score {
                rubric: row.rubric_id,
                division: row.division,
                points_hundredths: row.points_hundredths,
                evidence: row.evidence,
                scored_on: row.scored_on,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
