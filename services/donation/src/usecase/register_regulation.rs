//! Enters a regulation in the register.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::regulation::Regulation;
use crate::usecase::App;
use crate::{events, store};

/// Enters it, unless this version is there.
pub(crate) async fn register(
    app: &App,
    call: &Call,
    new: Regulation,
) -> Result<Committed<pb::Regulation>, Fault> {
    let mut uow = match app.db.begin::<pb::Regulation>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::regulations::insert(uow.conn(), &new).await? {
        let id = store::regulations::find_natural(uow.conn(), &new).await?;
        return Err(Fault::Exists(id.name()));
    }
    uow.emit(events::regulation_registered(&new));
    uow.commit(pb::Regulation::from(&new)).await
}
