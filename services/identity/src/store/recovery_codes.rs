//! Table `recovery_codes`: keyed hashes only.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};
use uuid::Uuid;

use crate::domain::AccountKind;

/// Adds codes to an account.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    ids: &[Uuid],
    indexes: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into recovery_codes (id, created_at, account_id, code_index)
         select id, $3, $4, code_index from unnest($1::uuid[], $2::bytea[]) as new (id, code_index)",
        ids,
        indexes,
        now as _,
        account.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses a code up. `false` when the account has no such code, or has used it before.
pub(crate) async fn spend(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    index: &[u8],
    now: Timestamp,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "update recovery_codes set used_at = $3, updated_at = $3, version = version + 1
         where account_id = $1 and code_index = $2 and used_at is null",
        account.as_uuid(),
        index,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes all codes of an account away.
pub(crate) async fn clear(conn: &mut PgConnection, account: Id<AccountKind>) -> Result<(), Fault> {
    sqlx::query!(
        "delete from recovery_codes where account_id = $1",
        account.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}
