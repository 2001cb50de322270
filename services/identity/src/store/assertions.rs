//! Table `assertions`: ids that counted, kept until they could count no more.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use uuid::Uuid;

/// Remembers an id. `false` when it is known: the assertion was used before.
pub(crate) async fn claim(
    conn: &mut PgConnection,
    id: Uuid,
    (client, nonce_index): (&str, &[u8]),
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, Fault> {
    sqlx::query!(
        "delete from assertions where id in (
            select id from assertions where expires_at < $1 limit 100 for update skip locked)",
        now as _,
    )
    .execute(&mut *conn)
    .await?;
    let done = sqlx::query!(
        "insert into assertions (id, created_at, client, nonce_index, expires_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        id,
        now as _,
        client,
        nonce_index,
        expires_at as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
