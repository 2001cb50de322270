//! Gives a session to the account of somebody who logged in outside. No account is ever made for one.

use jianyi_db::Committed;
use jianyi_kernel::{Call, Fault};
use jianyi_proto::identity::v1 as pb;

use super::issue::issue;
use super::{App, caller_of};
use crate::domain::Session;
use crate::oidc::{Proven, REFUSED};
use crate::store;

/// Exchanges the provider's word for tokens.
pub(crate) async fn finish_oidc_login(
    app: &App,
    mut call: Call,
    proven: &Proven,
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
    let account = match linked {
        Some(id) => {
            let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
            let login = app.login_index(&account.login)?;
            let attempts = store::login_attempts::find(uow.conn(), &login).await?;
            let unlocked = attempts.is_none_or(|attempts| attempts.check(now).is_ok());
            // Unlinked meanwhile, it is let in no more.
            let still = store::oidc_links::account(uow.conn(), issuer, &index).await? == Some(id);
            (still && unlocked && account.disabled_at.is_none()).then_some(account)
        }
        None => None,
    };
    let Some(account) = account else {
        uow.commit_background().await?;
        return Err(REFUSED);
    };
    let methods: &[&str] = if proven.strong {
        &["fed", "mfa"]
    } else {
        &["fed"]
    };
    let session = Session::begin(uow.new_id(), account.id, methods, app.config.limits, now);
    store::sessions::insert(uow.conn(), &session).await?;
    let reply = issue(app, &mut uow, &account, &session).await?;
    uow.commit(reply).await
}
