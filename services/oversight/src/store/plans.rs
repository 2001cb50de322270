//! Annual plans.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::plan::Plan;
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Plan>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into plans (id, created_at, year, title, adopted_on, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.year,
        it.title,
        it.adopted_on.to_string(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Plan>" from plans where year = $1 and title = $2"#,
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
) -> Result<Vec<Stored<Plan>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Plan>", version, created_at as "created_at: Timestamp", year, title,
                  adopted_on as "adopted_on: FuzzyDate", sources, locations
           from plans
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
            it: Plan {
                year: row.year,
                title: row.title,
                adopted_on: row.adopted_on,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
