//! Ends a client for good.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::ClientKind;
use crate::store;

/// Disables a client.
pub(crate) async fn disable_client(
    app: &App,
    call: &Call,
    id: Id<ClientKind>,
) -> Result<Committed<pb::Client>, Fault> {
    let mut uow = match app.db.begin::<pb::Client>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let client = store::clients::lock(uow.conn(), id).await?.disable(now)?;
    store::clients::save(uow.conn(), &client, now).await?;
    uow.commit(client.into()).await
}
