//! Records an honour.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::honour::Honour;
use crate::events;
use crate::store;
use crate::usecase::App;

pub(crate) async fn create_honour(
    app: &App,
    call: &Call,
    new: Honour,
) -> Result<Committed<pb::Honour>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let honour = Stored::new(uow.new_id(), uow.now(), new);
    store::honours::insert(uow.conn(), &honour).await?;
    uow.emit(events::honour_received(&honour));
    uow.commit(honour.into()).await
}
