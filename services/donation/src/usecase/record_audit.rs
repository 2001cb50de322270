//! Records an outside audit.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::audit::Audit;
use crate::usecase::App;
use crate::{events, store};

/// Records it, unless the year has one.
pub(crate) async fn record(
    app: &App,
    call: &Call,
    new: Audit,
) -> Result<Committed<pb::Audit>, Fault> {
    let mut uow = match app.db.begin::<pb::Audit>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::audits::insert(uow.conn(), &new).await? {
        let id = store::audits::find_natural(uow.conn(), &new).await?;
        return Err(Fault::Exists(id.name()));
    }
    uow.emit(events::audit_completed(&new));
    uow.commit(pb::Audit::from(&new)).await
}
