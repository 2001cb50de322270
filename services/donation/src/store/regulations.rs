//! Table `regulations`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::regulation::{Regulation, RegulationId};

macro_rules! regulations {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Regulation,
            r#"select id as "id: RegulationId", version, created_at as "created_at: Timestamp",
                division as "division: Division", title, issuer, document_no, edition,
                in_force_from as "in_force_from: FuzzyDate", repealed_on as "repealed_on: FuzzyDate", sources,
                locations
            from regulations "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Regulation) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into regulations (id, version, created_at, division, title, issuer, document_no, edition,
            in_force_from, in_force_key, repealed_on, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.title,
        new.issuer,
        new.document_no,
        new.edition,
        &new.in_force_from as _,
        new.in_force_from.canonical(),
        &new.repealed_on as _,
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
    like: &Regulation,
) -> Result<RegulationId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: RegulationId" from regulations where title = $1 and in_force_key = $2"#,
        like.title,
        like.in_force_from.canonical(),
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row.
pub(crate) async fn get(conn: &mut PgConnection, id: RegulationId) -> Result<Regulation, Fault> {
    regulations!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(conn: &mut PgConnection, page: &Page) -> Result<Vec<Regulation>, Fault> {
    let rows = regulations!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
