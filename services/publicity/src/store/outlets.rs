//! Table `outlets`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Id, Provenance, Timestamp};
use jianyi_rpc::Page;

use super::only_one;
use crate::domain::outlet::OutletKind;
use crate::domain::{Origin, Outlet, Recorded, Title};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<Outlet>", version, title as "title: Title", kind as "kind: OutletKind",
                      counted, columns, division as "division: Division", sources, locations,
                      created_at as "created_at: Timestamp"
               from outlets "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: Outlet {
                title: row.title,
                kind: row.kind,
                counted: row.counted,
                columns: row.columns,
                origin: Origin { division: row.division, provenance: Provenance { sources: row.sources, locations: row.locations } },
            },
        })
    };
}

/// Inserts a record.
///
/// # Errors
/// [`Fault::Exists`] when the fact is on record.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Recorded<Outlet>) -> Result<(), Fault> {
    let fact = &new.fact;
    let kept = sqlx::query_scalar!(
        r#"insert into outlets
               (id, title, title_key, kind, counted, columns, division, sources, locations,
                created_at)
           values
               ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (title_key, division) do update set version = outlets.version
           returning id as "id: Id<Outlet>""#,
        new.id.as_uuid(),
        fact.title.as_str(),
        fact.title.key(),
        fact.kind as _,
        fact.counted,
        &fact.columns,
        fact.origin.division.as_str(),
        &fact.origin.provenance.sources,
        &fact.origin.provenance.locations,
        new.created_at as _,
    )
    .fetch_one(conn)
    .await?;
    only_one(new.id, kept)
}

/// Reads a record.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: Id<Outlet>,
) -> Result<Recorded<Outlet>, Fault> {
    select!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// One page.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
) -> Result<Vec<Recorded<Outlet>>, Fault> {
    Ok(select!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2))
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?)
}
