//! Takes a second factor away, for somebody who lost the device, and ends the sessions it proved.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use super::tell_branches::tell_branches;
use crate::domain::{AccountKind, Ended};
use crate::store;

/// Resets a second factor.
pub(crate) async fn reset_second_factor(
    app: &App,
    call: &Call,
    id: Id<AccountKind>,
) -> Result<Committed<pb::Account>, Fault> {
    let mut uow = match app.db.begin::<pb::Account>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    let account = account.with_totp(None);
    store::accounts::save_totp(uow.conn(), &cipher, &account, now).await?;
    store::recovery_codes::clear(uow.conn(), id).await?;
    store::sessions::end_all(uow.conn(), id, None, Ended::SecondFactor, now).await?;
    tell_branches(app, &mut uow, id).await?;
    uow.commit(account.into()).await
}
