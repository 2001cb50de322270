//! Login: the same answer in the same time for a wrong password and for an account that does not exist.

use jianyi_db::{Committed, Uow};
use jianyi_kernel::{Call, Fault, Pii};
use jianyi_proto::identity::v1 as pb;

use super::issue::issue;
use super::may_enter::may_enter;
use super::second_factor::{Second, second_factor};
use super::{App, caller_of, keep_failure, lock_attempts};
use crate::domain::{Account, Login, Session};
use crate::store;

/// What somebody typed.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) login: Login,
    pub(crate) password: Pii<String>,
    pub(crate) code: Pii<String>,
}

/// Exchanges login, password and perhaps a code for tokens.
pub(crate) async fn login(
    app: &App,
    mut call: Call,
    typed: &Credentials,
) -> Result<Committed<pb::LoginResponse>, Fault> {
    let mut conn = app.db.read(&App::itself()).await?;
    let now = app.db.clock().now();
    let known =
        store::accounts::find_by_login(&mut conn, app.db.cipher(), &typed.login, now).await?;
    drop(conn);
    let right = app
        .hasher
        .verify(
            &typed.password,
            known.as_ref().map(|account| &account.password_hash),
        )
        .await?;
    call.caller = match &known {
        Some(account) if right => caller_of(account),
        Some(_) | None => App::itself(),
    };
    let account = known.filter(|account| right && account.disabled_at.is_none());

    let index = app.login_index(&typed.login)?;
    let mut uow = app.db.begin_background(&call).await?;
    let attempts = lock_attempts(&mut uow, &index).await?;
    let now = uow.now();
    if let Err(locked) = attempts.check(now) {
        // Tries against a lock are audited, too.
        uow.count("failed_logins", 1);
        uow.commit_background().await?;
        return Err(locked.into());
    }
    let standing = match account {
        Some(account) => still_standing(&mut uow, &account).await?,
        None => None,
    };
    let Some(account) = standing else {
        keep_failure(uow.conn(), &index, attempts, now).await?;
        uow.count("failed_logins", 1);
        uow.commit_background().await?;
        return Err(Fault::Unauthenticated("LOGIN_FAILED"));
    };
    match second_factor(app, &mut uow, &account, &typed.code).await? {
        Second::Proved(second) => {
            if let Err(refused) = may_enter(app, &mut uow, &account).await? {
                uow.count("refused", 1);
                uow.commit_background().await?;
                return Err(refused.into());
            }
            let methods = [&["pwd"], second].concat();
            store::login_attempts::clear(uow.conn(), &index).await?;
            let limits = app.config.limits;
            let session = Session::begin(uow.new_id(), account.id, &methods, limits, now);
            store::sessions::insert(uow.conn(), &session).await?;
            let reply = issue(app, &mut uow, &account, &session).await?;
            uow.commit(reply).await
        }
        Second::Missing => {
            uow.commit_background().await?;
            Err(Fault::Unauthenticated("SECOND_FACTOR_REQUIRED"))
        }
        Second::Wrong => {
            keep_failure(uow.conn(), &index, attempts, now).await?;
            uow.count("failed_logins", 1);
            uow.commit_background().await?;
            Err(Fault::Unauthenticated("SECOND_FACTOR_WRONG"))
        }
    }
}

/// The account, held, unless it was disabled or given another password while the hash was computed.
async fn still_standing(uow: &mut Uow, account: &Account) -> Result<Option<Account>, Fault> {
    let (cipher, now) = (uow.cipher().clone(), uow.now());
    let current = store::accounts::lock(uow.conn(), &cipher, account.id, now).await?;
    let same = current.password_hash == account.password_hash && current.disabled_at.is_none();
    Ok(same.then_some(current))
}
