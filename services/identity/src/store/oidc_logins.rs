//! Table `oidc_logins`: begun and not come back yet. Verifier and nonce are sealed, the state is a keyed hash.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Pii, Timestamp};
use uuid::Uuid;

use crate::oidc::Secrets;

fn place(id: Uuid, column: &str) -> String {
    format!("oidc_logins/{id}/{column}")
}

/// Forgets logins whose time is over, so that beginning them does not fill the disk.
pub(crate) async fn forget(conn: &mut PgConnection, now: Timestamp) -> Result<(), Fault> {
    sqlx::query!(
        "delete from oidc_logins where id in (
            select id from oidc_logins where expires_at <= $1 limit 100 for update skip locked)",
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a login under its state, from now until then.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: Uuid,
    (state_index, secrets): (&[u8], &Secrets),
    (now, until): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    let verifier = secrets.verifier.expose("seal").as_bytes();
    let nonce = secrets.nonce.expose("seal").as_bytes();
    sqlx::query!(
        "insert into oidc_logins (id, created_at, state_index, sealed_verifier, sealed_nonce, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        now as _,
        state_index,
        cipher.seal(&place(id, "verifier"), verifier)?,
        cipher.seal(&place(id, "nonce"), nonce)?,
        until as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a login out: nobody finds it a second time.
pub(crate) async fn claim(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    state_index: &[u8],
    now: Timestamp,
) -> Result<Option<Secrets>, Fault> {
    let row = sqlx::query!(
        r#"delete from oidc_logins where state_index = $1
           returning id, sealed_verifier, sealed_nonce, expires_at as "expires_at: Timestamp""#,
        state_index,
    )
    .fetch_optional(conn)
    .await?;
    row.filter(|row| now < row.expires_at)
        .map(|row| {
            let verifier = cipher.open_text(&place(row.id, "verifier"), &row.sealed_verifier)?;
            let nonce = cipher.open_text(&place(row.id, "nonce"), &row.sealed_nonce)?;
            Ok(Secrets {
                verifier: Pii::new(verifier),
                nonce: Pii::new(nonce),
            })
        })
        .transpose()
}
