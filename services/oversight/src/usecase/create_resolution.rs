//! Records what a meeting decided about a document; only adoption is an event (V-121).

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::resolution::{Decision, Resolution};
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn create_resolution(
    app: &App,
    call: &Call,
    new: Resolution,
) -> Result<Committed<pb::Resolution>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let meeting = found(
        new.meeting,
        store::meetings::select(uow.conn(), &Window::one(new.meeting)).await?,
    )?;
    found(
        new.document,
        store::documents::select(uow.conn(), &Window::one(new.document)).await?,
    )?;
    let resolution = Stored::new(uow.new_id(), uow.now(), new);
    store::resolutions::insert(uow.conn(), &resolution).await?;
    match resolution.it.decision {
        Decision::Adopted => uow.emit(events::resolution_adopted(&resolution, &meeting.it)),
        Decision::Rejected => {}
    }
    uow.commit(resolution.into()).await
}
