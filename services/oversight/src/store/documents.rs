//! Documents.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::document::{Document, DocumentKind};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<Document>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into documents (id, created_at, title, kind, for_year, dated_on, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.title,
        it.kind.code(),
        it.for_year,
        it.dated_on.to_string(),
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<Document>" from documents where title = $1 and for_year = $2"#,
        it.title,
        it.for_year,
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(there.name()))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<Document>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<Document>", version, created_at as "created_at: Timestamp", title, kind as "kind: DocumentKind",
                  for_year, dated_on as "dated_on: FuzzyDate", sources, locations
           from documents
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
            it: Document {
                title: row.title,
                kind: row.kind,
                for_year: row.for_year,
                dated_on: row.dated_on,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
