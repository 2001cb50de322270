//! Table `login_attempts`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use uuid::Uuid;

use crate::domain::Attempts;

/// Reads and locks what is remembered about a login, from nothing if need be: of several attempts at
/// once each sees the failures of those before it.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    new_id: Uuid,
    login_index: &[u8],
    now: Timestamp,
) -> Result<Attempts, Fault> {
    sqlx::query!(
        "insert into login_attempts (id, created_at, login_index) values ($1, $2, $3) on conflict do nothing",
        new_id,
        now as _,
        login_index,
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_as!(
        Attempts,
        r#"select failures, failed_at as "failed_at: _", locked_until as "locked_until: _"
           from login_attempts where login_index = $1 for update"#,
        login_index,
    )
    .fetch_one(conn)
    .await?)
}

/// Keeps what is now known about a login.
pub(crate) async fn save(
    conn: &mut PgConnection,
    login_index: &[u8],
    attempts: &Attempts,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update login_attempts set failures = $2, failed_at = $3, locked_until = $4, updated_at = $5,
                version = version + 1
         where login_index = $1",
        login_index,
        attempts.failures,
        attempts.failed_at as _,
        attempts.locked_until as _,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets a login's failures.
pub(crate) async fn clear(conn: &mut PgConnection, login_index: &[u8]) -> Result<(), Fault> {
    sqlx::query!(
        "delete from login_attempts where login_index = $1",
        login_index
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets failures before an instant, so that guessing logins does not fill the disk. Rows that
/// somebody holds are left for the next time.
pub(crate) async fn forget_before(conn: &mut PgConnection, before: Timestamp) -> Result<(), Fault> {
    sqlx::query!(
        "delete from login_attempts where id in (
            select id from login_attempts where failed_at < $1 limit 100 for update skip locked)",
        before as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
