//! Request ids: the same id with the same request gives the same answer and no second effect (AIP-155).

use jianyi_kernel::{Call, Fault, Timestamp, Violation};
use jianyi_vault::FieldCipher;
use sqlx::PgConnection;

/// Claims the call's request id. `Some(reply)` when it was answered before. A second call with the
/// same id waits here for the first one's commit.
pub(crate) async fn claim(
    conn: &mut PgConnection,
    call: &Call,
    now: Timestamp,
    cipher: &FieldCipher,
) -> Result<Option<Vec<u8>>, Fault> {
    let Some(request_id) = &call.request_id else {
        return Ok(None);
    };
    let claimed = sqlx::query(
        "insert into idempotency (method, caller, request_id, request_hash, created_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(&call.method)
    .bind(&call.caller.subject)
    .bind(request_id)
    .bind(call.request_hash.as_slice())
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if claimed.rows_affected() == 1 {
        return Ok(None);
    }
    let (hash, sealed): (Vec<u8>, Option<Vec<u8>>) = sqlx::query_as(
        "select request_hash, sealed_reply from idempotency
         where method = $1 and caller = $2 and request_id = $3",
    )
    .bind(&call.method)
    .bind(&call.caller.subject)
    .bind(request_id)
    .fetch_one(&mut *conn)
    .await?;
    if hash != call.request_hash {
        return Err(Violation::new(
            "request_id",
            "REQUEST_ID_REUSED",
            "this request_id was used for a different request".into(),
            "该请求编号已用于另一份内容,请换一个编号",
        )
        .into());
    }
    let sealed = sealed.ok_or_else(|| Fault::internal("a committed request has no reply"))?;
    cipher.open(&place(call), &sealed).map(Some)
}

/// The reply as it is kept beside the claim.
pub(crate) fn seal(call: &Call, reply: &[u8], cipher: &FieldCipher) -> Result<Vec<u8>, Fault> {
    cipher.seal(&place(call), reply)
}

/// Keeps a sealed reply beside the claim, for calls without an audit entry; with one, both are one statement.
pub(crate) async fn answer(
    conn: &mut PgConnection,
    call: &Call,
    sealed: &[u8],
) -> Result<(), Fault> {
    sqlx::query(
        "update idempotency set sealed_reply = $4 where method = $1 and caller = $2 and request_id = $3",
    )
    .bind(&call.method)
    .bind(&call.caller.subject)
    .bind(&call.request_id)
    .bind(sealed)
    .execute(conn)
    .await?;
    Ok(())
}

fn place(call: &Call) -> String {
    format!(
        "idempotency/{}/{}",
        call.method,
        call.request_id.as_deref().unwrap_or_default()
    )
}
