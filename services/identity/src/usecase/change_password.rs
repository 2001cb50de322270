//! Replaces a password: one's own with the current one, another's as the system administrator.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault, Id, Pii};
use jianyi_proto::identity::v1 as pb;

use super::tell_branches::tell_branches;
use super::{App, administers, keep_failure, lock_attempts, session_of};
use crate::domain::{Account, AccountKind, Ended, Error, check_password};
use crate::store;

/// Passwords before the present one that may not come back; with it they are five.
const REMEMBERED: i64 = 4;

/// What is to be changed.
#[derive(Debug)]
pub(crate) struct ChangePassword {
    pub(crate) id: Id<AccountKind>,
    pub(crate) current: Pii<String>,
    pub(crate) new: Pii<String>,
}

/// Replaces a password and lifts a lock; other sessions end.
pub(crate) async fn change_password(
    app: &App,
    call: Call,
    change: ChangePassword,
) -> Result<Committed<pb::Account>, Fault> {
    let own = call.caller.subject == change.id.name();
    if !own && !administers(&call.caller, "ROLE_SYSTEM_ADMINISTRATOR") {
        return Err(Fault::Denied);
    }
    let mut conn = app.db.read(&App::itself()).await?;
    let now = app.db.clock().now();
    let seen = store::accounts::get(&mut conn, app.db.cipher(), change.id, now).await?;
    let before =
        store::password_history::last(&mut conn, app.db.cipher(), change.id, REMEMBERED).await?;
    drop(conn);
    check_password("new_password", &change.new, &seen.login)?;
    // Hashing takes long, so it is done before the unit of work begins.
    let right = !own
        || app
            .hasher
            .verify(&change.current, Some(&seen.password_hash))
            .await?;
    let new_hash = app.hasher.hash(&change.new).await?;
    let reused = right && is_among(app, &change.new, &seen, &before).await?;

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
    if reused {
        return Err(Error::PasswordReused.into());
    }
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::lock(uow.conn(), &cipher, change.id, now).await?;
    if account.version != seen.version {
        return Err(Fault::Stale(account.id.name()));
    }
    remember(&mut uow, &account).await?;
    let account = account.with_password(new_hash, !own);
    store::accounts::save_password(uow.conn(), &cipher, &account, now).await?;
    let but = own.then(|| session_of(&call.caller)).flatten();
    store::sessions::end_all(uow.conn(), account.id, but, Ended::Password, now).await?;
    store::login_attempts::clear(uow.conn(), &index).await?;
    tell_branches(app, &mut uow, account.id).await?;
    uow.commit(account.into()).await
}

/// Whether a password is the present one or one of those before.
async fn is_among(
    app: &App,
    new: &Pii<String>,
    account: &Account,
    before: &[Pii<String>],
) -> Result<bool, Fault> {
    for hash in [&account.password_hash].into_iter().chain(before) {
        if app.hasher.verify(new, Some(hash)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn remember(uow: &mut Uow, account: &Account) -> Result<(), Fault> {
    let (id, now, cipher) = (uow.clock().new_uuid(), uow.now(), uow.cipher().clone());
    let replaced = (account.id, &account.password_hash);
    store::password_history::insert(uow.conn(), &cipher, id, replaced, now).await
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
