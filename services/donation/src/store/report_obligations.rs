//! Table `report_obligations`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};
use jianyi_rpc::Page;
use time::Date;
use uuid::Uuid;

use crate::domain::report::{ObligationState, ReportObligation, ReportObligationId, ReportRuleId};

macro_rules! obligations {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            ReportObligation,
            r#"select id as "id: ReportObligationId", version, created_at as "created_at: Timestamp",
                division as "division: Division", rule_id as "rule: ReportRuleId", year, quarter,
                due_on as "due_on: Date", state as "state: ObligationState", submitted_on, receipt_no, sources,
                locations
            from report_obligations "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the quarter is scheduled already.
pub(crate) async fn insert(conn: &mut PgConnection, new: &ReportObligation) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into report_obligations (id, version, created_at, division, rule_id, year, quarter, due_on,
            state, submitted_on, receipt_no, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.rule.as_uuid(),
        new.year,
        new.quarter,
        new.due_on,
        new.state as _,
        new.submitted_on,
        new.receipt_no,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The obligations of a year under a rule, by quarter.
pub(crate) async fn of_year(
    conn: &mut PgConnection,
    rule: ReportRuleId,
    year: i32,
) -> Result<Vec<ReportObligation>, Fault> {
    let rows = obligations!(
        "where rule_id = $1 and year = $2 order by quarter",
        rule.as_uuid(),
        year
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// One row, locked until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: ReportObligationId,
) -> Result<ReportObligation, Fault> {
    obligations!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Writes the submission of a locked row.
pub(crate) async fn save(
    conn: &mut PgConnection,
    changed: &ReportObligation,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update report_obligations set state = $2, submitted_on = $3, receipt_no = $4, version = $5,
            updated_at = $6 where id = $1",
        changed.id.as_uuid(),
        changed.state as _,
        changed.submitted_on,
        changed.receipt_no,
        changed.version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One row.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: ReportObligationId,
) -> Result<ReportObligation, Fault> {
    obligations!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    year: Option<i32>,
    rule: Option<Uuid>,
    page: &Page,
) -> Result<Vec<ReportObligation>, Fault> {
    let rows = obligations!(
        "where ($1::int is null or year = $1) and ($2::uuid is null or rule_id = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4)) order by created_at, id limit $5",
        year,
        rule,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
