//! Table `password_history`: hashes that were in use, sealed as the present one is.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Id, Pii, Timestamp};
use uuid::Uuid;

use crate::domain::AccountKind;

fn place(id: Uuid) -> String {
    format!("password_history/{id}/password")
}

/// The hashes before the present one, newest first.
pub(crate) async fn last(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: Id<AccountKind>,
    count: i64,
) -> Result<Vec<Pii<String>>, Fault> {
    let rows = sqlx::query!(
        "select id, sealed_password from password_history where account_id = $1 order by created_at desc, id desc limit $2",
        account.as_uuid(),
        count,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            cipher
                .open_text(&place(row.id), &row.sealed_password)
                .map(Pii::new)
        })
        .collect()
}

/// Keeps a hash that is replaced.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: Uuid,
    (account, hash): (Id<AccountKind>, &Pii<String>),
    now: Timestamp,
) -> Result<(), Fault> {
    let sealed = cipher.seal(&place(id), hash.expose("seal").as_bytes())?;
    sqlx::query!(
        "insert into password_history (id, created_at, account_id, sealed_password) values ($1, $2, $3, $4)",
        id,
        now as _,
        account.as_uuid(),
        sealed,
    )
    .execute(conn)
    .await?;
    Ok(())
}
