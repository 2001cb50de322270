//! Table `funds`. Every movement locks the row first.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Fen, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::fund::{Fund, FundId};

macro_rules! funds {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Fund,
            r#"select id as "id: FundId", version, created_at as "created_at: Timestamp",
                division as "division: Division", title, restricted, purposes, usable_from, usable_until,
                opened_on as "opened_on: FuzzyDate", balance_fen as "balance: Fen",
                reserved_fen as "reserved: Fen", sources, locations
            from funds "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Fund) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into funds (id, version, created_at, division, title, restricted, purposes, usable_from,
            usable_until, opened_on, balance_fen, reserved_fen, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.title,
        new.restricted,
        &new.purposes,
        new.usable_from,
        new.usable_until,
        &new.opened_on as _,
        new.balance.get(),
        new.reserved.get(),
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the natural key.
pub(crate) async fn find_natural(conn: &mut PgConnection, like: &Fund) -> Result<FundId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: FundId" from funds where title = $1 and division = $2"#,
        like.title,
        like.division.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row, or nothing, locked until the transaction ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: FundId) -> Result<Option<Fund>, Fault> {
    Ok(funds!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// Writes the balances of a locked row.
pub(crate) async fn save(
    conn: &mut PgConnection,
    fund: &Fund,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update funds set balance_fen = $2, reserved_fen = $3, version = version + 1, updated_at = $4
         where id = $1",
        fund.id.as_uuid(),
        fund.balance.get(),
        fund.reserved.get(),
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One row.
pub(crate) async fn get(conn: &mut PgConnection, id: FundId) -> Result<Fund, Fault> {
    funds!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    division: Option<&str>,
    page: &Page,
) -> Result<Vec<Fund>, Fault> {
    let rows = funds!(
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
