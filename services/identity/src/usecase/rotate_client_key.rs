//! Replaces a client's key or certificate.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::{ClientKind, NewKey};
use crate::store;

/// From now on the client proves itself by this.
pub(crate) async fn rotate_client_key(
    app: &App,
    call: &Call,
    id: Id<ClientKind>,
    key: NewKey,
) -> Result<Committed<pb::Client>, Fault> {
    let mut uow = match app.db.begin::<pb::Client>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let client = store::clients::lock(uow.conn(), id).await?.with_key(key)?;
    let now = uow.now();
    store::clients::save(uow.conn(), &client, now).await?;
    uow.commit(client.into()).await
}
