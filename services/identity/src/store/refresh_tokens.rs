//! Table `refresh_tokens`: keyed hashes of what clients keep.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};
use uuid::Uuid;

use crate::domain::{AccountKind, SessionKind};

/// The session that a token belongs to, and its account.
pub(crate) struct Owner {
    pub(crate) session: Id<SessionKind>,
    pub(crate) account: Id<AccountKind>,
}

/// Whose token this is.
pub(crate) async fn owner(conn: &mut PgConnection, index: &[u8]) -> Result<Option<Owner>, Fault> {
    Ok(sqlx::query_as!(
        Owner,
        r#"select session_id as "session: _", account_id as "account: _"
           from refresh_tokens join sessions on sessions.id = session_id where token_index = $1"#,
        index,
    )
    .fetch_optional(conn)
    .await?)
}

/// Uses a token up. `false` when it was used before.
pub(crate) async fn spend(
    conn: &mut PgConnection,
    index: &[u8],
    now: Timestamp,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "update refresh_tokens set used_at = $2, updated_at = $2, version = version + 1
         where token_index = $1 and used_at is null",
        index,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a token to a session.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    session: Id<SessionKind>,
    index: &[u8],
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into refresh_tokens (id, created_at, session_id, token_index) values ($1, $2, $3, $4)",
        id,
        now as _,
        session.as_uuid(),
        index,
    )
    .execute(conn)
    .await?;
    Ok(())
}
