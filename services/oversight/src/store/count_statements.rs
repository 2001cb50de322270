//! Stated totals.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Id, Provenance, Timestamp};

use crate::domain::Stored;
use crate::domain::count_statement::CountStatement;
use crate::store::Window;

/// Writes a new row; `false` when its natural key is taken.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Stored<CountStatement>,
) -> Result<bool, Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into count_statements (id, created_at, subject, division, count, unit, as_of, as_of_key, sources,
             sources_key, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.subject,
        it.division.as_str(),
        it.count.to_string(),
        it.unit,
        it.as_of.to_string(),
        it.as_of.canonical(),
        &it.provenance.sources,
        &it.sources_key(),
        &it.provenance.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The row with the same natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &CountStatement,
) -> Result<Id<CountStatement>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: Id<CountStatement>" from count_statements
           where subject = $1 and division = $2 and as_of_key = $3 and sources_key = $4"#,
        like.subject,
        like.division.as_str(),
        like.as_of.canonical(),
        &like.sources_key(),
    )
    .fetch_one(conn)
    .await?)
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<CountStatement>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<CountStatement>", version, created_at as "created_at: Timestamp", subject,
                  division as "division: Division", count as "count: Count", unit, as_of as "as_of: FuzzyDate", sources,
                  locations
           from count_statements
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
            it: CountStatement {
                subject: row.subject,
                division: row.division,
                count: row.count,
                unit: row.unit,
                as_of: row.as_of,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}
