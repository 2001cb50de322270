//! Records a meeting, in the order of the body's numbers (V-122).

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::meeting::Meeting;
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn create_meeting(
    app: &App,
    call: &Call,
    new: Meeting,
) -> Result<Committed<pb::Meeting>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    // The body is held, so that no other meeting of it slips in between the check and the row.
    store::governance_bodies::lock(uow.conn(), new.body).await?;
    let body = found(
        new.body,
        store::governance_bodies::select(uow.conn(), &Window::one(new.body)).await?,
    )?;
    let recorded = store::meetings::of_body(uow.conn(), new.body).await?;
    new.fits(&recorded)?;
    let meeting = Stored::new(uow.new_id(), uow.now(), new);
    store::meetings::insert(uow.conn(), &meeting).await?;
    uow.emit(events::meeting_held(&meeting, &body.it));
    uow.commit(meeting.into()).await
}
