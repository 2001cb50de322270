//! Chronicles in the making.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::chronicle::ChronicleProject;
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Stored<ChronicleProject>,
) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into chronicle_projects (id, created_at, title, sources, locations)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.title,
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<ChronicleProject>" from chronicle_projects where title = $1"#,
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
) -> Result<Vec<Stored<ChronicleProject>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<ChronicleProject>", version, created_at as "created_at: Timestamp", title, sources, locations
           from chronicle_projects
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
            it: ChronicleProject {
                title: row.title,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}

/// Holds the row, if there is one, until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<ChronicleProject>) -> Result<(), Fault> {
    sqlx::query_scalar!(
        "select id from chronicle_projects where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// Notes that a stage was reached.
pub(crate) async fn touch(
    conn: &mut PgConnection,
    id: Id<ChronicleProject>,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update chronicle_projects set version = version + 1, updated_at = $2 where id = $1",
        id.as_uuid(),
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
