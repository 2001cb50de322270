//! Disables an account for good.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Division, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::{AccountKind, may_manage};
use crate::store;

/// Disables an account; somebody must be left who can administer.
pub(crate) async fn disable_account(
    app: &App,
    call: &Call,
    id: Id<AccountKind>,
) -> Result<Committed<pb::Account>, Fault> {
    may_manage(&call.caller, &Division::city())?;
    let mut uow = match app.db.begin::<pb::Account>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let administrators = store::accounts::lock_administrators(uow.conn(), &cipher).await?;
    let account = store::accounts::lock(uow.conn(), &cipher, id).await?;
    let now = uow.now();
    let account = account.disable(&administrators, now)?;
    store::accounts::save_disabled(uow.conn(), &account, now).await?;
    uow.commit(account.into()).await
}
