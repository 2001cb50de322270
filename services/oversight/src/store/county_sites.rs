//! Table `county_sites`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Id, Timestamp};

use crate::domain::Stored;
use crate::domain::county_site::{CountySite, SiteUrl};
use crate::store::Window;

/// A row as it is stored.
struct Row {
    id: Id<CountySite>,
    version: i64,
    created_at: Timestamp,
    division: Division,
    url: String,
    on_city_broker: bool,
    certificate_until: Option<Timestamp>,
    joined_at: Timestamp,
    left_at: Option<Timestamp>,
}

impl From<Row> for Stored<CountySite> {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            it: CountySite {
                county: row.division,
                url: SiteUrl::stored(row.url),
                on_city_broker: row.on_city_broker,
                certificate_until: row.certificate_until,
                joined_at: row.joined_at,
                left_at: row.left_at,
            },
        }
    }
}

/// Writes a new row; `false` when the county has one.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Stored<CountySite>,
) -> Result<bool, Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into county_sites (id, created_at, division, url, on_city_broker, certificate_until, joined_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.county.as_str(),
        it.url.as_str(),
        it.on_city_broker,
        it.certificate_until as _,
        it.joined_at as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes a changed row.
pub(crate) async fn update(
    conn: &mut PgConnection,
    site: &Stored<CountySite>,
) -> Result<(), Fault> {
    let it = &site.it;
    sqlx::query!(
        "update county_sites
         set version = $2, url = $3, on_city_broker = $4, certificate_until = $5, joined_at = $6, left_at = $7
         where id = $1",
        site.id.as_uuid(),
        site.version,
        it.url.as_str(),
        it.on_city_broker,
        it.certificate_until as _,
        it.joined_at as _,
        it.left_at as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A county's row, whether it belongs or left, held until the end of the unit of work.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    county: &Division,
) -> Result<Option<Stored<CountySite>>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", division as "division: _", url, on_city_broker,
                  certificate_until as "certificate_until: _", joined_at as "joined_at: _", left_at as "left_at: _"
           from county_sites where division = $1 for update"#,
        county.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Into::into))
}

/// Those that belong, of a window, in the order they first joined.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<CountySite>>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", division as "division: _", url, on_city_broker,
                  certificate_until as "certificate_until: _", joined_at as "joined_at: _", left_at as "left_at: _"
           from county_sites
           where left_at is null and ($1::timestamptz is null or (created_at, id) > ($1, $2))
           order by created_at, id limit $3"#,
        window.after_time as _,
        window.after_id,
        window.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// All that belong, by code.
pub(crate) async fn joined(conn: &mut PgConnection) -> Result<Vec<Stored<CountySite>>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", division as "division: _", url, on_city_broker,
                  certificate_until as "certificate_until: _", joined_at as "joined_at: _", left_at as "left_at: _"
           from county_sites where left_at is null order by division"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Whether a county belongs and has a broker of its own.
pub(crate) async fn has_own_broker(
    conn: &mut PgConnection,
    county: &Division,
) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
               select 1 from county_sites where division = $1 and left_at is null and not on_city_broker
           ) as "it!""#,
        county.as_str(),
    )
    .fetch_one(conn)
    .await?)
}
