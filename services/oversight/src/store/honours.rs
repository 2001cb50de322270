//! Honours.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::honour::{Honour, HonourKind};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Honour>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into honours (id, created_at, kind, title, received_on, peers, granting_body, occasion, division, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.kind.code(),
        it.title,
        it.received_on.to_string(),
        it.peers.to_string(),
        it.granting_body,
        it.occasion,
        it.division.as_str(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Honour>" from honours where kind = $1 and title = $2 and received_on = $3"#,
        it.kind.code(),
        it.title,
        it.received_on.to_string(),
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<Honour>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Honour>", version, created_at as "created_at: Timestamp", kind as "kind: HonourKind", title,
                  received_on as "received_on: FuzzyDate", peers as "peers: Count", granting_body, occasion,
                  division as "division: Division", sources, locations
           from honours
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
            it: Honour {
                kind: row.kind,
                title: row.title,
                received_on: row.received_on,
                peers: row.peers,
                granting_body: row.granting_body,
                occasion: row.occasion,
                division: row.division,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
