//! Governance bodies.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::body::{BodyKind, GovernanceBody};
use crate::domain::codes::Code as _;
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Stored<GovernanceBody>,
) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into governance_bodies (id, created_at, kind, term, formed_on, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.kind.code(),
        it.term,
        it.formed_on.to_string(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<GovernanceBody>" from governance_bodies where kind = $1 and term = $2"#,
        it.kind.code(),
        it.term,
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<GovernanceBody>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<GovernanceBody>", version, created_at as "created_at: Timestamp", kind as "kind: BodyKind",
                  term, formed_on as "formed_on: FuzzyDate", sources, locations
           from governance_bodies
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
            it: GovernanceBody {
                kind: row.kind,
                term: row.term,
                formed_on: row.formed_on,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}

/// Holds the row, if there is one, until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<GovernanceBody>) -> Result<(), Fault> {
    sqlx::query_scalar!(
        "select id from governance_bodies where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}
