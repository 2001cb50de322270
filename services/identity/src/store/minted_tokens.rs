//! Table `minted_tokens`: what was minted, by whom; never the token.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};

use crate::domain::Minting;

/// Remembers a minted token.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    minting: &Minting,
    minted_by: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into minted_tokens (id, created_at, minted_by, role, division, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        minting.id.as_uuid(),
        now as _,
        minted_by,
        minting.grant.role,
        minting.grant.division.as_str(),
        minting.expires_at as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
