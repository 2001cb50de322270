//! Opens a fund with nothing in it.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::fund::Fund;
use crate::usecase::App;
use crate::{events, store};

/// Opens it, unless there is one of this title.
pub(crate) async fn open(app: &App, call: &Call, new: Fund) -> Result<Committed<pb::Fund>, Fault> {
    let mut uow = match app.db.begin::<pb::Fund>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::funds::insert(uow.conn(), &new).await? {
        let id = store::funds::find_natural(uow.conn(), &new).await?;
        return Err(Fault::Exists(id.name()));
    }
    uow.emit(events::fund_opened(&new));
    uow.commit(pb::Fund::from(&new)).await
}
