//! Forgets the failures of an account, and with them its lock.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::AccountKind;
use crate::store;

/// Unlocks an account.
pub(crate) async fn unlock_account(
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
    let index = app.login_index(&account.login)?;
    store::login_attempts::clear(uow.conn(), &index).await?;
    uow.commit(account.into()).await
}
