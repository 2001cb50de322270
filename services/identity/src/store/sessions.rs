//! Table `sessions`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Timestamp};

use crate::domain::{AccountKind, Ended, Session, SessionKind};

/// Adds a session.
pub(crate) async fn insert(conn: &mut PgConnection, session: &Session) -> Result<(), Fault> {
    sqlx::query!(
        "insert into sessions (id, created_at, account_id, methods, used_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        session.id.as_uuid(),
        session.created_at as _,
        session.account.as_uuid(),
        &session.methods,
        session.used_at as _,
        session.expires_at as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One session, held until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<SessionKind>) -> Result<Session, Fault> {
    sqlx::query_as!(
        Session,
        r#"select id as "id: _", account_id as "account: _", created_at as "created_at: _", methods,
                  used_at as "used_at: _", expires_at as "expires_at: _", ended_at as "ended_at: _"
           from sessions where id = $1 for update"#,
        id.as_uuid(),
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Fault::NotFound(id.name()))
}

/// The sessions of an account that are alive, newest first.
pub(crate) async fn alive(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    now: Timestamp,
    used_after: Timestamp,
) -> Result<Vec<Session>, Fault> {
    Ok(sqlx::query_as!(
        Session,
        r#"select id as "id: _", account_id as "account: _", created_at as "created_at: _", methods,
                  used_at as "used_at: _", expires_at as "expires_at: _", ended_at as "ended_at: _"
           from sessions
           where account_id = $1 and ended_at is null and expires_at > $2 and used_at >= $3
           order by created_at desc, id limit 500"#,
        account.as_uuid(),
        now as _,
        used_after as _,
    )
    .fetch_all(conn)
    .await?)
}

/// Keeps that a session went on, and how it is proved now.
pub(crate) async fn save(conn: &mut PgConnection, session: &Session) -> Result<(), Fault> {
    sqlx::query!(
        "update sessions set used_at = $2, methods = $3, updated_at = $2, version = version + 1 where id = $1",
        session.id.as_uuid(),
        session.used_at as _,
        &session.methods,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends one session.
pub(crate) async fn end(
    conn: &mut PgConnection,
    id: Id<SessionKind>,
    because: Ended,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update sessions set ended_at = $2, ended_because = $3, updated_at = $2, version = version + 1
         where id = $1 and ended_at is null",
        id.as_uuid(),
        now as _,
        because.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends all sessions of an account but perhaps one.
pub(crate) async fn end_all(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    but: Option<Id<SessionKind>>,
    because: Ended,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update sessions set ended_at = $2, ended_because = $3, updated_at = $2, version = version + 1
         where account_id = $1 and ended_at is null and ($4::uuid is null or id <> $4)",
        account.as_uuid(),
        now as _,
        because.as_str(),
        but.map(Id::as_uuid),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When a session of the account was last ended by hand; what a branch must do, too.
pub(crate) async fn last_revoked(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
) -> Result<Option<Timestamp>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select max(ended_at) as "ended_at: Timestamp" from sessions
           where account_id = $1 and ended_because = 'revoked'"#,
        account.as_uuid(),
    )
    .fetch_one(conn)
    .await?)
}

/// Ends the sessions of an account that began before an instant.
pub(crate) async fn end_before(
    conn: &mut PgConnection,
    account: Id<AccountKind>,
    before: Timestamp,
    because: Ended,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update sessions set ended_at = $3, ended_because = $4, updated_at = $3, version = version + 1
         where account_id = $1 and ended_at is null and created_at < $2",
        account.as_uuid(),
        before as _,
        now as _,
        because.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
