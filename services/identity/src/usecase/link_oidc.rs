//! Says which account somebody at the outside provider is.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::{AccountKind, Error};
use crate::oidc::Outside;
use crate::store;

/// Links an account.
pub(crate) async fn link_oidc(
    app: &App,
    call: &Call,
    id: Id<AccountKind>,
    outside: &Outside,
) -> Result<Committed<pb::Account>, Fault> {
    let index = app.outside_index(outside)?;
    let mut uow = match app.db.begin::<pb::Account>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    if call.caller.subject == id.name() {
        return Err(Error::OidcLinkToOneself.into());
    }
    if account.disabled_at.is_some() {
        return Err(Error::AlreadyDisabled.into());
    }
    let link = store::oidc_links::NewLink {
        id: uow.clock().new_uuid(),
        account: id,
        subject_index: &index,
        linked_by: &call.caller.subject,
    };
    if !store::oidc_links::insert(uow.conn(), &cipher, &link, outside, now).await? {
        return Err(Error::OidcLinked.into());
    }
    uow.commit(account.into()).await
}
