//! Grants a role to somebody else.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::tell_branches::tell_branches;
use super::{App, grant};
use crate::domain::{AccountKind, Error, NewGrant};
use crate::store;

/// Grants; nobody to himself.
pub(crate) async fn add_grant(
    app: &App,
    call: &Call,
    id: Id<AccountKind>,
    new: &NewGrant,
) -> Result<Committed<pb::Account>, Fault> {
    if id.name() == call.caller.subject {
        return Err(Error::GrantToOneself.into());
    }
    let mut uow = match app.db.begin::<pb::Account>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let mut account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    grant(&mut uow, &mut account, new, &call.caller.subject).await?;
    tell_branches(app, &mut uow, id).await?;
    uow.commit(account.into()).await
}
