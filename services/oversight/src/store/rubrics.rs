//! Rubrics.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, FuzzyDate, Id, Provenance, Timestamp};
use sqlx::types::Json;

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::document::Document;
use crate::domain::rubric::{Indicator, Rubric, RubricState};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Rubric>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into rubrics (id, created_at, year, title, based_on, published_on, state, indicators, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.year,
        it.title,
        it.based_on.map(Id::as_uuid),
        it.published_on.to_string(),
        it.state.code(),
        it.indicators.as_ref().map(Json) as _,
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Rubric>" from rubrics where year = $1 and title = $2"#,
        it.year,
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
) -> Result<Vec<Stored<Rubric>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Rubric>", version, created_at as "created_at: Timestamp", year, title,
                  based_on as "based_on: Id<Document>", published_on as "published_on: FuzzyDate",
                  state as "state: RubricState", indicators as "indicators: Json<Vec<Indicator>>", sources, locations
           from rubrics
           where ($1::uuid is null or id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
             and ($4::integer is null or year = $4)
           order by created_at, id limit $5"#,
        window.id,
        window.after_time as _,
        window.after_id,
        window.year,
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
            it: Rubric {
                year: row.year,
                title: row.title,
                based_on: row.based_on,
                published_on: row.published_on,
                state: row.state,
                indicators: row.indicators.map(|json| json.0),
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}

/// Writes what changed; `updated` carries its new version.
pub(crate) async fn update(
    conn: &mut PgConnection,
    updated: &Stored<Rubric>,
    now: Timestamp,
) -> Result<(), Fault> {
    let it = &updated.it;
    sqlx::query!(
        "update rubrics set version = $2, updated_at = $3, published_on = $4, state = $5, indicators = $6 where id = $1",
        updated.id.as_uuid(),
        updated.version,
        now as _,
        it.published_on.to_string(),
        it.state.code(),
        it.indicators.as_ref().map(Json) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Holds the row, if there is one, until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<Rubric>) -> Result<(), Fault> {
    sqlx::query_scalar!(
        "select id from rubrics where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}
