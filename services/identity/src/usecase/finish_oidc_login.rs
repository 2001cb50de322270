//! Gives a session to the account of somebody who logged in outside. No account is ever made for one.

use jianyi_db::Committed;
use jianyi_kernel::{Call, Fault, Pii};
use jianyi_proto::identity::v1 as pb;

use super::issue::issue;
use super::second_factor::{Second, second_factor};
use super::{App, caller_of, keep_failure, lock_attempts};
use crate::domain::Session;
use crate::oidc::{Proven, REFUSED};
use crate::store;

/// Exchanges the provider's word, and the account's own second factor where it has one, for tokens.
pub(crate) async fn finish_oidc_login(
    app: &App,
    mut call: Call,
    proven: &Proven,
    code: &Pii<String>,
) -> Result<Committed<pb::LoginResponse>, Fault> {
    let index = app.outside_index(&proven.who)?;
    let issuer = &proven.who.issuer;
    call.caller = App::itself();
    let mut conn = app.db.read(&call.caller).await?;
    let linked = store::oidc_links::account(&mut conn, issuer, &index).await?;
    if let Some(id) = linked {
        let now = app.db.clock().now();
        let account = store::accounts::get(&mut conn, app.db.cipher(), id, now).await?;
        call.caller = caller_of(&account);
    }
    drop(conn);

    let mut uow = app.db.begin_background(&call).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let standing = match linked {
        Some(id) => {
            // As at Login: what is remembered about the login first, then the account.
            let account = store::accounts::get(uow.conn(), &cipher, id, now).await?;
            let login = app.login_index(&account.login)?;
            let attempts = lock_attempts(&mut uow, &login).await?;
            let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
            let unlocked = attempts.check(now).is_ok();
            // Unlinked meanwhile, it is let in no more.
            let still = store::oidc_links::account(uow.conn(), issuer, &index).await? == Some(id);
            (still && unlocked && account.disabled_at.is_none())
                .then_some((account, login, attempts))
        }
        None => None,
    };
    let Some((account, login, attempts)) = standing else {
        uow.commit_background().await?;
        return Err(REFUSED);
    };
    // Whoever has a second factor here is asked for it, unless the provider asked for one that counts.
    let second = if proven.strong {
        Second::Proved(&["mfa"])
    } else {
        second_factor(app, &mut uow, &account, code).await?
    };
    match second {
        Second::Proved(second) => {
            let methods = [&["fed"], second].concat();
            let limits = app.config.limits;
            let session = Session::begin(uow.new_id(), account.id, &methods, limits, now);
            store::sessions::insert(uow.conn(), &session).await?;
            if !second.is_empty() && !proven.strong {
                // A right code forgets the wrong ones before it, as at Login.
                store::login_attempts::clear(uow.conn(), &login).await?;
            }
            let reply = issue(app, &mut uow, &account, &session).await?;
            uow.commit(reply).await
        }
        Second::Missing => {
            uow.commit_background().await?;
            Err(Fault::Unauthenticated("SECOND_FACTOR_REQUIRED"))
        }
        Second::Wrong => {
            keep_failure(uow.conn(), &login, attempts, now).await?;
            uow.count("failed_logins", 1);
            uow.commit_background().await?;
            Err(Fault::Unauthenticated("SECOND_FACTOR_WRONG"))
        }
    }
}
