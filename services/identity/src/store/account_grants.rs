//! Table `account_grants`.

use std::collections::HashMap;

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Grant, Timestamp};
use uuid::Uuid;

/// The grants of these accounts, by account.
pub(crate) async fn of(
    conn: &mut PgConnection,
    accounts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Grant>>, Fault> {
    let rows = sqlx::query!(
        r#"select account_id, role, division as "division: Division" from account_grants
           where account_id = any($1) order by account_id, role, division"#,
        accounts,
    )
    .fetch_all(conn)
    .await?;
    let mut grants: HashMap<Uuid, Vec<Grant>> = HashMap::new();
    for row in rows {
        grants.entry(row.account_id).or_default().push(Grant {
            role: row.role,
            division: row.division,
        });
    }
    Ok(grants)
}

/// Adds a grant to an account.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    account: Uuid,
    grant: &Grant,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into account_grants (id, created_at, account_id, role, division) values ($1, $2, $3, $4, $5)",
        id,
        now as _,
        account,
        grant.role,
        grant.division.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
