//! The next pair of tokens. A token that comes a second time was stolen, by the first or by the second: the
//! session ends for both.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault, Id, Pii};
use jianyi_proto::identity::v1 as pb;

use super::issue::issue;
use super::may_enter::may_enter;
use super::{App, caller_of};
use crate::domain::{Ended, SessionKind};
use crate::store;

const UNKNOWN: Fault = Fault::Unauthenticated("REFRESH_UNKNOWN");

/// Exchanges a refresh token.
pub(crate) async fn refresh_token(
    app: &App,
    mut call: Call,
    token: &Pii<String>,
) -> Result<Committed<pb::LoginResponse>, Fault> {
    let index = app
        .db
        .cipher()
        .blind_index("refresh", token.expose("look it up by its hash"))?;
    let mut conn = app.db.read(&App::itself()).await?;
    let owner = store::refresh_tokens::owner(&mut conn, &index)
        .await?
        .ok_or(UNKNOWN)?;
    let now = app.db.clock().now();
    let account = store::accounts::get(&mut conn, app.db.cipher(), owner.account, now).await?;
    drop(conn);
    call.caller = caller_of(&account);
    let mut uow = match app.db.begin::<pb::LoginResponse>(&call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let session = store::sessions::lock(uow.conn(), owner.session).await?;
    if !store::refresh_tokens::spend(uow.conn(), &index, now).await? {
        drop(uow);
        return Err(end_stolen(app, &call, owner.session).await?);
    }
    let session = session.go_on(app.config.limits, now)?;
    let account = store::accounts::lock(uow.conn(), &cipher, owner.account, now).await?;
    if account.disabled_at.is_some() {
        return Err(Fault::Unauthenticated("SESSION_ENDED"));
    }
    may_enter(app, &mut uow, &account).await??;
    store::sessions::save(uow.conn(), &session).await?;
    let reply = issue(app, &mut uow, &account, &session).await?;
    uow.commit(reply).await
}

/// Ends the session in a unit of work of its own: the refused one leaves no trace, and remembers no answer.
async fn end_stolen(app: &App, call: &Call, session: Id<SessionKind>) -> Result<Fault, Fault> {
    let mut uow: Uow = app.db.begin_background(call).await?;
    let now = uow.now();
    store::sessions::end(uow.conn(), session, Ended::Reused, now).await?;
    uow.commit_background().await?;
    Ok(Fault::Unauthenticated("REFRESH_REUSED"))
}
