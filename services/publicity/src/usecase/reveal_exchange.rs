//! Shows an exchange with the full name of who led it.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::Exchange;
use crate::store;

/// Reads it and records, in one transaction, who asked and what for.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn reveal_exchange(
    app: &App,
    call: &Call,
    id: Id<Exchange>,
) -> Result<Committed<pb::Exchange>, Fault> {
    let mut uow = match app.db.begin::<pb::Exchange>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let found = store::exchanges::get(uow.conn(), id, &cipher).await?;
    uow.commit(found.into()).await
}
