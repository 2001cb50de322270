//! Replaces a password: one's own with the current one, another's as an administrator.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Caller, Division, Fault, Id, Pii};
use jianyi_proto::identity::v1 as pb;

use super::{App, keep_failure, lock_attempts};
use crate::domain::{Account, AccountKind, check_password, may_manage};
use crate::store;

/// What is to be changed.
#[derive(Debug)]
pub(crate) struct ChangePassword {
    pub(crate) id: Id<AccountKind>,
    pub(crate) current: Pii<String>,
    pub(crate) new: Pii<String>,
}

/// Replaces a password and lifts a lock.
pub(crate) async fn change_password(
    app: &App,
    call: Call,
    change: ChangePassword,
) -> Result<Committed<pb::Account>, Fault> {
    let own = call.caller.subject == change.id.name();
    if !own {
        may_manage(&call.caller, &Division::city())?;
    }
    let mut conn = app.db.read(&Caller::service("identity")).await?;
    let seen = store::accounts::get(&mut conn, app.db.cipher(), change.id).await?;
    drop(conn);
    check_password("new_password", &change.new, &seen.login)?;
    // Hashing takes long, so it is done before the unit of work begins.
    let right = !own
        || app
            .hasher
            .verify(&change.current, Some(&seen.password_hash))
            .await?;
    let new_hash = app.hasher.hash(&change.new).await?;

    let mut uow = match app.db.begin::<pb::Account>(&call).await? {
        Begun::Fresh(uow) => uow,
        // The current password of a repeated request is not current any more; its answer stands.
        Begun::Replayed(reply) => return Ok(reply),
    };
    let index = app.login_index(&seen.login)?;
    if own {
        let attempts = lock_attempts(&mut uow, &index).await?;
        attempts.check(uow.now())?;
        if !right {
            drop(uow);
            return Err(refuse(app, &call, &index).await?);
        }
    }
    let cipher = uow.cipher().clone();
    let account = store::accounts::lock(uow.conn(), &cipher, change.id).await?;
    if account.version != seen.version {
        return Err(Fault::Stale(account.id.name()));
    }
    let account: Account = account.with_password(new_hash);
    let now = uow.now();
    store::accounts::save_password(uow.conn(), &cipher, &account, now).await?;
    store::login_attempts::clear(uow.conn(), &index).await?;
    uow.commit(account.into()).await
}

/// Keeps the failure in a unit of work of its own: the refused one leaves no trace.
async fn refuse(app: &App, call: &Call, index: &[u8]) -> Result<Fault, Fault> {
    let mut uow = app.db.begin_background(call).await?;
    let attempts = lock_attempts(&mut uow, index).await?;
    let now = uow.now();
    keep_failure(uow.conn(), index, attempts, now).await?;
    uow.commit_background().await?;
    Ok(Fault::Unauthenticated("LOGIN_FAILED"))
}
