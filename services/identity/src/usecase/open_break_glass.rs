//! Takes a role in an emergency (G06). The fact is published with the commit; the reason stays sealed here.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;

use super::tell_branches::tell_branches;
use super::{App, grant};
use crate::domain::{AccountKind, Emergency, may_break_glass};
use crate::{events, store};

/// Takes a role for a while.
pub(crate) async fn open_break_glass(
    app: &App,
    call: &Call,
    emergency: Emergency,
) -> Result<Committed<pb::BreakGlass>, Fault> {
    let id: Id<AccountKind> =
        name::parse("subject", &call.caller.subject).map_err(|_| Fault::Denied)?;
    let mut uow = match app.db.begin::<pb::BreakGlass>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let mut account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    may_break_glass(&account, now)?;
    let new = emergency.into_grant(now)?;
    let held = grant(&mut uow, &mut account, &new, &call.caller.subject).await?;
    uow.emit(events::break_glass_opened(&held)?);
    tell_branches(app, &mut uow, id).await?;
    uow.commit(held.into()).await
}
