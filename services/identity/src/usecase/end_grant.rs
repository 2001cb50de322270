//! Ends a grant.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use super::tell_branches::tell_branches;
use crate::domain::{AccountKind, GrantKind};
use crate::store;

/// Ends a grant; somebody must be left who can make accounts and grant.
pub(crate) async fn end_grant(
    app: &App,
    call: &Call,
    id: Id<AccountKind>,
    grant: Id<GrantKind>,
) -> Result<Committed<pb::Account>, Fault> {
    let mut uow = match app.db.begin::<pb::Account>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::get(uow.conn(), &cipher, id, now).await?;
    if let Some(duty) = account.duty {
        let others = store::accounts::lock_duty(uow.conn(), &cipher, duty, now).await?;
        account.is_dispensable(&others, now)?;
    }
    let held = store::account_grants::lock(uow.conn(), id, grant)
        .await?
        .ok_or_else(|| Fault::NotFound(jianyi_proto::name::child(id, grant)))?;
    let held = held.end(now)?;
    store::account_grants::save_end(uow.conn(), &held, &call.caller.subject, now).await?;
    tell_branches(app, &mut uow, id).await?;
    let account = store::accounts::get(uow.conn(), &cipher, id, now).await?;
    uow.commit(account.into()).await
}
