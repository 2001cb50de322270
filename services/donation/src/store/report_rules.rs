//! Table `report_rules`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};
use jianyi_rpc::Page;

use crate::domain::report::{ReportPeriod, ReportRule, ReportRuleId};

macro_rules! rules {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            ReportRule,
            r#"select id as "id: ReportRuleId", version, created_at as "created_at: Timestamp",
                division as "division: Division", title, recipient, period as "period: ReportPeriod", due_day,
                from_year, to_year, sources, locations
            from report_rules "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &ReportRule) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into report_rules (id, version, created_at, division, title, recipient, period, due_day,
            from_year, to_year, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.title,
        new.recipient,
        new.period as _,
        new.due_day,
        new.from_year,
        new.to_year,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &ReportRule,
) -> Result<ReportRuleId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: ReportRuleId" from report_rules
           where title = $1 and recipient = $2 and division = $3"#,
        like.title,
        like.recipient,
        like.division.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row.
pub(crate) async fn get(conn: &mut PgConnection, id: ReportRuleId) -> Result<ReportRule, Fault> {
    rules!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    division: Option<&str>,
    page: &Page,
) -> Result<Vec<ReportRule>, Fault> {
    let rows = rules!(
        "where ($1::text is null or division = $1)
           and ($2::timestamptz is null or (created_at, id) > ($2, $3)) order by created_at, id limit $4",
        division,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
