//! Disables an account for good, and ends its sessions.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use super::tell_branches::tell_branches;
use crate::domain::{AccountKind, Ended};
use crate::store;

/// Disables an account; somebody must be left who can make accounts and grant.
pub(crate) async fn disable_account(
    app: &App,
    call: &Call,
    id: Id<AccountKind>,
) -> Result<Committed<pb::Account>, Fault> {
    let mut uow = match app.db.begin::<pb::Account>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::get(uow.conn(), &cipher, id, now).await?;
    let others = match account.duty {
        Some(duty) => store::accounts::lock_duty(uow.conn(), &cipher, duty, now).await?,
        None => Vec::new(),
    };
    let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    let account = account.disable(&others, now)?;
    store::accounts::save_disabled(uow.conn(), &account, now).await?;
    store::sessions::end_all(uow.conn(), id, None, Ended::Disabled, now).await?;
    tell_branches(app, &mut uow, id).await?;
    uow.commit(account.into()).await
}
