//! Table `count_statements`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::count_statement::{CountStatement, CountStatementId};

macro_rules! statements {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            CountStatement,
            r#"select id as "id: CountStatementId", version, created_at as "created_at: Timestamp",
                division as "division: Division", subject, count as "count: Count", unit,
                as_of as "as_of: FuzzyDate", sources, locations
            from count_statements "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &CountStatement) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into count_statements (id, version, created_at, division, subject, count, unit, as_of, as_of_key,
            sources, sources_key, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.subject,
        new.count as _,
        new.unit,
        &new.as_of as _,
        new.as_of.canonical(),
        &new.sources,
        &new.sources_key(),
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &CountStatement,
) -> Result<CountStatement, Fault> {
    let row = statements!(
        "where subject = $1 and division = $2 and as_of_key = $3 and sources_key = $4",
        like.subject,
        like.division.as_str(),
        like.as_of.canonical(),
        &like.sources_key()
    )
    .fetch_one(conn)
    .await?;
    Ok(row)
}

/// One row.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: CountStatementId,
) -> Result<CountStatement, Fault> {
    statements!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    subject: Option<&str>,
    page: &Page,
) -> Result<Vec<CountStatement>, Fault> {
    let rows = statements!(
        "where ($1::text is null or subject = $1)
           and ($2::timestamptz is null or (created_at, id) > ($2, $3)) order by created_at, id limit $4",
        subject,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
