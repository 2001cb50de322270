//! Table `signing_keys`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};

use crate::signing::{SigningKey, SigningKeyKind};

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

/// A key as branches are told it.
#[derive(Debug)]
pub(crate) struct Tellable {
    pub(crate) id: Id<SigningKeyKind>,
    pub(crate) version: i64,
    pub(crate) public_key: String,
    pub(crate) retired_at: Option<Timestamp>,
}

/// The keys that [`published`] gives and that branches were not told since an instant; held until the unit of work
/// ends.
pub(crate) async fn untold(
    conn: &mut PgConnection,
    retired_after: Timestamp,
    told_before: Timestamp,
) -> Result<Vec<Tellable>, Fault> {
    Ok(sqlx::query_as!(
        Tellable,
        r#"select id as "id: _", version, public_key, retired_at as "retired_at: _" from signing_keys
           where (retired_at is null or retired_at > $1)
             and (told_at is null or told_at < $2 or told_at < coalesce(retired_at, created_at))
           order by created_at, id for update"#,
        retired_after as _,
        told_before as _,
    )
    .fetch_all(conn)
    .await?)
}

/// Keeps that branches were told a key.
pub(crate) async fn save_told(
    conn: &mut PgConnection,
    id: Id<SigningKeyKind>,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update signing_keys set told_at = $2 where id = $1",
        id.as_uuid(),
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
