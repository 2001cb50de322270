//! Table `account_copies`: which version of an account a branch knows, and until when it may go by it.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};

use crate::domain::AccountKind;

/// Keeps a version; without an end the account is taken back. `false` when this or a newer one is known.
pub(crate) async fn advance(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    version: i64,
    valid_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into account_copies (id, version, created_at, valid_until) values ($1, $2, $3, $4)
         on conflict (id) do update set version = $2, updated_at = $3, valid_until = $4
            where account_copies.version < $2",
        account.as_uuid(),
        version,
        now as _,
        valid_until as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Until when the account may be let in; `None` when it is none of this branch's.
pub(crate) async fn valid_until(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
) -> Result<Option<Timestamp>, Fault> {
    let row = sqlx::query_scalar!(
        r#"select valid_until as "valid_until: Timestamp" from account_copies where id = $1"#,
        account.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.flatten())
}

/// Whether this database has accounts that are no copies, and whether it has copies: a city has only the former, a
/// branch only the latter.
pub(crate) async fn kinds(conn: &mut PgConnection) -> Result<(bool, bool), Fault> {
    let row = sqlx::query!(
        r#"select exists (select from accounts where not exists
                             (select from account_copies where account_copies.id = accounts.id)) as "own!",
                  exists (select from account_copies) as "copies!""#,
    )
    .fetch_one(conn)
    .await?;
    Ok((row.own, row.copies))
}
