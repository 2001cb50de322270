//! Opens a campaign of a year.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::campaign::Campaign;
use crate::usecase::App;
use crate::{events, store};

/// Opens it, unless the year has one of this title.
pub(crate) async fn open(
    app: &App,
    call: &Call,
    new: Campaign,
) -> Result<Committed<pb::Campaign>, Fault> {
    let mut uow = match app.db.begin::<pb::Campaign>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::campaigns::insert(uow.conn(), &new).await? {
        let id = store::campaigns::find_natural(uow.conn(), &new).await?;
        return Err(Fault::Exists(id.name()));
    }
    uow.emit(events::campaign_opened(&new));
    uow.commit(pb::Campaign::from(&new)).await
}
