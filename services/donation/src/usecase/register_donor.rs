//! Registers a donor.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::donor::Donor;
use crate::store;
use crate::usecase::App;

/// Registers it, unless the organisation is known.
pub(crate) async fn register(
    app: &App,
    call: &Call,
    new: Donor,
) -> Result<Committed<pb::Donor>, Fault> {
    let mut uow = match app.db.begin::<pb::Donor>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    if !store::donors::insert(uow.conn(), &cipher, &new).await? {
        let id = store::donors::find_natural(uow.conn(), &cipher, &new).await?;
        return Err(Fault::Exists(id.name()));
    }
    uow.commit(pb::Donor::from(&new)).await
}
