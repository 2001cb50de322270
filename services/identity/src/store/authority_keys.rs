//! Table `authority_keys`: one row.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};

use crate::branch::Authority;

/// The authority; `None` before there is a branch.
pub(crate) async fn get(conn: &mut PgConnection) -> Result<Option<Authority>, Fault> {
    Ok(sqlx::query_as!(
        Authority,
        r#"select id as "id: _", public_key, sealed_private_key from authority_keys"#,
    )
    .fetch_optional(conn)
    .await?)
}

/// Keeps the authority.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    authority: &Authority,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into authority_keys (id, created_at, public_key, sealed_private_key) values ($1, $2, $3, $4)",
        authority.id.as_uuid(),
        now as _,
        authority.public_key,
        authority.sealed_private_key,
    )
    .execute(conn)
    .await?;
    Ok(())
}
