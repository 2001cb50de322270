//! Table `count_statements`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::count_statement::CountStatement;
use crate::domain::id::CountStatementId;

macro_rules! statements {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            CountStatement,
            r#"select id as "id: CountStatementId", created_at as "created_at: Timestamp", subject,
                      division as "division: Division", count as "count: Count", unit,
                      as_of as "as_of: FuzzyDate", sources, locations
               from count_statements "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when its natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &CountStatement) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into count_statements (id, created_at, subject, division, count, unit, as_of, as_of_key, sources,
                sources_key, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        new.subject,
        &new.division as _,
        new.count as _,
        new.unit,
        &new.as_of as _,
        new.as_of.canonical(),
        &new.sources,
        new.sources_key(),
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The one with the same natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &CountStatement,
) -> Result<Option<CountStatement>, Fault> {
    Ok(statements!(
        "where subject = $1 and division = $2 and as_of_key = $3 and sources_key = $4",
        like.subject,
        &like.division as _,
        like.as_of.canonical(),
        like.sources_key(),
    )
    .fetch_optional(conn)
    .await?)
}

/// One by id.
pub(crate) async fn find(
    conn: &mut PgConnection,
    id: CountStatementId,
) -> Result<Option<CountStatement>, Fault> {
    Ok(statements!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// A page, of one subject if given.
pub(crate) async fn list(
    conn: &mut PgConnection,
    subject: Option<&str>,
    page: &Page,
) -> Result<Vec<CountStatement>, Fault> {
    Ok(statements!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) and ($4::text is null or subject = $4)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        subject,
    )
    .fetch_all(conn)
    .await?)
}
