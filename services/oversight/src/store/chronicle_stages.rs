//! Stages that chronicles reached.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_proto::name;

use crate::domain::Stored;
use crate::domain::chronicle::{ChronicleProject, ChronicleStage, Stage};
use crate::domain::codes::Code as _;
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Stored<ChronicleStage>,
) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into chronicle_stages (id, created_at, chronicle_id, stage, reached_on, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.chronicle.as_uuid(),
        it.stage.code(),
        it.reached_on.to_string(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<ChronicleStage>" from chronicle_stages where chronicle_id = $1 and stage = $2"#,
        it.chronicle.as_uuid(),
        it.stage.code(),
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(name::child(it.chronicle, there)))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<ChronicleStage>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<ChronicleStage>", version, created_at as "created_at: Timestamp",
                  chronicle_id as "chronicle_id: Id<ChronicleProject>", stage as "stage: Stage",
                  reached_on as "reached_on: FuzzyDate", sources, locations
           from chronicle_stages
           where ($1::uuid is null or id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
             and ($4::uuid is null or chronicle_id = $4)
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
            it: ChronicleStage {
                chronicle: row.chronicle_id,
                stage: row.stage,
                reached_on: row.reached_on,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}

/// Stages that a chronicle has reached, with their dates.
pub(crate) async fn of(
    conn: &mut PgConnection,
    chronicle: Id<ChronicleProject>,
) -> Result<Vec<(Stage, FuzzyDate)>, Fault> {
    let rows = sqlx::query!(
        r#"select stage as "stage: Stage", reached_on as "reached_on: FuzzyDate" from chronicle_stages where chronicle_id = $1"#,
        chronicle.as_uuid(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.stage, row.reached_on))
        .collect())
}
