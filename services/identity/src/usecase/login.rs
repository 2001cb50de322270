//! Login: the same answer in the same time for a wrong password and for an account that does not exist.

use jianyi_db::{Committed, Uow};
use jianyi_kernel::{Call, Caller, Fault, Pii, Reach, Timestamp};
use jianyi_proto::identity::v1 as pb;

use super::{App, keep_failure, lock_attempts};
use crate::domain::{Account, Login};
use crate::{signing, store};

/// Exchanges login and password for an access token.
pub(crate) async fn login(
    app: &App,
    mut call: Call,
    login: &Login,
    password: &Pii<String>,
) -> Result<Committed<pb::LoginResponse>, Fault> {
    let mut conn = app.db.read(&Caller::service("identity")).await?;
    let known = store::accounts::find_by_login(&mut conn, app.db.cipher(), login).await?;
    drop(conn);
    let right = app
        .hasher
        .verify(
            password,
            known.as_ref().map(|account| &account.password_hash),
        )
        .await?;
    let account = known.filter(|account| right && account.disabled_at.is_none());

    if let Some(account) = &account {
        call.caller = Caller {
            subject: account.id.name(),
            grants: account.grants.clone(),
            reach: Reach::everything(),
            ..Caller::anonymous()
        };
    }
    let index = app.login_index(login)?;
    let mut uow = app.db.begin_background(&call).await?;
    let attempts = lock_attempts(&mut uow, &index).await?;
    let now = uow.now();
    if let Err(locked) = attempts.check(now) {
        // Tries against a lock are audited, too.
        uow.commit_background().await?;
        return Err(locked.into());
    }
    match account {
        Some(account) if still_stands(&mut uow, &account).await? => {
            store::login_attempts::clear(uow.conn(), &index).await?;
            let reply = answer(app, &mut uow, &call.caller).await?;
            uow.commit(reply).await
        }
        Some(_) | None => {
            keep_failure(uow.conn(), &index, attempts, now).await?;
            uow.commit_background().await?;
            Err(Fault::Unauthenticated("LOGIN_FAILED"))
        }
    }
}

/// Whether the account was neither disabled nor given another password while the hash was computed.
async fn still_stands(uow: &mut Uow, account: &Account) -> Result<bool, Fault> {
    let cipher = uow.cipher().clone();
    let current = store::accounts::get(uow.conn(), &cipher, account.id).await?;
    Ok(current.version == account.version)
}

async fn answer(app: &App, uow: &mut Uow, caller: &Caller) -> Result<pb::LoginResponse, Fault> {
    let now = uow.now();
    let until = Timestamp::from_offset(now.as_offset() + time::Duration::seconds(app.access_ttl));
    let cipher = uow.cipher().clone();
    let token = signing::sign(uow.conn(), &cipher, caller, now, until).await?;
    Ok(pb::LoginResponse {
        access_token: token.expose("answer the login").clone(),
        expires_in: app.access_ttl,
        token_type: "Bearer".into(),
        account: caller.subject.clone(),
    })
}
