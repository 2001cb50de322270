//! Table `audits`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::audit::{Audit, AuditId, Opinion};

macro_rules! audits {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Audit,
            r#"select id as "id: AuditId", version, created_at as "created_at: Timestamp",
                division as "division: Division", fiscal_year, firm, performed_on as "performed_on: FuzzyDate",
                opinion as "opinion: Opinion", report_reference, sources, locations
            from audits "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Audit) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into audits (id, version, created_at, division, fiscal_year, firm, performed_on, opinion,
            report_reference, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.fiscal_year,
        new.firm,
        &new.performed_on as _,
        new.opinion as _,
        new.report_reference,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the natural key.
pub(crate) async fn find_natural(conn: &mut PgConnection, like: &Audit) -> Result<AuditId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: AuditId" from audits where fiscal_year = $1 and division = $2"#,
        like.fiscal_year,
        like.division.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row.
pub(crate) async fn get(conn: &mut PgConnection, id: AuditId) -> Result<Audit, Fault> {
    audits!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    fiscal_year: Option<i32>,
    page: &Page,
) -> Result<Vec<Audit>, Fault> {
    let rows = audits!(
        "where ($1::int is null or fiscal_year = $1)
           and ($2::timestamptz is null or (created_at, id) > ($2, $3)) order by created_at, id limit $4",
        fiscal_year,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
