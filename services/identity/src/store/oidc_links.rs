//! Table `oidc_links`: which account somebody at an outside provider is. Found by a keyed hash; sealed otherwise.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Id, Pii, Timestamp};
use jianyi_rpc::Page;
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

/// A link as it is kept.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) id: Uuid,
    pub(crate) created_at: Timestamp,
    pub(crate) account: Id<AccountKind>,
    pub(crate) outside: Outside,
    pub(crate) linked_by: String,
}

fn place(id: Uuid) -> String {
    format!("oidc_links/{id}/subject")
}

/// One page of links, oldest first, of an account or of all.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: Option<Id<AccountKind>>,
    page: &Page,
) -> Result<Vec<Link>, Fault> {
    let rows = sqlx::query!(
        r#"select id, created_at as "created_at: Timestamp", account_id as "account: Id<AccountKind>", issuer,
                  sealed_subject, linked_by
           from oidc_links
           where ($1::uuid is null or account_id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
           order by created_at, id limit $4"#,
        account.map(Id::as_uuid),
        page.after_time() as _,
        page.after_id(),
        page.limit(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let subject = cipher.open_text(&place(row.id), &row.sealed_subject)?;
            Ok(Link {
                id: row.id,
                created_at: row.created_at,
                account: row.account,
                outside: Outside {
                    issuer: row.issuer,
                    subject: Pii::new(subject),
                },
                linked_by: row.linked_by,
            })
        })
        .collect()
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
    let sealed = cipher.seal(&place(link.id), subject)?;
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
