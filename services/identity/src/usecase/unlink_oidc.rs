//! Takes a link to an outside provider away, and with it what it let in.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::{AccountKind, Ended, Error};
use crate::store;

/// Unlinks an account.
pub(crate) async fn unlink_oidc(
    app: &App,
    call: &Call,
    id: Id<AccountKind>,
    issuer: &str,
) -> Result<Committed<pb::Account>, Fault> {
    let mut uow = match app.db.begin::<pb::Account>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    if !store::oidc_links::remove(uow.conn(), id, issuer).await? {
        return Err(Error::OidcNotLinked.into());
    }
    store::sessions::end_all(uow.conn(), id, None, Ended::Revoked, now).await?;
    uow.commit(account.into()).await
}
