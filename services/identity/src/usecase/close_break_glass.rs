//! Gives a role back that was taken in an emergency.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;

use super::tell_branches::tell_branches;
use super::{App, administers};
use crate::domain::{AccountKind, GrantKind};
use crate::{events, store};

/// Gives it back: its holder, or the security administrator.
pub(crate) async fn close_break_glass(
    app: &App,
    call: &Call,
    account: Id<AccountKind>,
    grant: Id<GrantKind>,
) -> Result<Committed<pb::BreakGlass>, Fault> {
    let by = &call.caller.subject;
    if *by != account.name() && !administers(&call.caller, "ROLE_SECURITY_ADMINISTRATOR") {
        return Err(Fault::Denied);
    }
    let mut uow = match app.db.begin::<pb::BreakGlass>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    store::accounts::lock(uow.conn(), &cipher, account, now).await?;
    let held = store::account_grants::lock(uow.conn(), account, grant)
        .await?
        .filter(|held| held.break_glass)
        .ok_or_else(|| Fault::NotFound(name::child(account, grant)))?;
    let held = held.end(now)?;
    store::account_grants::save_end(uow.conn(), &held, by, now).await?;
    uow.emit(events::break_glass_closed(&held, by, now)?);
    tell_branches(app, &mut uow, account).await?;
    uow.commit(held.into()).await
}
