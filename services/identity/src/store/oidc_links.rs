//! Table `oidc_links`: which account somebody at an outside provider is. Found by a keyed hash; sealed otherwise.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Id, Timestamp};
use uuid::Uuid;

use crate::domain::AccountKind;
use crate::oidc::Outside;

/// A link to be made.
#[derive(Debug)]
pub(crate) struct NewLink<'a> {
    pub(crate) id: Uuid,
    pub(crate) account: Id<AccountKind>,
    pub(crate) subject_index: &'a [u8],
    pub(crate) linked_by: &'a str,
}

/// The account that somebody is linked to.
pub(crate) async fn account(
    conn: &mut PgConnection,
    issuer: &str,
    subject_index: &[u8],
) -> Result<Option<Id<AccountKind>>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select account_id as "account: _" from oidc_links where issuer = $1 and subject_index = $2"#,
        issuer,
        subject_index,
    )
    .fetch_optional(conn)
    .await?)
}

/// Adds a link. `false` when the account has one at this provider, or this somebody has one.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    link: &NewLink<'_>,
    outside: &Outside,
    now: Timestamp,
) -> Result<bool, Fault> {
    let subject = outside.subject.expose("seal").as_bytes();
    let sealed = cipher.seal(&format!("oidc_links/{}/subject", link.id), subject)?;
    let done = sqlx::query!(
        "insert into oidc_links (id, created_at, account_id, issuer, subject_index, sealed_subject, linked_by)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        link.id,
        now as _,
        link.account.as_uuid(),
        outside.issuer,
        link.subject_index,
        sealed,
        link.linked_by,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes an account's link to a provider away. `false` when there is none.
pub(crate) async fn remove(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    issuer: &str,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "delete from oidc_links where account_id = $1 and issuer = $2",
        account.as_uuid(),
        issuer,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
