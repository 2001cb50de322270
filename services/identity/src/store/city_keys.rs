//! Table `city_keys`: what a branch knows of the keys that verify the city's tokens.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};

use crate::signing::SigningKeyKind;

/// A public key of the city.
#[derive(Debug)]
pub(crate) struct CityKey {
    pub(crate) id: Id<SigningKeyKind>,
    /// base64url, the `x` of a JWK.
    pub(crate) public_key: String,
    pub(crate) retired_at: Option<Timestamp>,
}

/// Keeps a version of a key, unless this or a newer one is known.
pub(crate) async fn advance(
    conn: &mut PgConnection,
    key: &CityKey,
    version: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into city_keys (id, version, created_at, public_key, retired_at) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set version = $2, updated_at = $3, retired_at = $5
            where city_keys.version < $2",
        key.id.as_uuid(),
        version,
        now as _,
        key.public_key,
        key.retired_at as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keys whose tokens may still be alive, as at [`super::signing_keys::published`].
pub(crate) async fn published(
    conn: &mut PgConnection,
    retired_after: Timestamp,
) -> Result<Vec<CityKey>, Fault> {
    Ok(sqlx::query_as!(
        CityKey,
        r#"select id as "id: _", public_key, retired_at as "retired_at: _" from city_keys
           where retired_at is null or retired_at > $1 order by created_at desc, id"#,
        retired_after as _,
    )
    .fetch_all(conn)
    .await?)
}
