//! Table `signing_keys`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};

use crate::signing::SigningKey;

/// The key that signs now.
pub(crate) async fn active(conn: &mut PgConnection) -> Result<Option<SigningKey>, Fault> {
    Ok(sqlx::query_as!(
        SigningKey,
        r#"select id as "id: _", public_key, sealed_private_key from signing_keys where retired_at is null"#,
    )
    .fetch_optional(conn)
    .await?)
}

/// Ids and public parts of keys whose tokens may still be alive: not retired, or not for a day yet.
pub(crate) async fn published(
    conn: &mut PgConnection,
    retired_after: Timestamp,
) -> Result<Vec<SigningKey>, Fault> {
    Ok(sqlx::query_as!(
        SigningKey,
        r#"select id as "id: _", public_key, sealed_private_key from signing_keys
           where retired_at is null or retired_at > $1 order by created_at desc, id"#,
        retired_after as _,
    )
    .fetch_all(conn)
    .await?)
}

/// When the key that signs now was made; held until the unit of work ends.
pub(crate) async fn lock_active(conn: &mut PgConnection) -> Result<Option<Timestamp>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select created_at as "created_at: _" from signing_keys where retired_at is null for update"#,
    )
    .fetch_optional(conn)
    .await?)
}

/// Retires the key that signs now.
pub(crate) async fn retire(conn: &mut PgConnection, now: Timestamp) -> Result<(), Fault> {
    sqlx::query!(
        "update signing_keys set retired_at = $1, updated_at = $1, version = version + 1 where retired_at is null",
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds the active key, unless another process was first.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    key: &SigningKey,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into signing_keys (id, created_at, public_key, sealed_private_key) values ($1, $2, $3, $4)
         on conflict do nothing",
        key.id.as_uuid(),
        now as _,
        key.public_key,
        key.sealed_private_key,
    )
    .execute(conn)
    .await?;
    Ok(())
}
