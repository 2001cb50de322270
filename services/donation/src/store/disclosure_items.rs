//! Table `disclosure_items`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::disclosure::{DisclosureItem, DisclosureItemId, DisclosureState};

macro_rules! items {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            DisclosureItem,
            r#"select id as "id: DisclosureItemId", version, created_at as "created_at: Timestamp",
                division as "division: Division", what, platform, fiscal_year, period,
                published_on as "published_on: FuzzyDate", proof_url, proof_sha256,
                state as "state: DisclosureState", sources, locations
            from disclosure_items "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &DisclosureItem) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into disclosure_items (id, version, created_at, division, what, platform, fiscal_year, period,
            published_on, proof_url, proof_sha256, state, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.what,
        new.platform,
        new.fiscal_year,
        new.period,
        &new.published_on as _,
        new.proof_url,
        new.proof_sha256,
        new.state as _,
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
    like: &DisclosureItem,
) -> Result<DisclosureItemId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: DisclosureItemId" from disclosure_items
           where what = $1 and platform = $2 and fiscal_year = $3 and division = $4"#,
        like.what,
        like.platform,
        like.fiscal_year,
        like.division.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row, locked until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: DisclosureItemId,
) -> Result<DisclosureItem, Fault> {
    items!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Writes the publication of a locked row.
pub(crate) async fn save(
    conn: &mut PgConnection,
    changed: &DisclosureItem,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update disclosure_items set state = $2, published_on = $3, proof_url = $4, proof_sha256 = $5,
            version = $6, updated_at = $7 where id = $1",
        changed.id.as_uuid(),
        changed.state as _,
        &changed.published_on as _,
        changed.proof_url,
        changed.proof_sha256,
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
    id: DisclosureItemId,
) -> Result<DisclosureItem, Fault> {
    items!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    fiscal_year: Option<i32>,
    state: Option<DisclosureState>,
    page: &Page,
) -> Result<Vec<DisclosureItem>, Fault> {
    let rows = items!(
        "where ($1::int is null or fiscal_year = $1)
           and ($2::timestamptz is null or (created_at, id) > ($2, $3)) and ($5::text is null or state = $5)
         order by created_at, id limit $4",
        fiscal_year,
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        state as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
