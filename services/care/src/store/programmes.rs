//! Table `programmes`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};
use jianyi_rpc::Page;

use crate::domain::id::ProgrammeId;
use crate::domain::programme::{Programme, ProgrammeGroup};

macro_rules! programmes {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Programme,
            r#"select id as "id: ProgrammeId", created_at as "created_at: Timestamp", year, title,
                      programme_group as "programme_group: ProgrammeGroup",
                      division as "division: Division", sources, locations
               from programmes "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when its natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Programme) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into programmes (id, created_at, year, title, programme_group, division, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        new.year,
        new.title,
        new.programme_group as _,
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
    like: &Programme,
) -> Result<Option<ProgrammeId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: ProgrammeId" from programmes where year = $1 and title = $2 and division = $3"#,
        like.year,
        like.title,
        &like.division as _,
    )
    .fetch_optional(conn)
    .await?)
}

/// One by id.
pub(crate) async fn find(
    conn: &mut PgConnection,
    id: ProgrammeId,
) -> Result<Option<Programme>, Fault> {
    Ok(programmes!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// A page, of one year unless it is 0.
pub(crate) async fn list(
    conn: &mut PgConnection,
    year: i32,
    page: &Page,
) -> Result<Vec<Programme>, Fault> {
    Ok(programmes!(
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
