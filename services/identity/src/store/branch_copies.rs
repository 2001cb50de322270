//! Table `branch_copies`: what each branch was told last about each account.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};
use uuid::Uuid;

use crate::domain::{AccountKind, BranchKind, LastTold};

/// What a branch was told last, held until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    branch: Id<BranchKind>,
    account: Id<AccountKind>,
) -> Result<Option<LastTold>, Fault> {
    Ok(sqlx::query_as!(
        LastTold,
        r#"select version, retracted_at as "retracted_at: _" from branch_copies
           where branch_id = $1 and account_id = $2 for update"#,
        branch.as_uuid(),
        account.as_uuid(),
    )
    .fetch_optional(conn)
    .await?)
}

/// Keeps what a branch is told now, and until when it may go by that.
pub(crate) async fn publish(
    conn: &mut PgConnection,
    new_id: Uuid,
    (branch, account): (Id<BranchKind>, Id<AccountKind>),
    (version, valid_until): (i64, Timestamp),
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into branch_copies (id, version, created_at, branch_id, account_id, valid_until)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (branch_id, account_id) do update
            set version = $2, updated_at = $3, valid_until = $6, retracted_at = null",
        new_id,
        version,
        now as _,
        branch.as_uuid(),
        account.as_uuid(),
        valid_until as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps that an account was taken back from a branch. What it was told before keeps its end.
pub(crate) async fn retract(
    conn: &mut PgConnection,
    branch: Id<BranchKind>,
    account: Id<AccountKind>,
    version: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update branch_copies set version = $3, retracted_at = $4, updated_at = $4
         where branch_id = $1 and account_id = $2",
        branch.as_uuid(),
        account.as_uuid(),
        version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Accounts of which a branch must be told again, because what it was told ends before an instant.
pub(crate) async fn due(
    conn: &mut PgConnection,
    before: Timestamp,
) -> Result<Vec<Id<AccountKind>>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select distinct account_id as "account_id: Id<AccountKind>"
           from branch_copies join branches on branches.id = branch_id
           where retracted_at is null and ended_at is null and valid_until < $1"#,
        before as _,
    )
    .fetch_all(conn)
    .await?)
}

/// The accounts that a branch was told and that were not taken back.
pub(crate) async fn held(
    conn: &mut PgConnection,
    branch: Id<BranchKind>,
) -> Result<Vec<(Id<AccountKind>, i64)>, Fault> {
    let rows = sqlx::query!(
        r#"select account_id as "account_id: Id<AccountKind>", version from branch_copies
           where branch_id = $1 and retracted_at is null order by account_id for update"#,
        branch.as_uuid(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.account_id, row.version))
        .collect())
}
