//! Table `break_glass`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use time::Date;

/// A role that was taken in an emergency.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) grant: String,
    pub(crate) account: String,
    pub(crate) role: String,
    pub(crate) division: String,
    pub(crate) business_date: Date,
    pub(crate) opened_at: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) closed_by: Option<String>,
}

/// Those of a day, or all; newest first.
pub(crate) async fn list(conn: &mut PgConnection, on: Option<Date>) -> Result<Vec<Entry>, Fault> {
    Ok(sqlx::query_as!(
        Entry,
        r#"select "grant", account, role, division, business_date, opened_at as "opened_at: _", until as "until: _",
                  closed_at as "closed_at: _", closed_by
           from break_glass where $1::date is null or business_date = $1
           order by opened_at desc, "grant" limit 500"#,
        on,
    )
    .fetch_all(conn)
    .await?)
}

/// Adds one; telling it again changes nothing.
pub(crate) async fn insert(conn: &mut PgConnection, entry: &Entry) -> Result<(), Fault> {
    sqlx::query!(
        r#"insert into break_glass ("grant", account, role, division, business_date, opened_at, until)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"#,
        entry.grant,
        entry.account,
        entry.role,
        entry.division,
        entry.business_date,
        entry.opened_at as _,
        entry.until as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps that one was given back. `false` when it is not known yet.
pub(crate) async fn close(
    conn: &mut PgConnection,
    grant: &str,
    at: Timestamp,
    by: &str,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        r#"update break_glass set closed_at = $2, closed_by = $3 where "grant" = $1"#,
        grant,
        at as _,
        by,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
