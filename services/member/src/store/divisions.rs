//! Table `divisions`: codes and their periods of validity.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};
use time::Date;

use super::Window;
use crate::domain::division::{Entry, Kind, Level};

/// The division of a code on a day.
pub(crate) async fn get(
    conn: &mut PgConnection,
    code: &str,
    as_of: Date,
) -> Result<Option<Entry>, Fault> {
    Ok(sqlx::query_as!(
        Entry,
        r#"select id, created_at as "created_at: Timestamp", code as "code: Division", display_name,
                  kind as "kind: Kind", level as "level: Level", parent_code as "parent: Division",
                  valid_from, valid_to, successor_code as "successor: Division"
           from divisions
           where code = $1 and (valid_from is null or valid_from <= $2) and (valid_to is null or $2 < valid_to)"#,
        code,
        as_of
    )
    .fetch_optional(conn)
    .await?)
}

/// What a list of divisions is narrowed to.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) parent: Option<Division>,
    pub(crate) kind: Option<Kind>,
    pub(crate) level: Option<Level>,
    pub(crate) as_of: Date,
}

/// Divisions of a day, in the order of their codes.
pub(crate) async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    window: Window,
) -> Result<Vec<Entry>, Fault> {
    Ok(sqlx::query_as!(
        Entry,
        r#"select id, created_at as "created_at: Timestamp", code as "code: Division", display_name,
                  kind as "kind: Kind", level as "level: Level", parent_code as "parent: Division",
                  valid_from, valid_to, successor_code as "successor: Division"
           from divisions
           where ($1::text is null or parent_code = $1)
             and ($2::text is null or kind = $2)
             and ($3::text is null or level = $3)
             and (valid_from is null or valid_from <= $4) and (valid_to is null or $4 < valid_to)
             and ($5::timestamptz is null or (created_at, id) > ($5, $6::uuid))
           order by created_at, id limit $7"#,
        filter.parent.as_ref() as _,
        filter.kind as _,
        filter.level as _,
        filter.as_of,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(conn)
    .await?)
}
