//! Cancels an event.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::Event;
use crate::{events, store};

/// HELD → CANCELLED.
///
/// # Errors
/// [`Fault::NotFound`], or [`Fault::Refused`] `EVENT_CANCELLED`.
pub(crate) async fn cancel_event(
    app: &App,
    call: &Call,
    id: Id<Event>,
) -> Result<Committed<pb::Event>, Fault> {
    let mut uow = match app.db.begin::<pb::Event>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let event = store::events::lock(uow.conn(), id).await?.cancel()?;
    store::events::save(uow.conn(), &event, now).await?;
    uow.emit(events::event_cancelled(&event));
    uow.commit(event.into()).await
}
