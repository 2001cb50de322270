//! Table `account_grants`. Nothing is deleted: what was granted stays on record.

use std::collections::HashMap;

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, Grant, Id, Pii, Timestamp};
use uuid::Uuid;

use crate::domain::{AccountKind, GrantKind, HeldGrant};

struct Row {
    id: Id<GrantKind>,
    account_id: Id<AccountKind>,
    role: String,
    division: Division,
    created_at: Timestamp,
    valid_from: Timestamp,
    valid_until: Option<Timestamp>,
    granted_by: String,
    may_break_glass: bool,
    break_glass: bool,
}

impl From<Row> for HeldGrant {
    fn from(row: Row) -> Self {
        Self {
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
        }
    }
}

/// The grants of these accounts that are not over, by account.
pub(crate) async fn of(
    conn: &mut PgConnection,
    accounts: &[Uuid],
    now: Timestamp,
) -> Result<HashMap<Uuid, Vec<HeldGrant>>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", account_id as "account_id: _", role, division as "division: Division",
                  created_at as "created_at: _", valid_from as "valid_from: _", valid_until as "valid_until: _",
                  granted_by, may_break_glass, break_glass
           from account_grants
           where account_id = any($1) and (valid_until is null or valid_until > $2)
           order by account_id, role, division, id"#,
        accounts,
        now as _,
    )
    .fetch_all(conn)
    .await?;
    let mut grants: HashMap<Uuid, Vec<HeldGrant>> = HashMap::new();
    for row in rows {
        grants
            .entry(row.account_id.as_uuid())
            .or_default()
            .push(row.into());
    }
    Ok(grants)
}

/// One grant, over or not, held until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    id: Id<GrantKind>,
) -> Result<Option<HeldGrant>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", account_id as "account_id: _", role, division as "division: Division",
                  created_at as "created_at: _", valid_from as "valid_from: _", valid_until as "valid_until: _",
                  granted_by, may_break_glass, break_glass
           from account_grants where account_id = $1 and id = $2 for update"#,
        account.as_uuid(),
        id.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(HeldGrant::from))
}

/// Adds a grant to an account; why stays sealed.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    held: &HeldGrant,
    reason: &Pii<String>,
) -> Result<(), Fault> {
    let place = format!("account_grants/{}/reason", held.id);
    let reason = cipher.seal(&place, reason.expose("seal").as_bytes())?;
    sqlx::query!(
        "insert into account_grants (id, created_at, account_id, role, division, valid_from, valid_until, granted_by,
                                     sealed_reason, may_break_glass, break_glass)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        held.id.as_uuid(),
        held.created_at as _,
        held.account.as_uuid(),
        held.grant.role,
        held.grant.division.as_str(),
        held.valid_from as _,
        held.valid_until as _,
        held.granted_by,
        reason,
        held.may_break_glass,
        held.break_glass,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps that a grant was ended, and by whom.
pub(crate) async fn save_end(
    conn: &mut PgConnection,
    held: &HeldGrant,
    by: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update account_grants set valid_until = $2, ended_by = $3, updated_at = $4, version = version + 1
         where id = $1",
        held.id.as_uuid(),
        held.valid_until as _,
        by,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes all grants of an account away, at a branch: what was granted stays on record at the city.
pub(crate) async fn clear(conn: &mut PgConnection, account: Id<AccountKind>) -> Result<(), Fault> {
    sqlx::query!(
        "delete from account_grants where account_id = $1",
        account.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds grants as the city told them; why they were given it does not tell.
pub(crate) async fn copy(conn: &mut PgConnection, grants: &[HeldGrant]) -> Result<(), Fault> {
    for held in grants {
        sqlx::query!(
            "insert into account_grants (id, created_at, account_id, role, division, valid_from, valid_until,
                                         granted_by, may_break_glass, break_glass)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            held.id.as_uuid(),
            held.created_at as _,
            held.account.as_uuid(),
            held.grant.role,
            held.grant.division.as_str(),
            held.valid_from as _,
            held.valid_until as _,
            held.granted_by,
            held.may_break_glass,
            held.break_glass,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
