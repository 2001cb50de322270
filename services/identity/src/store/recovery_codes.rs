//! Table `recovery_codes`: keyed hashes, and sealed hashes for the branches that an account reaches.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Id, Pii, Timestamp};
use uuid::Uuid;

use crate::domain::AccountKind;

fn place(id: Uuid) -> String {
    format!("recovery_codes/{id}/digest")
}

/// A code to be kept: by its keyed hash, and by the hash that branches are told.
#[derive(Debug)]
pub(crate) struct NewCode {
    pub(crate) id: Uuid,
    pub(crate) index: Vec<u8>,
    pub(crate) digest: Pii<Vec<u8>>,
}

/// Adds codes to an account.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: Id<AccountKind>,
    codes: &[NewCode],
    now: Timestamp,
) -> Result<(), Fault> {
    let ids: Vec<Uuid> = codes.iter().map(|code| code.id).collect();
    let indexes: Vec<Vec<u8>> = codes.iter().map(|code| code.index.clone()).collect();
    let digests = codes
        .iter()
        .map(|code| cipher.seal(&place(code.id), code.digest.expose("seal")))
        .collect::<Result<Vec<_>, _>>()?;
    sqlx::query!(
        "insert into recovery_codes (id, created_at, account_id, code_index, sealed_digest)
         select id, $4, $5, code_index, sealed_digest
         from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as new (id, code_index, sealed_digest)",
        &ids,
        &indexes,
        &digests,
        now as _,
        account.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The hashes of the codes that are left, as branches are told them.
pub(crate) async fn digests(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: Id<AccountKind>,
) -> Result<Vec<Pii<Vec<u8>>>, Fault> {
    let rows = sqlx::query!(
        r#"select id, sealed_digest as "sealed_digest!" from recovery_codes
           where account_id = $1 and used_at is null and sealed_digest is not null order by id"#,
        account.as_uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            cipher
                .open(&place(row.id), &row.sealed_digest)
                .map(Pii::new)
        })
        .collect()
}

/// Makes these the codes of an account at a branch. One that was used here stays used.
pub(crate) async fn copy(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    (ids, indexes): (&[Uuid], &[Vec<u8>]),
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "delete from recovery_codes where account_id = $1 and code_index <> all($2)",
        account.as_uuid(),
        indexes,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into recovery_codes (id, created_at, account_id, code_index)
         select id, $3, $4, code_index from unnest($1::uuid[], $2::bytea[]) as new (id, code_index)
         on conflict (code_index) do nothing",
        ids,
        indexes,
        now as _,
        account.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses a code up. `false` when the account has no such code, or has used it before.
pub(crate) async fn spend(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    index: &[u8],
    now: Timestamp,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "update recovery_codes set used_at = $3, updated_at = $3, version = version + 1
         where account_id = $1 and code_index = $2 and used_at is null",
        account.as_uuid(),
        index,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes all codes of an account away.
pub(crate) async fn clear(conn: &mut PgConnection, account: Id<AccountKind>) -> Result<(), Fault> {
    sqlx::query!(
        "delete from recovery_codes where account_id = $1",
        account.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}
