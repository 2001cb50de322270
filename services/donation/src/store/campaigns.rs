//! Table `campaigns`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::campaign::{Campaign, CampaignId};

macro_rules! campaigns {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Campaign,
            r#"select id as "id: CampaignId", version, created_at as "created_at: Timestamp",
                division as "division: Division", year, title, platform, fundraiser,
                window_on as "window: FuzzyDate", sub_windows, sources, locations
            from campaigns "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Campaign) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into campaigns (id, version, created_at, division, year, title, platform, fundraiser,
            window_on, sub_windows, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.year,
        new.title,
        new.platform,
        new.fundraiser,
        &new.window as _,
        &new.sub_windows,
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
    like: &Campaign,
) -> Result<CampaignId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: CampaignId" from campaigns where year = $1 and title = $2 and division = $3"#,
        like.year,
        like.title,
        like.division.as_str(),
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row.
pub(crate) async fn get(conn: &mut PgConnection, id: CampaignId) -> Result<Campaign, Fault> {
    campaigns!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    year: Option<i32>,
    division: Option<&str>,
    page: &Page,
) -> Result<Vec<Campaign>, Fault> {
    let rows = campaigns!(
        "where ($1::int is null or year = $1) and ($2::text is null or division = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4)) order by created_at, id limit $5",
        year,
        division,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
