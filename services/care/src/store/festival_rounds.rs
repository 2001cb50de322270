//! Table `festival_rounds`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, Timestamp};
use jianyi_rpc::Page;

use crate::domain::festival_round::{Festival, Round};
use crate::domain::id::RoundId;

macro_rules! rounds {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Round,
            r#"select id as "id: RoundId", created_at as "created_at: Timestamp", festival as "festival: Festival",
                      year, festival_day, stated_coverage_percent as "stated_coverage_percent: Count",
                      division as "division: Division", sources, locations
               from festival_rounds "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when its natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Round) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into festival_rounds (id, created_at, festival, year, festival_day, stated_coverage_percent,
                division, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        new.festival as _,
        new.year,
        new.festival_day,
        new.stated_coverage_percent as _,
        &new.division as _,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The one with the same natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &Round,
) -> Result<Option<RoundId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: RoundId" from festival_rounds where festival = $1 and year = $2 and division = $3"#,
        like.festival as _,
        like.year,
        &like.division as _,
    )
    .fetch_optional(conn)
    .await?)
}

/// One by id.
pub(crate) async fn find(conn: &mut PgConnection, id: RoundId) -> Result<Option<Round>, Fault> {
    Ok(rounds!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// A page, of one year unless it is 0.
pub(crate) async fn list(
    conn: &mut PgConnection,
    year: i32,
    page: &Page,
) -> Result<Vec<Round>, Fault> {
    Ok(rounds!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) and ($4::int4 = 0 or year = $4)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        year,
    )
    .fetch_all(conn)
    .await?)
}
