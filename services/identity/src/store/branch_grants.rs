//! Table `branch_grants`: which grants a branch may go by until when, whatever was changed since.

use std::collections::HashMap;

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Grant, Id, Timestamp};
use uuid::Uuid;

use crate::domain::{AccountKind, BranchKind, GrantKind, HeldGrant};

/// Where a grant is held, and until when.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) county: Division,
    pub(crate) until: Timestamp,
}

/// Keeps until when a branch may go by these grants. What it was told before may hold longer.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    branch: Id<BranchKind>,
    (ids, grants, until): (&[Uuid], &[Uuid], &[Timestamp]),
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into branch_grants (id, created_at, branch_id, grant_id, held_until)
         select id, $4, $5, grant_id, held_until
         from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as new (id, grant_id, held_until)
         on conflict (branch_id, grant_id) do update
            set held_until = greatest(branch_grants.held_until, excluded.held_until), updated_at = $4,
                version = branch_grants.version + 1",
        ids,
        grants,
        until as _,
        now as _,
        branch.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where grants are held now.
pub(crate) async fn held(
    conn: &mut PgConnection,
    now: Timestamp,
) -> Result<HashMap<Id<GrantKind>, Held>, Fault> {
    let rows = sqlx::query!(
        r#"select grant_id as "grant_id: Id<GrantKind>", division as "division: Division",
                  held_until as "held_until: Timestamp"
           from branch_grants join branches on branches.id = branch_id where held_until > $1"#,
        now as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let held = Held {
                county: row.division,
                until: row.held_until,
            };
            (row.grant_id, held)
        })
        .collect())
}

/// Grants that count here no more, by themselves or with their account, and may still be gone by at a branch; with
/// the account's login.
pub(crate) async fn outdated(
    conn: &mut PgConnection,
    now: Timestamp,
) -> Result<Vec<(String, HeldGrant)>, Fault> {
    let rows = sqlx::query!(
        r#"select login, account_grants.id as "id: Id<GrantKind>", account_id as "account_id: Id<AccountKind>", role,
                  account_grants.division as "division: Division",
                  account_grants.created_at as "created_at: Timestamp", valid_from as "valid_from: Timestamp",
                  account_grants.valid_until as "valid_until: Timestamp", granted_by, may_break_glass, break_glass
           from branch_grants
           join account_grants on account_grants.id = grant_id
           join accounts on accounts.id = account_id
           where held_until > $1 and (disabled_at is not null or account_grants.valid_until <= $1)
           order by login, account_grants.id"#,
        now as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let held = HeldGrant {
                id: row.id,
                account: row.account_id,
                grant: Grant {
                    role: row.role,
                    division: row.division,
                },
                created_at: row.created_at,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
                granted_by: row.granted_by,
                may_break_glass: row.may_break_glass,
                break_glass: row.break_glass,
            };
            (row.login, held)
        })
        .collect())
}
