//! Goals.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::goal::{Goal, GoalGroup};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Goal>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into goals (id, created_at, title, goal_group, ordinal, valid_from_year, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.title,
        it.group.code(),
        it.ordinal,
        it.valid_from_year,
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Goal>" from goals where title = $1 and valid_from_year = $2"#,
        it.title,
        it.valid_from_year,
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<Goal>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Goal>", version, created_at as "created_at: Timestamp", title,
                  goal_group as "goal_group: GoalGroup", ordinal, valid_from_year, sources, locations
           from goals
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
            it: Goal {
                title: row.title,
                group: row.goal_group,
                ordinal: row.ordinal,
                valid_from_year: row.valid_from_year,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
