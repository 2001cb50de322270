//! Records an event that was held.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Event, Recorded};
use crate::{events, store};

/// Records it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record.
pub(crate) async fn create_event(
    app: &App,
    call: &Call,
    event: Event,
) -> Result<Committed<pb::Event>, Fault> {
    let mut uow = match app.db.begin::<pb::Event>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let event = Recorded::new(uow.new_id(), uow.now(), event);
    store::events::insert(uow.conn(), &event).await?;
    uow.emit(events::event_held(&event));
    uow.commit(event.into()).await
}
